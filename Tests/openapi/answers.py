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


def ask(method, path, headers):
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return response.status, response.getheader("Content-Type", "").split(";")[0], response.read().decode()


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def check(document, method, path, operation, query, headers):
    status, kind, body = ask(method, path + query, headers)
    where = f"{method} {path}{query} -> {status}"
    response = resolve(document, operation["responses"].get(str(status)))
    if response is None:
        FAILURES.append(f"{where}: that status is not described")
        return
    content = response.get("content", {}).get(kind)
    if content is None:
        FAILURES.append(f"{where}: {kind} is not described")
    elif kind.endswith("json") and "schema" in content:
        schema = {**content["schema"], "components": document["components"]}
        for error in Draft202012Validator(schema).iter_errors(json.loads(body)):
            FAILURES.append(f"{where}: {error.message} in {body}")


def main():
    document = json.loads(ask("GET", "/openapi.json", {})[2])
    count = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            queries = ["", "?email=a@x.test", "?email=", "?email=nobody@x.test", "?email=%00"] if operation.get("parameters") else [""]
            for query in queries:
                for headers in ({}, GOOD, WRONG):
                    check(document, method.upper(), path, operation, query, headers)
                    count += 1
    for failure in FAILURES:
        print(failure)
    print(f"{count} requests, {len(FAILURES)} answers that are not as described")
    sys.exit(1 if FAILURES or count < 20 else 0)


main()
