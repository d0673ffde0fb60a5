"""Whether an answer costs what it says, not what the table holds: a small tenant in a small table, a large one among ten million rows."""

import argparse
import datetime
import json
import os
import subprocess
from pathlib import Path
from statistics import median

import figures
import process
from figures import Figure
from load import Question, Round, pgbench, wrk
from postgres import psql
from service import Service, Trouble, say

HERE = Path(__file__).parent
SMALL, LARGE, AGENCY, HUGE = "u1@x.test", "large@x.test", "agency@x.test", "huge@x.test"
METRICS = ["sessions", "conversions", "reach", "engagement"]
ADDING = ["sessions", "conversions", "engagement", "metric_1"]  # days of several accounts have a value of these
YEARS = [(LARGE, "1 account", "year.sql"), (AGENCY, "5 accounts", "year_of_accounts.sql")]  # whom to ask, and the best SQL for it
MEMORY = 150e6  # bytes that an export or an import may take


def measure(services: dict[str, Service], options: argparse.Namespace, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    ours = services["ours"]
    rounds, seconds = (2, 1) if options.quick else (3, 4)
    psql("--file", str(HERE / "data.sql"))
    for service in services.values():
        service.start()
    say("Asking for a tenant of 724 entries among 144,800.")
    small = ask(services, SMALL, rounds, seconds)
    memory, rows = grow(options, 1_000 if options.quick else 10_000)
    count = int(psql("--command", "select count(*) from public.metrics", patience=300))
    say(f"Asking for a tenant of 200,000 entries among {count:,}.")
    large = ask(services, LARGE, rounds, seconds)
    agency = ask({"ours": ours}, AGENCY, rounds, seconds)
    years = {user: ask_for_a_year(ours, user, statement, rounds, seconds) for user, _, statement in YEARS}

    # A process of its own: what it took before does not count.
    ours.stop()
    ours.start()
    say(f"Exporting {rows:,} points by HTTP, and as many entries by the command.")
    if (lines := ours.lines(f"/v1/export?user={HUGE}&format=csv")) != rows + 1:
        raise Trouble(f"the export has {lines:,} lines in place of {rows + 1:,}")
    memory["export of points by HTTP"] = ours.peak_memory()
    memory["export of entries"] = export(options.binary, rows)

    found = [
        Figure("tile, p50", "ms", large["ours", "tile"], "the small tenant", small["ours", "tile"], 1.2, False),
        Figure("28 days by day with comparison, p50", "ms", large["ours", "28 days"], "the small tenant", small["ours", "28 days"], 1.3, False),
    ]
    label = "the same of 5 accounts, p50"
    found.append(Figure(label, "ms", agency["ours", "28 days"], "the small tenant, 1 account", small["ours", "28 days"], 1.3, False))
    for user, accounts, statement in YEARS:
        label = f"4 metrics, 365 days by day, previous_year, {accounts}, per second"
        found.append(Figure(label, "", years[user]["ours"], f"pgbench, {statement}", years[user]["pgbench"], 0.7, True))
    found += [Figure(f"peak memory, {name}", "MB", peak / 1e6, "", None, MEMORY / 1e6, False) for name, peak in memory.items()]
    notes = []
    if ("reference", "tile") in small:
        before, after = small["reference", "tile"], large["reference", "tile"]
        notes.append(f"The reference's tile grows from {before:.1f} to {after:.1f} ms, {after / before:.1f}x.")
    title = f"{count:,} rows, medians of {rounds} rounds of {seconds} s"
    return figures.make(title, found, notes, conditions)


def question(user: str, metrics: list[str], date_range: str, compare: str) -> Question:
    body = {"user": user, "metrics": metrics, "date_range": date_range, "interval": "day", "compare": compare}
    return Question("/v1/query", json.dumps(body))


def ask(services: dict[str, Service], user: str, rounds: int, seconds: int) -> dict[tuple[str, str], float]:
    """Medians of the p50 in milliseconds, one question at a time, by system and question."""
    tile = Question(f"/v1/dashboard/tiles?email={user}")
    asked = [("ours", "tile", tile), ("ours", "28 days", question(user, METRICS, "28d", "previous_period"))]
    asked += [("reference", "tile", tile)] * ("reference" in services)
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for system, name, what in asked:
            found.setdefault((system, name), []).append(sound(wrk(services[system], question=what, connections=1, seconds=seconds)).p50)
    return {key: median(values) for key, values in found.items()}


def ask_for_a_year(ours: Service, user: str, statement: str, rounds: int, seconds: int) -> dict[str, float]:
    """Answers per second of ours and of pgbench, in turn."""
    say(f"Asking for a year by day beside the year before, for {user}.")
    what = question(user, ADDING, "365d", "previous_year")
    script = ours.directory / statement
    script.write_text((HERE / statement).read_text().replace("USER", user))
    check_year(ours, what, script)
    found: dict[str, list[float]] = {"ours": [], "pgbench": []}
    for _ in range(rounds):
        found["ours"].append(sound(wrk(ours, question=what, connections=4, seconds=seconds)).per_second)
        found["pgbench"].append(sound(pgbench(script, os.environ["DATABASE_URL"], connections=4, seconds=seconds)).per_second)
    return {name: median(values) for name, values in found.items()}


def check_year(ours: Service, what: Question, script: Path) -> None:
    """A quick wrong answer is no figure: the series have to be what the hand-written statement finds."""
    status, body = ours.ask(what.path, what.body)
    if status != 200:
        raise Trouble(f"the question is answered with {status}: {body[:300].decode(errors='replace')}")
    theirs = {}
    for line in psql("--file", str(script)).splitlines():
        name, period, days, values = line.split("|")
        found = zip(days.strip("{}").split(","), values.strip("{}").split(","))
        theirs[name, int(period)] = [float(value) for _, value in sorted(found)]
    for result in json.loads(body)["results"]:
        for period, member in enumerate(("series", "comparison_series")):
            if [float(point["value"]) for point in result[member]] != theirs[result["metric"], period]:
                raise Trouble(f"{result['metric']}: {member} is not what {script.name} finds")


def sound(found: Round) -> Round:
    if found.errors:
        raise Trouble(f"errors under load: {found.errors}")
    return found


def grow(options: argparse.Namespace, days: int) -> tuple[dict[str, int], int]:
    """Adds the large tenant and the agency, and a huge one by way of a file of entries. Returns the peak of memory, and the rows of the huge one."""
    for user in (LARGE, AGENCY, HUGE):
        subprocess.run([options.binary, "users", "add", user], check=True, stdout=subprocess.DEVNULL, timeout=60)
    psql("--file", str(HERE / "large.sql"))
    rows = days * 1_000
    say(f"Importing {rows:,} entries.")
    command = [options.binary, "import", "--entries", "-", "--user", HUGE]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        running.stdin.write("metric,source,account,day,value,presence,import_id,meta,created_at\n")
        for day in range(days):
            date = datetime.date(1998, 1, 1) + datetime.timedelta(day)
            running.stdin.writelines(
                f"m{n % 100},s{n // 100},,{date},{(day * 7 + n) % 9973},1,,{{}},2026-01-01T00:00:00Z\n" for n in range(1_000))
        running.stdin.close()
    except BrokenPipeError:
        pass
    peak = finish(running, "import --entries")
    for table in ("public.metrics", "livinglytics.totals"):
        psql("--command", f"vacuum analyze {table}", patience=300)
    return {"import of entries": peak}, rows


def export(binary: str, rows: int) -> int:
    """Returns the peak of memory."""
    running = subprocess.Popen([binary, "export", "--entries", "--user", HUGE], stdout=subprocess.PIPE)
    lines = process.lines(running.stdout)
    peak = finish(running, "export --entries")
    if lines != rows + 1:
        raise Trouble(f"export --entries wrote {lines:,} lines in place of {rows + 1:,}")
    return peak


def finish(running: subprocess.Popen, name: str) -> int:
    """Waits for it. Returns the peak of its memory in bytes."""
    _, status, used = os.wait4(running.pid, 0)
    if status:
        raise Trouble(f"{name} ended with status {os.waitstatus_to_exitcode(status)}")
    return used.ru_maxrss * 1024
