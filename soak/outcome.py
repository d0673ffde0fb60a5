"""What the soak found, and whether it passed."""

import json
from collections import Counter
from dataclasses import dataclass, field

from steady import RATE, Tally

LEAST_RATE = 0.95 * RATE
LEAST_RESTARTS = 4


@dataclass
class Restarts:
    stops: list[float] = field(default_factory=list)  # seconds from the signal to the end
    starts: list[float] = field(default_factory=list)  # seconds from the start to readiness


def figures(tally: Tally, restarts: Restarts, complaints: Counter) -> dict:
    made = len(restarts.starts)
    failed = tally.sent - tally.right
    return {
        "passed": failed == 0 and tally.rate >= LEAST_RATE and made >= LEAST_RESTARTS,
        "sent": tally.sent,
        "right": tally.right,
        "failed": failed,
        "failed_by_kind": dict(tally.failed.most_common()),
        "rate": round(tally.rate, 1),
        "latest_ms": round(tally.lag * 1e3, 1),
        "slowest_answer_ms": round(tally.slowest * 1e3, 1),
        "restarts": made,
        "slowest_stop_ms": round(max(restarts.stops, default=0) * 1e3),
        "slowest_start_ms": round(max(restarts.starts, default=0) * 1e3),
        "nginx_complaints": dict(complaints.most_common()),
    }


def text(found: dict, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(found, indent=2) + "\n"
    complaints = found["nginx_complaints"]
    rows = [
        ("requests sent", found["sent"], f"{found['rate']} a second (at least {LEAST_RATE:.0f}), up to {found['latest_ms']} ms late"),
        ("answered right", found["right"], f"the slowest after {found['slowest_answer_ms']} ms"),
        ("failed", found["failed"], "(goal: 0)"),
        *((f"  {kind}", count, "") for kind, count in found["failed_by_kind"].items()),
        ("restarts", found["restarts"], f"(at least {LEAST_RESTARTS})"),
        ("ms slowest stop", found["slowest_stop_ms"], "from the signal to the end"),
        ("ms slowest start", found["slowest_start_ms"], "to readiness"),
        ("nginx's complaints", sum(complaints.values()), "each one a second try, or a failure above"),
        *((f"  {kind}", count, "") for kind, count in complaints.items()),
    ]
    lines = [f"{count:>7}  {name:<18}  {note}".rstrip() for name, count, note in rows]
    return "\n".join([*lines, "Passed." if found["passed"] else "NOT passed."]) + "\n"
