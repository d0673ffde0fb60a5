"""What was found, as a table with ratios and goals, and as JSON."""

from dataclasses import asdict
from statistics import median

from load import Round

# Name, whether it asks for tiles, connections.
SCENARIOS = [("tiles, 16 connections", True, 16), ("tiles, 64 connections", True, 64), ("liveness, 16 connections", False, 16)]

# Per figure: its label, its unit, and whether more is better.
FIGURES = {"per_second": ("answers per second", "", True), "p50": ("p50", "ms", False), "p99": ("p99", "ms", False),
           "cpu": ("server CPU per request", "ms", False)}

# The ratio ours : reference that a figure has to reach.
GOALS = {("tiles, 16 connections", "per_second"): 40, ("tiles, 16 connections", "cpu"): 1 / 40,
         ("tiles, 64 connections", "per_second"): 100, ("tiles, 64 connections", "cpu"): 1 / 80, ("tiles, 64 connections", "p99"): 1 / 10,
         ("liveness, 16 connections", "per_second"): 10, "memory": 1 / 2, "start": 1 / 8, "start_tiles": 1 / 8}

# The ratio ours : pgbench, which asks the same question of ready totals.
PGBENCH_GOALS = {("tiles, 64 connections", "per_second"): 2}

SYSTEMS = ["ours", "reference", "totals", "sums"]
HEADINGS = ["", "ours", "reference", "ratio", "goal", "", "pgbench totals", "ratio", "goal", "", "pgbench sums", "ratio"]


def make(found: dict, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    figures = []
    for scenario, systems in found["rounds"].items():
        errors = {name: count(rounds) for name, rounds in systems.items()}
        for figure, (label, unit, more) in FIGURES.items():
            values = {name: middle(rounds, figure) for name, rounds in systems.items()}
            figures.append(entry(scenario, label, unit, more, values, errors, GOALS.get((scenario, figure)),
                                 PGBENCH_GOALS.get((scenario, figure))))
        figures.append({"group": scenario, "label": "errors", "values": errors, "of": {
            name: sum(r.requests for r in rounds) for name, rounds in systems.items()}})
    # Peaks since the start of the servers that took all of the load, errors included.
    all_errors = {name: sum(count(systems.get(name, [])) for systems in found["rounds"].values()) for name in found["memory"]}
    megabytes = {name: size / 1e6 for name, size in found["memory"].items()}
    figures.append(entry("the process", "peak memory under load", "MB", False, megabytes, all_errors, GOALS["memory"]))
    for place, key, label in ((0, "start", "start to first liveness"), (1, "start_tiles", "start to first tiles")):
        values = {name: median(start[place] for start in starts) * 1e3 for name, starts in found["starts"].items()}
        figures.append(entry("the process", label, "ms", False, values, {}, GOALS[key]))
    document = {
        "conditions": conditions,
        "figures": figures,
        "complaints": found["complaints"],
        "starts": found["starts"],
        "rounds": {scenario: {name: [asdict(r) | {"per_second": r.per_second} for r in rounds] for name, rounds in systems.items()}
                   for scenario, systems in found["rounds"].items()},
    }
    return "\n".join(lines(figures, found, conditions)), document


def entry(group: str, label: str, unit: str, more: bool, values: dict, errors: dict, goal: float | None,
          pgbench_goal: float | None = None) -> dict:
    """A figure of all systems, with ours as a ratio to each of the others. A system with errors makes its ratio invalid."""
    ratios = {name: values["ours"] / value for name, value in values.items() if name != "ours" and value and values["ours"] is not None}
    invalid = [name for name in values if errors.get(name)]

    def verdict(system: str, wanted: float | None) -> str | None:
        if not wanted or system not in ratios:
            return None
        reached = ratios[system] >= wanted if more else ratios[system] <= wanted
        return "invalid" if {"ours", system} & set(invalid) else "met" if reached else "NOT MET"

    return {"group": group, "label": label, "unit": unit, "more_is_better": more, "values": values, "ratios": ratios,
            "goal": goal, "verdict": verdict("reference", goal), "pgbench_goal": pgbench_goal,
            "pgbench_verdict": verdict("totals", pgbench_goal), "invalid": invalid}


def middle(rounds: list[Round], figure: str) -> float | None:
    values = [getattr(r, figure) for r in rounds]
    return None if None in values else median(values)


def count(rounds: list[Round]) -> int:
    return sum(sum(r.errors.values()) for r in rounds)


def spread(scenarios: dict[str, dict[str, list[Round]]]) -> float:
    """The widest distance between rounds of one system under one load, as a part of their median."""
    rates = [[r.per_second for r in rounds] for systems in scenarios.values() for rounds in systems.values()]
    return max((max(values) - min(values)) / (median(values) or 1) for values in rates)


def lines(figures: list[dict], found: dict, conditions: dict):
    plan = conditions["plan"]
    yield (f"\n{conditions['cores']} cores for everything, {conditions['pooler']} in transaction mode with TLS, PostgreSQL "
           f"{conditions['postgresql']}; medians of {plan['rounds']} rounds of {plan['seconds']} s and of {plan['starts']} starts")
    yield f"ours is {conditions['binary']}; each ratio is ours : theirs\n"
    rows = [HEADINGS]
    for group in dict.fromkeys(figure["group"] for figure in figures):
        rows += [[group]] + [row(figure) for figure in figures if figure["group"] == group]
    widths = [max(len(line[i]) for line in rows if len(line) > i and (i or len(line) > 1)) for i in range(len(HEADINGS))]
    for cells in rows:
        first, *rest = cells
        yield (first.ljust(widths[0]) + "".join("  " + cell.rjust(width) for cell, width in zip(rest, widths[1:]))).rstrip()
    yield ""
    if conditions["no_reference"]:
        yield f"The reference and its raw sums were not measured: {conditions['no_reference']}."
    if any(figure.get("invalid") for figure in figures):
        yield "! A system that gave errors: its figures count good answers among bad ones, and no ratio with them is valid."
    for name, errors in found["complaints"].items():
        if errors:
            yield f"Errors in the log of {name}: " + ", ".join(f"{kind} {times:,}" for kind, times in errors.items())
    yield f"Rounds of the same load differ by up to {spread(found['rounds']):.0%} in answers per second: so sure is all of this."
    if conditions["quick"]:
        yield "--quick: rounds too short to rely on."


def row(figure: dict) -> list[str]:
    """The cells under HEADINGS. What was not measured stays empty."""
    if figure["label"] == "errors":
        cells = {name: f"{n:,} of {figure['of'][name]:,}" if n else "0" for name, n in figure["values"].items()}
        ratios, goal, verdict, pgbench_goal, pgbench_verdict = {}, "", "", "", ""
    else:
        more, invalid = figure["more_is_better"], figure["invalid"]
        cells = {name: number(value, figure["unit"]) + "!" * (name in invalid)
                 for name, value in figure["values"].items() if value is not None}
        ratios = {name: ratio(value, more) + "!" * (name in invalid or "ours" in invalid) for name, value in figure["ratios"].items()}
        goal, pgbench_goal = (f"{'≥' if more else '≤'} {ratio(wanted, more)}" if wanted else ""
                              for wanted in (figure["goal"], figure["pgbench_goal"]))
        verdict, pgbench_verdict = figure["verdict"] or "", figure["pgbench_verdict"] or ""
    ours, theirs, totals, sums = SYSTEMS
    return ["  " + figure["label"], cells[ours], cells.get(theirs, "–"), ratios.get(theirs, ""), goal, verdict,
            cells.get(totals, ""), ratios.get(totals, ""), pgbench_goal, pgbench_verdict, cells.get(sums, ""), ratios.get(sums, "")]


def number(value: float, unit: str) -> str:
    """Three significant digits, and whole numbers from a hundred on."""
    digits = 0 if value >= 100 or not value else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def ratio(value: float, more: bool) -> str:
    """As a multiple; as a fraction where less is better and it is less."""
    if not more and value < 1:
        return "1/" + ratio(1 / value, True).removesuffix("x")
    return (f"{value:.0f}" if value >= 100 else f"{value:.3g}") + "x"
