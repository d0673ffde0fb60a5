"""The effects of an injection: those that an answer shows, and those that are left in the database."""
import collections
import re

from injecting.payloads import WORKED_OUT

DATABASE_ERROR = re.compile(
    r"syntax error at or near|unterminated quoted|SQLSTATE|does not exist\b.*\bLINE \d|relation \"[^\"]*\" does not exist|column \"[^\"]*\" does not exist"
    r"|invalid input syntax for|operator does not exist|invalid byte sequence for encoding|could not determine data type|permission denied for"
    r"|violates (?:\w+ )+constraint|\bERROR:  |current transaction is aborted|prepared statement|PostgresError|PQ[a-z]+\(", re.I)
PASSWD = re.compile(r"^root:[^:\n]*:0:0:", re.M)
KINDS = ("application/json", "application/problem+json", "text/csv", "application/x-ndjson", "text/plain", "text/html")


def effects_of(answer, text, docs):
    found, body = [], answer.body.decode(errors="replace")
    if answer.status >= 500:
        found.append(f"{answer.status} {body[:200]}")
    kind = (answer.header("Content-Type") or "").split(";")[0]
    if body and kind not in KINDS:
        found.append(f"something of the type {kind!r}: {body[:80]}")
    if kind == "text/html" and answer.body != docs:
        found.append(f"a page: {body[:80]}")
    for name, value in answer.headers:
        if "x-injected" == name.lower() or "injected=1" in value.lower() and name.lower() == "set-cookie" or "\n" in value or "\r" in value:
            found.append(f"the header {name}: {value}")
    said = DATABASE_ERROR.search(body)
    if said and said[0].lower() not in text.lower():
        found.append(f"a database error: {said[0]}")
    found += [f"worked out: {mark}" for mark in (WORKED_OUT, "qzjpq1qzvkq") if mark in body]
    found += ["the lines of a file"] if PASSWD.search(body) else []
    return found


def compare(before, after, run, scene, database):
    """What is another now, and no answer said so. A payload is an address too: somebody has it, since now or a run before, and may be given something."""
    found, users = [], database.users()
    named = {user for user, email in users.items() if email in run.texts}
    new = {whose for table, whose in after[0].keys() - before[0].keys() if table == "public.users"}
    for place in sorted(before[0].keys() | after[0].keys()):
        table, whose = place
        was, now = before[0].get(place), after[0].get(place)
        is_his = whose in named and (table != "public.users" or whose in new)
        if was != now and not is_his and not (table == "livinglytics.declared_metrics" and whose in run.declared):
            found.append(f"rows of {table} of {users.get(whose, whose) or 'all'}: {was} were there, {now} are")
    if len(new) != run.made["user"]:
        found.append(f"{len(new)} new users, {run.made['user']} answers that say so")
    found += [f"there was: {name}" for name in sorted(before[1] - after[1])] + [f"there is: {name}" for name in sorted(after[1] - before[1])]
    rows, more = database.own(), collections.Counter()
    for (user, kind), count in rows.items():
        more[kind] += (count - scene.counts.get((user, kind), 0)) * (user == scene.user or user in named)
    for kind in sorted(more.keys() | run.made.keys() - {"user"}):
        if more[kind] != run.made[kind]:
            found.append(f"{more[kind]} new rows of {kind}, {run.made[kind]} answers that say so")
    return found
