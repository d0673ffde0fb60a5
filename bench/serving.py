"""Tiles and liveness under load, starts and memory: ours, the brief's service, pgbench."""

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path

import reference
import report
from load import TILES, Round, pgbench, wrk
from postgres import psql
from service import Service, Trouble, say

HERE = Path(__file__).parent


@dataclass
class Plan:
    rounds: int
    seconds: int
    warm_up: int
    starts: int


FULL = Plan(rounds=3, seconds=5, warm_up=2, starts=5)
QUICK = Plan(rounds=2, seconds=1, warm_up=1, starts=3)


def measure(services: dict[str, Service], options: argparse.Namespace, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    plan = QUICK if options.quick else FULL
    say("Loading 144,800 rows.")
    psql("--file", str(HERE / "data.sql"))
    found = {"starts": measure_starts(services, plan)}
    for service in services.values():
        service.start()
    check_answers(services)
    found["rounds"] = measure_load(services, plan)
    found["memory"] = {name: service.peak_memory() for name, service in services.items()}
    found["complaints"] = {name: service.complaints() for name, service in services.items()}
    return report.make(found, conditions | {"plan": vars(plan), "load_average_after": os.getloadavg()})


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
            name: lambda seconds, service=service: wrk(
                service, question=TILES if tiles else None, connections=connections, seconds=seconds)
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
