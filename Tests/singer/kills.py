"""kill -9, again and again: kills.py BINARY EMAIL [RECORDS]

Feeds records with a state every 1,000 of them, kills the executable at random moments, and goes on from the state that it printed last, as
an orchestrator does. What is stored in the end is told as JSON: how often it was killed, points, their sum, and entries.
"""
import json
import random
import subprocess
import sys
import tempfile
import threading
from datetime import date, timedelta
from pathlib import Path

from executable import sql

BINARY, EMAIL, RECORDS = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 250_000
SCHEMA = {"type": "SCHEMA", "stream": "s", "key_properties": ["day", "shop"],
          "schema": {"properties": {"day": {}, "shop": {}, "orders": {}}}}
MAP = "streams: {s: {source: crm, date: day, account: [shop], metrics: {orders: orders}}}"
DAYS = [(date(1990, 1, 1) + timedelta(number)).isoformat() for number in range(10_000)]


def lines(begin):
    """From a state on: the record after it is the first."""
    yield json.dumps(SCHEMA)
    for number in range(begin, RECORDS):
        yield f'{{"type": "RECORD", "stream": "s", "record": {{"day": "{DAYS[number % 10_000]}", "shop": {number // 10_000}, "orders": {number}}}}}'
        if number % 1000 == 999:
            yield json.dumps({"type": "STATE", "value": {"next": number + 1}})


def feed(pipe, begin):
    try:
        for line in lines(begin):
            pipe.write(line + "\n")
        pipe.close()
    except (BrokenPipeError, ValueError):
        pass  # Killed: whoever reads is gone.


def run(begin, patience, map_file):
    """One run, killed after so many seconds if it lasts so long. Returns the newest state's record, and whether it was killed."""
    command = [BINARY, "import", "-", "--format", "singer", "--map-file", map_file, "--user", EMAIL]
    target = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    threading.Thread(target=feed, args=(target.stdin, begin), daemon=True).start()
    killer = threading.Timer(patience, target.kill)
    killer.start()
    states = target.stdout.read().splitlines()
    status = target.wait()
    killer.cancel()
    if status not in (0, -9):
        sys.exit(f"it ended with {status}")
    # A state that was cut off within its line was never handed over.
    whole = [json.loads(state)["next"] for state in states if state.endswith("}")]
    return (whole[-1] if whole else begin), status == -9


def main():
    dice, kills, begin, killed = random.Random(int(RECORDS)), 0, 0, True
    with tempfile.TemporaryDirectory() as folder:
        map_file = Path(folder) / "map.yaml"
        map_file.write_text(MAP)
        while killed:
            # At first early and often; later it may get to its end.
            begin, killed = run(begin, dice.uniform(0.2, 3 + kills), str(map_file))
            kills += killed
    [(points, total, entries)] = sql(
        "select count(*), sum(value)::text, sum(entries)::text from livinglytics.points p join users u on u.id = p.user_id where email = %s", EMAIL)
    print(json.dumps({"kills": kills, "points": points, "sum": int(total), "entries": int(entries), "expected": RECORDS * (RECORDS - 1) // 2}))


main()
