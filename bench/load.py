"""One round of load: wrk against a service, or pgbench against the pooler."""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from postgres import libpq
from service import LIVENESS, Service, Trouble

HERE = Path(__file__).parent


@dataclass
class Round:
    requests: int
    seconds: float
    p50: float  # milliseconds, as p99
    p99: float
    cpu: float | None  # milliseconds of the server's CPU per request; None for pgbench, which has no server of its own
    errors: dict[str, int] = field(default_factory=dict)  # by kind, only those that occurred

    @property
    def per_second(self) -> float:
        """Good answers only."""
        return (self.requests - self.errors.get("status", 0)) / self.seconds


@dataclass
class Question:
    """What is asked over and over: the tiles of 200 users in turn, or one path, posted a body or not."""

    path: str = ""
    body: str = ""


TILES = Question()


def wrk(service: Service, *, question: Question | None, connections: int, seconds: int) -> Round:
    """Asks for liveness where there is no question. The key goes through the environment: arguments can be seen by everyone."""
    environment = {"PATH": os.environ["PATH"]}
    if question:
        key = service.environment["FASTAPI_SECRET_KEY"]
        environment |= {"BENCH_KEY": key, "BENCH_PATH": question.path, "BENCH_BODY": question.body}
    command = [
        "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s",
        "--script", str(HERE / "load.lua"), f"http://127.0.0.1:{service.port}{LIVENESS}",
    ]
    before = service.cpu_seconds()
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=seconds + 20).stdout
    cpu = service.cpu_seconds() - before
    service.settle()
    said = json.loads(output.splitlines()[-1])
    return Round(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        p50=said["p50"] / 1e3,
        p99=said["p99"] / 1e3,
        cpu=cpu * 1e3 / max(said["requests"], 1),
        errors={kind: said[kind] for kind in ("connect", "read", "write", "status", "timeout") if said[kind]},
    )


def pgbench(script: Path, database_url: str, *, connections: int, seconds: int) -> Round:
    """As many clients as wrk has connections, each asking again as soon as it is answered.

    Its time includes that of connecting, with TLS and SCRAM up to two seconds for 64 on a busy machine: hence two seconds more.
    """
    with tempfile.TemporaryDirectory() as directory:
        command = [
            "pgbench", "--no-vacuum", "--protocol", "extended", "--client", str(connections), "--jobs", "1", "--time", str(seconds + 2),
            "--file", str(script), "--log", "--log-prefix", f"{directory}/log",
        ]
        run = subprocess.run(command, env=libpq(database_url), capture_output=True, text=True, timeout=seconds + 22)
        lines = [line.split() for log in Path(directory).iterdir() for line in log.read_text().splitlines()]
    times = [int(line[2]) / 1e3 for line in lines if line[2].isdigit()]
    errors = len(lines) - len(times) + len(re.findall(r"client \d+ .*aborted", run.stderr)) or int(run.returncode != 0)
    rate = re.search(r"^tps = ([\d.]+)", run.stdout, re.MULTILINE)
    if len(times) < 2 or not rate:
        raise Trouble(f"pgbench --file {script.name} measured nothing:\n{run.stderr.strip()}")
    percentiles = quantiles(times, n=100)
    # Its own rate leaves out the time the connections took.
    return Round(len(times), len(times) / float(rate[1]), percentiles[49], percentiles[98], None, {"pgbench": errors} if errors else {})
