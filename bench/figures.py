"""Figures beside what they are held against, as a table and as JSON."""

from dataclasses import asdict, dataclass

from report import number, ratio


@dataclass
class Figure:
    label: str
    unit: str
    ours: float
    anchor: str  # what it is held against; nothing where the goal is a bound, or there is none
    theirs: float | None
    goal: float | None  # none where the figure is for information
    more_is_better: bool

    @property
    def found(self) -> float:
        """What the goal speaks of: the ratio ours : theirs, or ours itself."""
        return self.ours if self.theirs is None else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if (self.found >= self.goal if self.more_is_better else self.found <= self.goal) else "NOT MET"


HEADINGS = ("", "ours", "against", "", "ratio", "goal", "")


def make(title: str, figures: list[Figure], notes: list[str], conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    rows = [HEADINGS] + [cells(figure) for figure in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = [f"\n{title}; {conditions['cores']} cores for everything, {conditions['pooler']} in transaction mode with TLS, PostgreSQL "
             f"{conditions['postgresql']}", f"ours is {conditions['binary']}\n"]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines += ["", *notes]
    if conditions["quick"]:
        lines.append("--quick: rounds too short, or too few rows, to rely on.")
    entries = [asdict(figure) | {"found": figure.found, "verdict": figure.verdict} for figure in figures]
    return "\n".join(lines), {"conditions": conditions, "figures": entries, "notes": notes}


def cells(figure: Figure) -> tuple[str, ...]:
    sign = "≥" if figure.more_is_better else "≤"
    if figure.theirs is None:
        theirs, found, goal = "", "", number(figure.goal, figure.unit) if figure.goal else ""
    else:
        theirs, found = number(figure.theirs, figure.unit), ratio(figure.found, figure.more_is_better)
        goal = ratio(figure.goal, figure.more_is_better) if figure.goal else ""
    return (figure.label, number(figure.ours, figure.unit), figure.anchor, theirs, found, f"{sign} {goal}" if goal else "", figure.verdict)
