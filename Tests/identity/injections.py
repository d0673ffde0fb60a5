#!/usr/bin/env python3
"""Puts other people's attacks into everything that a request can carry: injections.py BASE_URL SERVICE_KEY SUPABASE_URL [--requests N] [--seconds S]

DATABASE_URL is the server's, of a database that may be lost, and that nobody else uses meanwhile; psql and the package sqlmap are needed. Of sqlmap its
lists alone are read (data/xml): its payloads in the contexts that it breaks out of. The rest is in injecting/payloads.py. Every parameter, header, segment
of a path and field of a body of every operation gets them, with the service key, with an API key of a user made for this, or instead of one. An effect is
  - an answer with a status of 500 or more, or none; text of a database error; something worked out that was only written (31337 * 31337, a file's lines);
    a header or a cookie that a payload asked for; HTML other than the page /docs; more than one answer to a request;
  - a sequence that only payloads touch, and that no rollback takes back, moved; a backend asleep, or with a payload's words in its statement: that is asked
    of PostgreSQL all the while, so a slow machine is none;
  - a row of a table, a table, function, role or grant that is not as it was. Rows of the user made for this, and of those whose address is
    a payload, are left out, but must be as many as the answers say; a user or a metric is new only where an answer said so.
First each of these eyes is shown an effect of its own making, and must see it. Exits 1 on any effect, or after fewer than 3,000 requests.
"""
import argparse
import os
import random
import sys
import time

from injecting.database import OURS, Database, Watch
from injecting.effects import compare, effects_of
from injecting.payloads import SEQUENCE, WORKED_OUT
from injecting.run import Run, plan
from injecting.scene import Scene
from walls import Answer

ENOUGH = 3_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("key")
    parser.add_argument("supabase")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    began, chance = time.monotonic(), random.Random(options.seed)
    database = Database(os.environ["DATABASE_URL"].replace("+psycopg", ""))
    database.make_sequence()
    try:
        scene = Scene(options, database)
        wrong = check_the_eyes(scene, database)
        before = database.picture(scene.user)
        with Watch(database) as watch:
            run = Run(scene, plan(scene, options, chance), began + options.seconds, options.requests)
            run.go()
        effects = run.effects + watch.seen + compare(before, database.picture(scene.user), run, scene, database)
        effects += database.moved()
    finally:
        database.drop_sequence()
    for line in [*effects[:40], *wrong]:
        print(line)
    print("statuses:", ", ".join(f"{status}: {number}" for status, number in sorted(run.statuses.items())))
    print(f"{len(scene.slots)} places, slowest answer {run.slowest[0]:.1f} s ({run.slowest[1]}), {time.monotonic() - began:.0f} s in all")
    print(f"{run.asked} injections, {len(effects)} with effect")
    sys.exit(1 if effects or wrong or run.asked < ENOUGH else 0)


def check_the_eyes(scene, database):
    """Each is shown what it must see. What that leaves is taken back, or is before the picture that counts."""
    docs = b"<html>docs</html>"
    shown = {
        "status": Answer(500, [("Content-Type", "application/json")], b"{}"), "type": Answer(200, [], b"x"),
        "page": Answer(200, [("Content-Type", "text/html")], b"<script>x"), "header": Answer(200, [("X-Injected", "yes")], b""),
        "cookie": Answer(200, [("Set-Cookie", "injected=1")], b""), "sum": Answer(200, [("Content-Type", "text/csv")], WORKED_OUT.encode()),
        "file": Answer(200, [("Content-Type", "text/plain")], b"root:x:0:0:root"),
        "error": Answer(200, [("Content-Type", "text/plain")], b'syntax error at or near "x"'),
    }
    wrong = [f"this effect would not be seen: {name}" for name, answer in shown.items() if not effects_of(answer, "x", docs)]
    with Watch(database) as watch:
        database.rows("select pg_sleep(2) /* as a payload would */")
    wrong += [] if watch.seen else ["a backend asleep would not be seen"]
    database.rows(f"select nextval('public.{SEQUENCE}') {OURS}")
    wrong += [] if database.moved() else ["the sequence's move would not be seen"]
    database.start = database.where()
    nothing = Run(scene, iter(()), 0, 0)
    before = database.picture(scene.user)
    scene.operator("POST", "/v1/entries", {"user": scene.bystander, "source": "ga4", "account": "main", "metric": "sessions", "day": "2026-01-01", "value": 1,
                                           "note": "seen?"})
    scene.operator("POST", f"/v1/dev/seed-user?email=unsaid.{scene.run}@clients.test")
    found = compare(before, database.picture(scene.user), nothing, scene, database)
    wrong += [f"a change of {table} would not be seen" for table in ("public.metrics", "livinglytics.imports", "new users") if table not in " ".join(found)]
    return wrong


if __name__ == "__main__":
    main()
