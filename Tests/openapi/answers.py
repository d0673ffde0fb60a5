#!/usr/bin/env python3
"""Asks every operation that /openapi.json describes, well and badly, and holds each answer against its schema: answers.py BASE_URL KEY

Also fails when an answer comes with a status that its operation does not describe.
"""
import http.client
import itertools
import json
import sys
import uuid
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

BASE, KEY = urlsplit(sys.argv[1]), sys.argv[2]
GOOD, WRONG = {"Authorization": f"Bearer {KEY}"}, {"Authorization": "Bearer wrong"}
CHOSEN = uuid.uuid4()
FAILURES = []


def ask(method, path, headers, body=None):
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=10)
    connection.request(method, path, headers=headers, body=body)
    response = connection.getresponse()
    return response.status, response.getheader("Content-Type", "").split(";")[0], response.read().decode()


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def check(document, method, path, operation, headers, sent=None):
    status, kind, body = ask(method, path, headers, sent)
    where = f"{method} {path} {sent or ''} -> {status}"
    response = resolve(document, operation["responses"].get(str(status)))
    if response is None:
        FAILURES.append(f"{where}: that status is not described")
        return
    content = response.get("content", {}).get(kind)
    if content is None:
        FAILURES.append(f"{where}: {kind} is not described")
    elif kind.endswith("json") and not kind.endswith("ndjson") and "schema" in content:
        schema = {**content["schema"], "components": document["components"]}
        for error in Draft202012Validator(schema).iter_errors(json.loads(body)):
            FAILURES.append(f"{where}: {error.message} in {body}")


def queries(operation):
    """What to write behind the path: for every parameter values that are good, and some that are not."""
    names = {resolve(DOCUMENT, parameter)["name"] for parameter in operation.get("parameters", [])}
    if "email" in names:
        return ["", "?email=a@x.test", "?email=", "?email=nobody@x.test", "?email=%00"]
    if "user" not in names:
        return [""]
    since = "&since=2020-01-01T00:00:00Z" if "since" in names else ""
    good = f"?user=a@x.test{since}"
    more = ["&from=2026-01-01&to=2026-01-31&metric=sessions&source=ga4&account=&limit=1", "&from=2026-02-02&to=2026-02-01", "&from=2026-01-01",
            "&limit=0", "&limit=1001", "&cursor=~", "&cursor=x", "&metric=No", "&x=1", "&since=then", "&rows=entries&format=ndjson", "&rows=all", "&format=xml",
            "&source=ga4", "&source=ga4&account=shop", "&source=ga4&account=shop&take_over=true", "&source=ga4&dry_run=true&name=a.csv&map=Visits=sessions",
            f"&source=ga4&id={CHOSEN}", "&id=none", "&dry_run=perhaps", "&currency=euros", "&map=sessions", "&stream_map=[", "&quarantine_limit=some"]
    return ["", f"?user=nobody@x.test{since}", good, *(good + text for text in more)]


def bodies(operation):
    """None where none is asked for; else the description's own examples, and what is no request at all."""
    if "requestBody" not in operation:
        return [None]
    content = operation["requestBody"]["content"]
    requests = []
    for kind, media in content.items():
        values = [example["value"] for example in media.get("examples", {}).values()]
        requests += [json.dumps(body) for body in objects(media, values)] if kind == "application/json" else values
    return [request.encode() for request in [*requests, "{", "", "name,sessions\na,1\n", '"' + "x" * 70_000 + '"']]


def objects(media, examples):
    """The examples, one of them also with a field that there is not, with a wrong one and for nobody, and what is no such object."""
    good = [{**value, **({"user": "a@x.test"} if "user" in value else {})} for value in examples]
    for body in good:
        if errors := list(Draft202012Validator({**media["schema"], "components": DOCUMENT["components"]}).iter_errors(body)):
            FAILURES.append(f"an example is not as described: {errors[0].message}")
    return good + [{**good[0], "surplus": 1}, {}, [], 7, {**good[0], next(iter(good[0])): {"x": []}}, {**good[0], "user": "nobody@x.test"}]


def main():
    global DOCUMENT
    DOCUMENT = document = json.loads(ask("GET", "/openapi.json", {})[2])
    ask("POST", "/v1/dev/seed-user?email=a@x.test", GOOD)
    point = {"user": "a@x.test", "source": "ga4", "metric": "sessions", "day": "2026-01-15", "value": 1, "note": "first", "new": True}
    for body in (point, {**point, "value": "2.5"}, {**point, "metric": "reach"}):
        ask("POST", "/v1/entries", GOOD, json.dumps(body).encode())
    ask("POST", "/v1/imports?user=a@x.test&source=ga4", GOOD, b"date,sessions\n2026-01-16,3\n")
    newest = json.loads(ask("GET", "/v1/imports?user=a@x.test", GOOD)[2])["imports"][0]["id"]
    places = {"{name}": ("bookings", "sessions", "No"), "{id}": (newest, str(uuid.uuid4()), "none")}
    count = 0
    for template, operations in document["paths"].items():
        paths = [template.replace(place, value) for place, values in places.items() if place in template for value in values] or [template]
        for path in paths:
            for method, operation in operations.items():
                for headers in ({}, GOOD, WRONG, {**GOOD, "Accept": "text/csv", "Idempotency-Key": "once"}):
                    for query, body in itertools.product(queries(operation), bodies(operation)):
                        check(document, method.upper(), path + query, operation, headers, body)
                        count += 1
    for failure in FAILURES:
        print(failure)
    print(f"{count} requests, {len(FAILURES)} answers that are not as described")
    sys.exit(1 if FAILURES or count < 100 else 0)


main()
