#!/usr/bin/env python3
"""Records what the brief's FastAPI service answers: record.py BASE_URL KEY > answers.json

Start that service with FASTAPI_SECRET_KEY=KEY and ALLOW_ORIGINS=https://app.example.com,https://www.example.com on a database without
users. The table of requests stands here; EndToEndTests sends the same ones to our server and compares.
"""
import http.client
import json
import sys
from urllib.parse import urlsplit

KEY = {"Authorization": "Bearer KEY"}
APP = {"Origin": "https://app.example.com"}
EVIL = {"Origin": "https://evil.example"}
PREFLIGHT = {"Access-Control-Request-Method": "POST"}
SEED, TILES = "/v1/dev/seed-user", "/v1/dashboard/tiles"

REQUESTS = [
    ("liveness", "GET", "/v1/health/liveness", {}),
    ("seed without a token", "POST", SEED + "?email=a@x.test", {}),
    ("seed with Basic", "POST", SEED + "?email=a@x.test", {"Authorization": "Basic S0VZ"}),
    ("seed with bearer in lower case", "POST", SEED + "?email=a@x.test", {"Authorization": "bearer KEY"}),
    ("seed with Bearer alone", "POST", SEED + "?email=a@x.test", {"Authorization": "Bearer"}),
    ("seed with an empty token", "POST", SEED + "?email=a@x.test", {"Authorization": "Bearer "}),
    ("seed with a wrong token", "POST", SEED + "?email=a@x.test", {"Authorization": "Bearer WRONG"}),
    ("seed with a token that goes on", "POST", SEED + "?email=a@x.test", {"Authorization": "Bearer KEY more"}),
    ("seed without an e-mail or a token", "POST", SEED, {}),
    ("seed without an e-mail", "POST", SEED, KEY),
    ("seed", "POST", SEED + "?email=a@x.test", KEY),
    ("seed again", "POST", SEED + "?email=a@x.test", KEY),
    ("seed in another case", "POST", SEED + "?email=A@x.test", KEY),
    ("seed with an escaped plus", "POST", SEED + "?email=a%2Bb@x.test", KEY),
    ("seed with a plus is a space", "POST", SEED + "?email=c+d@x.test", KEY),
    ("seed with that space", "POST", SEED + "?email=c%20d@x.test", KEY),
    ("seed twice in a query: the last counts", "POST", SEED + "?email=first@x.test&email=last@x.test", KEY),
    ("seed that last one", "POST", SEED + "?email=last@x.test", KEY),
    ("seed with a name that is no ASCII", "POST", SEED + "?email=j%C3%BCrgen@x.test", KEY),
    ("seed by GET", "GET", SEED + "?email=a@x.test", KEY),
    ("tiles without a token", "GET", TILES + "?email=a@x.test", {}),
    ("tiles with a wrong token", "GET", TILES + "?email=a@x.test", {"Authorization": "Bearer WRONG"}),
    ("tiles without an e-mail", "GET", TILES, KEY),
    ("tiles of nobody", "GET", TILES + "?email=nobody@x.test", KEY),
    ("tiles of the other case's spelling", "GET", TILES + "?email=A@X.test", KEY),
    ("tiles without entries", "GET", TILES + "?email=a@x.test", KEY),
    ("tiles by POST", "POST", TILES + "?email=a@x.test", KEY),
    ("tiles by HEAD", "HEAD", TILES + "?email=a@x.test", KEY),
    ("a path that is not there", "GET", "/v1/nothing", {}),
    ("a path that is not there, with a key", "GET", "/v1/nothing", KEY),
    ("a page of an allowed origin", "GET", "/v1/health/liveness", APP),
    ("a page of another origin", "GET", "/v1/health/liveness", EVIL),
    ("an error to a page of an allowed origin", "GET", TILES + "?email=a@x.test", APP),
    ("preflight of an allowed origin", "OPTIONS", TILES, {**APP, **PREFLIGHT, "Access-Control-Request-Headers": "authorization"}),
    ("preflight of another origin", "OPTIONS", TILES, {**EVIL, **PREFLIGHT}),
]
KEPT = ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers", "access-control-max-age", "allow"]


def ask(base, key, method, path, headers):
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=10)
    connection.request(method, path, headers={name: value.replace("KEY", key) for name, value in headers.items()})
    response = connection.getresponse()
    body = response.read().decode()
    try:
        body = json.loads(body)
    except ValueError:
        pass
    kept = {name: response.getheader(name) for name in KEPT if response.getheader(name)}
    return {"status": response.status, "body": body, "headers": kept}


def main():
    base, key = urlsplit(sys.argv[1]), sys.argv[2]
    rows = []
    for name, method, path, headers in REQUESTS:
        request = {"name": name, "method": method, "path": path, "headers": headers}
        rows.append({**request, "answer": ask(base, key, method, path, headers)})
    json.dump(rows, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
