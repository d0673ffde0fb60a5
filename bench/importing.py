"""Long files and a tap's messages into the ledger, beside psql and target-postgres; and what memory two gigabytes take."""

import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.dont_write_bytecode = True
import figures  # noqa: E402
import packages  # noqa: E402
import posting  # noqa: E402
import reference  # noqa: E402
from figures import Figure  # noqa: E402
from postgres import psql  # noqa: E402
from posting import timed  # noqa: E402
from querying import MEMORY, finish  # noqa: E402
from service import Trouble, say  # noqa: E402

METRICS, DAYS, ROUNDS = 100, 10_000, 3
STREAM, LINE, REPEATED_DAYS = 2_000_000_000, 1_000, 200  # bytes of a long stream and of each line in it; days until it repeats itself
STATE_EVERY = 10_000  # records
USER = "importing@x.test"
HERE = Path(__file__).parent
VENV = reference.KEPT / "target"
PACKAGES = "meltanolabs-target-postgres==0.8.1\nSQLAlchemy==2.1.9\n"
TARGETS = {"target-postgres": {}, "target-postgres with use_copy": {"use_copy": True}}  # and what it is told besides where to write
OURS = f"select count(*), sum(value) from livinglytics.points where user_id = (select id from public.users where email = '{USER}')"
MAP = "streams: {points: {source: google_analytics, date: day, metric: metric, value: value}}\n"


class Points(NamedTuple):
    count: int
    total: int  # all values added up


class System(NamedTuple):
    work: Callable[[], None]
    found: str  # a query of how many points it stored, and of their sum


def prepare() -> str:
    """Installs target-postgres into a virtual environment of its own. Returns why it can't be benched, or nothing."""
    return packages.install(VENV, PACKAGES, *PACKAGES.split())


def measure(services: dict, options: argparse.Namespace, conditions: dict) -> tuple[str, dict]:
    """The text to print and the document to keep."""
    subprocess.run([options.binary, "users", "add", USER], check=True, stdout=subprocess.DEVNULL, timeout=60)
    psql("--file", str(HERE / "brief.sql"))
    (options.directory / "map.yaml").write_text(MAP)
    points = write_files(options.directory, DAYS // 10 if options.quick else DAYS)

    files = race(file_systems(options), points, "points of a long CSV file")
    # A million records take minutes: one round, that nobody has to wait for half an hour.
    streams = race(stream_systems(options), points, "records of a tap", ROUNDS if options.quick else 1)
    clear()
    size = STREAM // 10 if options.quick else STREAM
    peaks = {}
    notes = [f"Rounds: {json.dumps({name: [round(value, 2) for value in values] for name, values in rounds.items()})} seconds."
             for rounds in (files, streams)]
    for name, command, (blocks, expected) in (("Singer", import_stream(options), messages(size)), ("long CSV", import_long(options), rows(size))):
        began = time.perf_counter()
        peaks[name] = feed(name, command, blocks, expected, options.directory / "fed.log")
        notes.append(f"{size / 1e9:g} GB of {name} took {time.perf_counter() - began:.0f} s.")

    rate, copied = (points.count / median(files[name]) for name in ("ours", "copy"))
    found = [Figure("points of a long CSV per second", "", rate, "psql \\copy into the brief's table", copied, 0.3, True)]
    per_second = {name: points.count / median(values) for name, values in streams.items()}
    rate = per_second.pop("ours")
    if per_second:
        best = max(per_second, key=per_second.get)
        found.append(Figure("records of a tap per second", "", rate, best, per_second[best], 3, True))
    found += [Figure(f"peak memory, {size / 1e9:g} GB of {name}", "MB", peak / 1e6, "", None, MEMORY / 1e6, False) for name, peak in peaks.items()]
    notes.append("Records per second: " + "; ".join(f"{name} {each:,.0f}" for name, each in {"ours": rate, **per_second}.items()) + ".")
    if options.no_reference:
        notes.append(f"target-postgres was not measured: {options.no_reference}.")
    return figures.make(f"{points.count:,} new points of one account; medians of {ROUNDS} rounds of files", found, notes, conditions)


def write_files(directory: Path, days: int) -> Points:
    """The same points three times: a row per point for ours, the same with user and source for psql, and messages of a tap."""
    user = psql("--command", f"select id from public.users where email = '{USER}'").strip()
    dice = random.Random(4)
    written = total = 0
    names = [f"metric_{number}" for number in range(METRICS)]
    with (directory / "long.csv").open("w") as long, (directory / "brief.csv").open("w") as brief, (directory / "tap.singer").open("w") as tap:
        long.write("date,metric,value\n")
        tap.write(schema({"day": {"type": "string", "format": "date"}, "metric": {"type": "string"}, "value": {"type": "number"}}))
        for day in some_days(days):
            values = [dice.randrange(100_000) for _ in names]
            total += sum(values)
            long.writelines(f"{day},{name},{value}\n" for name, value in zip(names, values))
            brief.writelines(f"{user},google_analytics,{day},{name},{value}\n" for name, value in zip(names, values))
            for name, value in zip(names, values):
                record = {"day": day, "metric": name, "value": value}
                tap.write(json.dumps({"type": "RECORD", "stream": "points", "record": record}) + "\n")
                written += 1
                if written % STATE_EVERY == 0:
                    tap.write(state(day))
    return Points(written, total)


def file_systems(options: argparse.Namespace) -> dict[str, System]:
    def post() -> None:
        command = [options.binary, "import", str(options.directory / "long.csv"), "--user", USER, "--source", "google_analytics", "--json"]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=180)

    def copy() -> None:
        columns = "user_id, source_name, metric_date, metric_name, metric_value"
        psql("--command", f"\\copy brief.metrics ({columns}) from '{options.directory / 'brief.csv'}' csv", patience=180)

    return {"ours": System(post, OURS), "copy": System(copy, "select count(*), sum(metric_value) from brief.metrics")}


def stream_systems(options: argparse.Namespace) -> dict[str, System]:
    """Each reads the same file from its standard input."""
    def post() -> None:
        pour(options, import_stream(options))

    systems = {"ours": System(post, OURS)}
    if options.no_reference:
        return systems
    for name, settings in TARGETS.items():
        config = options.directory / f"{name.replace(' ', '-')}.json"
        config.touch(mode=0o600)  # it holds the password
        config.write_text(json.dumps({"sqlalchemy_url": os.environ["DATABASE_URL"], "default_target_schema": "target_bench"} | settings))

        def write(config: Path = config) -> None:
            pour(options, [str(VENV / "bin" / "target-postgres"), "--config", str(config)])

        systems[name] = System(write, "select count(*), sum(value) from target_bench.points")
    return systems


def import_stream(options: argparse.Namespace) -> list[str]:
    return [options.binary, "import", "-", "--format", "singer", "--map-file", str(options.directory / "map.yaml"), "--user", USER]


def import_long(options: argparse.Namespace) -> list[str]:
    return [options.binary, "import", "-", "--format", "long", "--map", "note=", "--user", USER, "--source", "google_analytics", "--json"]


def pour(options: argparse.Namespace, command: list[str]) -> None:
    with (options.directory / "tap.singer").open("rb") as tap:
        subprocess.run(command, stdin=tap, check=True, capture_output=True, text=True, timeout=900)


def race(systems: dict[str, System], points: Points, what: str, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The seconds of each. Each round begins with empty tables, and with another system."""
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for turn in range(rounds):
        names = list(systems)
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            clear()
            say(f"Round {turn + 1} of {rounds}: {points.count:,} {what} by {name}.")
            seconds[name].append(timed(systems[name].work))
            check(name, systems[name].found, points)
    return seconds


def clear() -> None:
    posting.empty()
    psql("--command", "select set_config('client_min_messages', 'warning', true); drop schema if exists target_bench cascade")


def check(name: str, query: str, points: Points) -> None:
    """Whoever leaves something out is no faster."""
    count, total = psql("--command", query, patience=300).strip().split("|")
    if int(count) != points.count or float(total or 0) != points.total:
        raise Trouble(f"{name} stored {int(count):,} points that add up to {total or 0}, in place of {points.count:,} and {points.total}")


def feed(name: str, command: list[str], blocks: Iterator[bytes], points: Points, log: Path) -> int:
    """Sends a stream through a pipe. Returns the peak of memory in bytes."""
    say(f"Feeding a long stream: {name}.")
    posting.empty()
    with log.open("wb") as errors:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        for block in blocks:
            running.stdin.write(block)
        running.stdin.close()
    except BrokenPipeError:
        pass
    try:
        peak = finish(running, f"the import of {name}")
    except Trouble as trouble:
        raise Trouble("\n  ".join([f"{trouble}. It said:", *log.read_text(errors="replace").splitlines()[-8:]])) from None
    check(name, OURS, points)
    return peak


def messages(size: int) -> tuple[Iterator[bytes], Points]:
    """A tap that sends the same days over and over, in records that are long by a field which nobody asks for."""
    text = {"type": "string"}
    opening = schema({"day": text | {"format": "date"}, "metric": text, "value": {"type": "number"}, "note": text})
    start = '{"type": "RECORD", "stream": "points", "record": {"day": "DDDDDDDDDD", "metric": "metric_%d", "value": %d, "note": "'
    template = lines(start, '"}}\n')
    dates = list(some_days(REPEATED_DAYS))

    def blocks() -> Iterator[bytes]:
        yield opening.encode()
        for number in range(1, size // len(template) + 1):
            date = dates[number % REPEATED_DAYS]
            yield template.replace(b"DDDDDDDDDD", date.encode())
            if number * METRICS % STATE_EVERY == 0:
                yield state(date).encode()

    return blocks(), days_of_values(REPEATED_DAYS)


def rows(size: int) -> tuple[Iterator[bytes], Points]:
    """A long file of which each row is another point, with a column that is left out."""
    template = lines("DDDDDDDDDD,metric_%d,%d,", "\n")
    days = size // len(template)

    def blocks() -> Iterator[bytes]:
        yield b"date,metric,value,note\n"
        for date in some_days(days, since=datetime.date(1970, 1, 1)):
            yield template.replace(b"DDDDDDDDDD", date.encode())

    return blocks(), days_of_values(days)


def lines(start: str, end: str) -> bytes:
    """A day's lines, one per metric, each filled up to LINE bytes."""
    return "".join((start % (number, value(number))).ljust(LINE - len(end), "x") + end for number in range(METRICS)).encode()


def value(metric: int) -> int:
    return metric * 7 + 1_000


def days_of_values(days: int) -> Points:
    return Points(days * METRICS, days * sum(map(value, range(METRICS))))


def some_days(count: int, since: datetime.date = datetime.date(1998, 1, 1)) -> Iterator[str]:
    return (str(since + datetime.timedelta(offset)) for offset in range(count))


def schema(properties: dict) -> str:
    keys = ["day", "metric"]
    message = {"type": "SCHEMA", "stream": "points", "schema": {"type": "object", "properties": properties}, "key_properties": keys}
    return json.dumps(message) + "\n"


def state(day: str) -> str:
    return json.dumps({"type": "STATE", "value": {"bookmarks": {"points": {"replication_key_value": day}}}}) + "\n"
