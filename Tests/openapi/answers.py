#!/usr/bin/env python3
"""Asks every operation that /openapi.json describes, well and badly, and holds each answer against its schema: answers.py BASE_URL KEY [JWT]

KEY is the service key. With it an API key is made, and with that a session; each of them asks, whoever the JWT is of, and nobody. Also fails when an
answer comes with a status that its operation does not describe, or without a header that it must have.
"""
import http.client
import itertools
import json
import sys
import uuid
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

BASE, KEY = urlsplit(sys.argv[1]), sys.argv[2]
GOOD = {"Authorization": f"Bearer {KEY}"}
# None of a kind that there is, no API key, no JWT, no session.
WRONG = [{"Authorization": f"Bearer {token}"} for token in ("wrong", "livinglytics_" + "0" * 38, "e30.e30.e30")] + [{"Cookie": "__Host-livinglytics=none"}]
SESSION = {"Origin": f"{BASE.scheme}://{BASE.netloc}"}
CHOSEN = uuid.uuid4()
FAILURES = []


def ask(method, path, headers, body=None):
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=10)
    connection.request(method, path, headers=headers, body=body)
    response = connection.getresponse()
    return response.status, response.headers, response.read().decode()


def make(path, headers, body):
    """What a POST of JSON makes, with the answer's headers."""
    status, answered, text = ask("POST", path, headers, json.dumps(body).encode())
    if status != 201:
        sys.exit(f"POST {path} -> {status} {text}")
    return json.loads(text), answered


def sign_in(key):
    SESSION["Cookie"] = make("/v1/session", {}, {"api_key": key})[1]["Set-Cookie"].split(";")[0]


def resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def check(document, method, path, operation, headers, sent=None):
    status, answered, body = ask(method, path, headers, sent)
    kind = answered.get("Content-Type", "").split(";")[0]
    where = f"{method} {path} {sent or ''} -> {status}"
    response = resolve(document, operation["responses"].get(str(status)))
    if response is None:
        FAILURES.append(f"{where}: that status is not described")
        return
    for name, header in response.get("headers", {}).items():
        if resolve(document, header).get("required") and name not in answered:
            FAILURES.append(f"{where}: without {name}")
    if "content" not in response:
        if body:
            FAILURES.append(f"{where}: no body is described, and there is {body}")
        return
    content = response["content"].get(kind)
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


def places(template, newest, key):
    """The paths of a template: something that is there, that is not there, and that can't be."""
    ids = (key if "/keys/" in template else newest, str(uuid.uuid4()), "none")
    for place, values in {"{name}": ("bookings", "sessions", "No"), "{id}": ids}.items():
        if place in template:
            return [template.replace(place, value) for value in values]
    return [template]


def main():
    global DOCUMENT
    DOCUMENT = document = json.loads(ask("GET", "/openapi.json", {})[2])
    ask("POST", "/v1/dev/seed-user?email=a@x.test", GOOD)
    point = {"user": "a@x.test", "source": "ga4", "metric": "sessions", "day": "2026-01-15", "value": 1, "note": "first", "new": True}
    for body in (point, {**point, "value": "2.5"}, {**point, "metric": "reach"}):
        ask("POST", "/v1/entries", GOOD, json.dumps(body).encode())
    ask("POST", "/v1/imports?user=a@x.test&source=ga4", GOOD, b"date,sessions\n2026-01-16,3\n")
    newest = json.loads(ask("GET", "/v1/imports?user=a@x.test", GOOD)[2])["imports"][0]["id"]
    key, spare = (make("/v1/keys", GOOD, {"user": "a@x.test", "name": name, "read": True, "write": True})[0] for name in ("asks", "spare"))
    sign_in(key["key"])
    askers = [{}, GOOD, {**GOOD, "Accept": "text/csv", "Idempotency-Key": "once"}, {"Authorization": f"Bearer {key['key']}"}, SESSION]
    askers += [{"Authorization": f"Bearer {token}"} for token in sys.argv[3:]]
    operations = [(template, *operation) for template, methods in document["paths"].items() for operation in methods.items()]
    # Sign-ins last: when some have failed, all from this address are refused for a while.
    operations.sort(key=lambda operation: operation[:2] == ("/v1/session", "post"))
    count = 0
    for template, method, operation in operations:
        for path in places(template, newest, spare["id"]):
            asked = [(headers, *parts) for headers in askers for parts in itertools.product(queries(operation), bodies(operation))]
            # A session from another page asks only to be refused.
            asked += [(headers, "", bodies(operation)[0]) for headers in [*WRONG, {**SESSION, "Origin": "https://elsewhere.test"}]]
            for headers, query, body in asked:
                check(document, method.upper(), path + query, operation, headers, body)
                count += 1
                if operation["operationId"] == "signOut" and headers is SESSION:
                    sign_in(key["key"])
    for failure in FAILURES:
        print(failure)
    print(f"{count} requests, {len(FAILURES)} answers that are not as described")
    sys.exit(1 if FAILURES or count < 100 else 0)


main()
