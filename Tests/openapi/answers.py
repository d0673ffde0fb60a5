#!/usr/bin/env python3
"""Asks every operation that /openapi.json describes, well and badly, and holds each answer against its schema: answers.py BASE_URL KEY

Also fails when an answer comes with a status that its operation does not describe.
"""
import http.client
import json
import sys
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

BASE, KEY = urlsplit(sys.argv[1]), sys.argv[2]
GOOD, WRONG = {"Authorization": f"Bearer {KEY}"}, {"Authorization": "Bearer wrong"}
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
            "&limit=0", "&limit=1001", "&cursor=~", "&cursor=x", "&metric=No", "&x=1", "&since=then", "&rows=entries&format=ndjson", "&rows=all", "&format=xml"]
    return ["", f"?user=nobody@x.test{since}", good, *(good + text for text in more)]


def bodies(operation):
    """The description's own examples, each once more with a field that there is not, and what is no request at all."""
    content = operation["requestBody"]["content"]["application/json"]
    good = [{**example["value"], **({"user": "a@x.test"} if "user" in example["value"] else {})} for example in content["examples"].values()]
    for body in good:
        if errors := list(Draft202012Validator({**content["schema"], "components": DOCUMENT["components"]}).iter_errors(body)):
            FAILURES.append(f"an example is not as described: {errors[0].message}")
    bad = [{**good[0], "surplus": 1}, {}, [], 7, {**good[0], next(iter(good[0])): {"x": []}}, {**good[0], "user": "nobody@x.test"}]
    large = b'"' + b"x" * 70_000 + b'"'
    return [json.dumps(body).encode() for body in good + bad] + [b"{", b"", large]


def main():
    global DOCUMENT
    DOCUMENT = document = json.loads(ask("GET", "/openapi.json", {})[2])
    ask("POST", "/v1/dev/seed-user?email=a@x.test", GOOD)
    point = {"user": "a@x.test", "source": "ga4", "metric": "sessions", "day": "2026-01-15", "value": 1, "note": "first", "new": True}
    for body in (point, {**point, "value": "2.5"}, {**point, "metric": "reach"}):
        ask("POST", "/v1/entries", GOOD, json.dumps(body).encode())
    count = 0
    for template, operations in document["paths"].items():
        paths = [template.replace("{name}", name) for name in ("bookings", "sessions", "No")] if "{" in template else [template]
        for path in paths:
            for method, operation in operations.items():
                for headers in ({}, GOOD, WRONG, {**GOOD, "Accept": "text/csv"}):
                    if "requestBody" in operation:
                        requests = [(path, body) for body in bodies(operation)]
                    else:
                        requests = [(path + query, None) for query in queries(operation)]
                    for address, body in requests:
                        check(document, method.upper(), address, operation, headers, body)
                        count += 1
    for failure in FAILURES:
        print(failure)
    print(f"{count} requests, {len(FAILURES)} answers that are not as described")
    sys.exit(1 if FAILURES or count < 100 else 0)


main()
