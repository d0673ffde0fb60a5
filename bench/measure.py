"""All the measuring, in order. bench/run starts it inside `livinglytics dev`, whose settings it finds in its environment."""

import argparse
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
import reference  # noqa: E402
import report  # noqa: E402
from load import Round, libpq, pgbench, wrk  # noqa: E402
from service import Service, Trouble  # noqa: E402

HERE = Path(__file__).parent


@dataclass
class Plan:
    rounds: int
    seconds: int
    warm_up: int
    starts: int


FULL = Plan(rounds=3, seconds=5, warm_up=2, starts=5)
QUICK = Plan(rounds=2, seconds=1, warm_up=1, starts=3)


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    note = options.directory / "measure.pid"
    note.write_text(str(os.getpid()))
    try:
        return measure(options)
    finally:
        note.unlink(missing_ok=True)


def measure(options: argparse.Namespace) -> int:
    plan = QUICK if options.quick else FULL
    ours = Service(
        "ours", [options.binary, "serve", "--host", "127.0.0.1", "--port", "{port}"], dict(os.environ), options.directory,
        options.directory / "ours.log",
    )
    services = {"ours": ours}
    if not options.no_reference:
        services["reference"] = Service(
            "reference", reference.command(), reference.environment(dict(os.environ)), reference.DIRECTORY,
            options.directory / "reference.log",
        )
    try:
        load_data(options.binary)
        found = {"starts": measure_starts(services, plan)}
        for service in services.values():
            service.start()
        check_answers(services)
        found["rounds"] = measure_load(services, plan)
        found["memory"] = {name: service.peak_memory() for name, service in services.items()}
        found["complaints"] = {name: service.complaints() for name, service in services.items()}
    except (Trouble, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}", getattr(error, "stderr", None) or "", file=sys.stderr)
        return 1
    finally:
        for service in services.values():
            service.stop()
    text, document = report.make(found, conditions(options, plan))
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / "latest.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    print(text)
    return 0


def load_data(binary: str) -> None:
    say("Migrating and loading 144,800 rows.")
    subprocess.run([binary, "migrate"], check=True, stdout=subprocess.DEVNULL, timeout=60)
    psql("--file", str(HERE / "data.sql"))


def psql(*arguments: str) -> str:
    command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", *arguments]
    return subprocess.run(
        command, env=libpq(os.environ["DATABASE_URL"]), check=True, text=True, stdout=subprocess.PIPE, timeout=60
    ).stdout


def measure_starts(services: dict[str, Service], plan: Plan) -> dict[str, list[tuple[float, float]]]:
    """Turn by turn. The first start of each brings its files into memory and does not count."""
    say(f"Starting each service {plan.starts} times.")
    starts = {name: [] for name in services}
    for turn in range(plan.starts + 1):
        for name, service in services.items():
            seconds = service.start()
            service.stop()
            if turn:
                starts[name].append(seconds)
    return starts


def check_answers(services: dict[str, Service]) -> None:
    """A quick wrong answer is no figure: what is served has to be what the rows add up to."""
    for user in (1, 100, 200):
        sums = json.loads(psql("--command", f"""
            select json_object_agg(case metric_name when 'reach' then 'ig_reach' else metric_name end, total) from (
              select metric_name, sum(metric_value) total from metrics join users on users.id = user_id
              where email = 'u{user}@x.test' group by 1) sums"""))
        for service in services.values():
            answer = service.tiles(user)
            if answer != sums:
                raise Trouble(f"{service.name} answers {answer} for user {user}; the rows add up to {sums}")


def measure_load(services: dict[str, Service], plan: Plan) -> dict[str, dict[str, list[Round]]]:
    """Per scenario and system the rounds. Systems alternate, and begin in a different order each round."""
    url = os.environ["DATABASE_URL"]
    scripts = {"totals": HERE / "totals.sql"}
    if "reference" in services:
        scripts["sums"] = reference.DIRECTORY / "tiles.sql"
    found = {}
    for scenario, tiles, connections in report.SCENARIOS:
        systems = {
            name: lambda seconds, service=service: wrk(service, tiles=tiles, connections=connections, seconds=seconds)
            for name, service in services.items()
        }
        if tiles:
            systems |= {
                name: lambda seconds, script=script: pgbench(script, url, connections=connections, seconds=seconds)
                for name, script in scripts.items()
            }
        say(f"Measuring {scenario}: {plan.rounds} rounds of {plan.seconds} s for each of {', '.join(systems)}.")
        for run in systems.values():
            run(plan.warm_up)
        found[scenario] = {name: [] for name in systems}
        for turn in range(plan.rounds):
            names = list(systems)
            for name in names[turn % len(names):] + names[:turn % len(names)]:
                found[scenario][name].append(systems[name](plan.seconds))
    return found


def conditions(options: argparse.Namespace, plan: Plan) -> dict:
    pooler = subprocess.run(["pgbouncer", "--version"], env={"PATH": os.environ["PATH"] + ":/usr/sbin"}, capture_output=True, text=True)
    return {
        "binary": options.binary,
        "cores": os.cpu_count(),
        "load_average_after": os.getloadavg(),
        "postgresql": psql("--command", "show server_version").strip(),
        "pooler": pooler.stdout.splitlines()[0] if pooler.stdout else "PgBouncer",
        "quick": options.quick,
        "plan": vars(plan),
        "no_reference": options.no_reference,
    }


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--no-reference", default="", metavar="REASON")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
