"""A million points into the ledger, beside the same rows into the brief's own table."""

import argparse
import datetime
import json
import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import figures
import reference
from figures import Figure
from postgres import psql
from service import Trouble, say

METRICS, DAYS, ROUNDS = 100, 10_000, 3
USER = "posting@x.test"
HERE = Path(__file__).parent


def measure(services: dict, options: argparse.Namespace, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep. Each round begins with empty tables, and with another system."""
    ours = [options.binary, "import", str(options.directory / "wide.csv"), "--user", USER, "--source", "google_analytics", "--json"]
    subprocess.run([options.binary, "users", "add", USER], check=True, stdout=subprocess.DEVNULL, timeout=60)
    psql("--file", str(HERE / "brief.sql"))
    points = write_files(options.directory, DAYS // 10 if options.quick else DAYS)

    def post() -> None:
        subprocess.run(ours, check=True, capture_output=True, text=True, timeout=120)

    def copy() -> None:
        columns = "user_id, source_name, metric_date, metric_name, metric_value"
        psql("--command", f"\\copy brief.metrics ({columns}) from '{options.directory / 'long.csv'}' csv", patience=120)

    systems = {"ours": post, "copy": copy}
    if "reference" in services:
        systems["bulk"] = lambda: bulk(services["reference"].environment, options.directory / "long.csv")
    seconds: dict[str, list[float]] = {name: [] for name in [*systems, "again"]}
    for turn in range(ROUNDS):
        names = list(systems)
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            empty()
            say(f"Round {turn + 1} of {ROUNDS}: {points:,} points by {name}.")
            seconds[name].append(timed(systems[name]))
            if name == "ours":
                check_entries(points)
                seconds["again"].append(timed(post))
                check_entries(points)
                size_ours = size("public", "livinglytics")
            elif name == "copy":
                size_brief = size("brief")
    middle = {name: median(values) for name, values in seconds.items()}
    rate = {name: points / value for name, value in middle.items()}
    found = [Figure("points posted per second", "", rate["ours"], "psql \\copy into the brief's table", rate["copy"], 0.4, True)]
    if "bulk" in rate:
        found.append(Figure("points posted per second", "", rate["ours"], "SQLAlchemy's bulk insert", rate["bulk"], 1.2, True))
    found += [
        Figure("posting them again, which writes 0 entries", "s", middle["again"], "the first time", middle["ours"], 0.5, False),
        Figure("tables and indexes", "MB", size_ours / 1e6, "the brief's", size_brief / 1e6, 2.3, False),
    ]
    notes = [f"Rounds: {json.dumps({name: [round(value, 2) for value in values] for name, values in seconds.items()})} seconds."]
    if options.no_reference:
        notes.append(f"SQLAlchemy was not measured: {options.no_reference}.")
    return figures.make(f"{points:,} new points of one account; medians of {ROUNDS} rounds", found, notes, conditions)


def write_files(directory: Path, days: int) -> int:
    """The same points twice: a row per day for ours, a row per point for the others. Returns how many there are."""
    user = psql("--command", f"select id from public.users where email = '{USER}'").strip()
    dice = random.Random(4)
    names = [f"metric_{number}" for number in range(METRICS)]
    with (directory / "wide.csv").open("w") as wide, (directory / "long.csv").open("w") as long:
        wide.write(",".join(["date", *names]) + "\n")
        for offset in range(days):
            day = datetime.date(1998, 1, 1) + datetime.timedelta(offset)
            values = [dice.randrange(100_000) for _ in names]
            wide.write(",".join(map(str, [day, *values])) + "\n")
            long.writelines(f"{user},google_analytics,{day},{name},{value}\n" for name, value in zip(names, values))
    return days * METRICS


def check_entries(expected: int) -> None:
    """Posting a point that was posted already writes nothing: there are as many entries as points."""
    written = int(psql("--command", "select coalesce(sum(entries), 0) from livinglytics.totals"))
    if written != expected:
        raise Trouble(f"there are {written:,} entries in place of {expected:,}")


def bulk(environment: dict[str, str], file: Path) -> None:
    subprocess.run(
        [str(reference.KEPT / "venv" / "bin" / "python"), str(HERE / "bulk.py"), str(file)], check=True, capture_output=True, text=True,
        env=environment | {"PYTHONPATH": str(reference.DIRECTORY)}, timeout=300,
    )


def empty() -> None:
    """Before each, for both: no table finds room, or dead rows, that another round left."""
    for command in ("truncate public.metrics, brief.metrics", "delete from livinglytics.accounts"):
        psql("--command", command)


def size(*schemas: str) -> int:
    """Bytes of all tables and indexes that hold numbers."""
    names = ", ".join(f"'{schema}'" for schema in schemas)
    return int(psql("--command", f"""
        select sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind = 'r' and nspname in ({names})"""))


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
