#!/usr/bin/env python3
"""Walks every route with every credential: access.py BASE_URL SERVICE_KEY SUPABASE_URL --cli PATH

SUPABASE_URL is the stand-in's (supabase.py), PATH the program, run with this environment's DATABASE_URL. What each may is written down here once more, by
hand: the server's own table is checked by a second one. Exits 1 for every pair that differs, for a route that the table here lacks, and for one too many.
"""
import argparse
import json
import sys
import urllib.request

from walls import Line, Operator, People, Tenant, bearer, command_line, cookie, new_key, session

COLUMNS = "none wrong key-gone jwt-bad service owner viewer s-owner s-viewer k-read k-write s-read s-write".split()
# o: it goes through the door, whatever it finds behind it. 1: 401. 3: 403.
OPEN, DATA, POSTING, KEYS = "ooooooooooooo", "1311oooooo3o3", "1311oo3o33o3o", "1311oo3o33333"
TABLE = {
    "GET /": OPEN, "GET /docs": OPEN, "GET /openapi.json": OPEN, "GET /v1/health/liveness": OPEN, "GET /v1/health/readiness": OPEN,
    "POST /v1/dev/seed-user": "1311o33333333", "PUT /v1/metadata/{name}": "1311o33333333",
    "GET /v1/dashboard/tiles": DATA, "POST /v1/query": DATA, "GET /v1/metadata": DATA, "GET /v1/entries": DATA, "GET /v1/revisions": DATA,
    "GET /v1/export": DATA, "GET /v1/imports": DATA, "GET /v1/imports/{id}": DATA,
    "POST /v1/entries": POSTING, "POST /v1/imports": POSTING, "POST /v1/imports/{id}/undo": POSTING,
    "GET /v1/keys": KEYS, "POST /v1/keys": KEYS, "DELETE /v1/keys/{id}": KEYS,
    # What a wrong sign-in is told is not about the credential of the request.
    "POST /v1/session": OPEN, "GET /v1/session": "13113oooooooo", "POST /v1/members": "13113oooo3333",
    # Last: it ends the sessions of this walk.
    "DELETE /v1/session": "1311333oo33oo",
}


def allows(status, answer):
    """Whether an answer is one from behind the door."""
    if status in (401, 403):
        return answer.get("code") not in ("missing_token", "invalid_token", "forbidden", "origin_not_allowed")
    return True


def unsafe(answer, path):
    """What a browser is not told about an answer and should be, or is told and should not be."""
    policy, found = answer.header("Content-Security-Policy") or "", []
    if answer.header("X-Content-Type-Options") != "nosniff":
        found.append("no nosniff")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        found.append(f"the policy {policy!r}")
    if path.startswith("/v1") and answer.header("Cache-Control") != "no-store":
        found.append("it may be stored")
    if answer.header("Access-Control-Allow-Origin") == "*" and answer.header("Access-Control-Allow-Credentials"):
        found.append("any origin may use the visitor's credentials")
    if answer.status == 401 and not answer.header("WWW-Authenticate"):
        found.append("no WWW-Authenticate")
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "key", "supabase"):
        parser.add_argument(name)
    parser.add_argument("--cli", required=True)
    options = parser.parse_args()
    operator, people, cli = Operator(options.base, options.key), People(options.supabase), command_line(options.cli)
    tenant = Tenant("walked", 88_000_000)
    tenant.furnish(operator, cli)
    owner, viewer = people.new(f"owner.{tenant.email}"), people.new(f"viewer.{tenant.email}")
    tenant.join(cli, operator, owner)
    tenant.join(cli, operator, viewer, "viewer")
    read, write, gone = (new_key(operator, tenant.email, "walk", reads, not reads) for reads in (True, False, True))
    operator("DELETE", f"/v1/keys/{gone['id']}?user={tenant.email}")
    own = [("Origin", options.base)]
    sign_in = [session(operator, email=f"{who}.{tenant.email}", password=f"{who}.{tenant.email}"[::-1]) for who in ("owner", "viewer")]
    sessions = [*sign_in, *(session(operator, api_key=key["key"]) for key in (read, write))]
    tampered = owner[:-8] + ("AAAAAAAA" if not owner.endswith("AAAAAAAA") else "BBBBBBBB")
    credentials = [[], bearer("wrong"), bearer(gone["key"]), bearer(tampered), bearer(options.key), bearer(owner), bearer(viewer),
                   cookie(sessions[0]) + own, cookie(sessions[1]) + own, bearer(read["key"]), bearer(write["key"]), cookie(sessions[2]) + own,
                   cookie(sessions[3]) + own]
    with urllib.request.urlopen(options.base + "/openapi.json") as reply:
        described = {f"{method.upper()} {path}" for path, item in json.load(reply)["paths"].items() for method in item}
    failures = [f"{route} is served and not in this table" for route in described - set(TABLE)]
    failures += [f"{route} is in this table and not served" for route in set(TABLE) - described - {"GET /"}]
    line, count = Line(options.base), 0
    for route, row in TABLE.items():
        method, path = route.split(" ")
        target = path.replace("{id}", "00000000-0000-4000-8000-000000000000").replace("{name}", "walked_metric")
        for column, expected, headers in zip(COLUMNS, row, credentials, strict=True):
            answer = line.ask(method, target, headers, b"{}" if method in ("POST", "PUT") else None)
            problem = answer.json if answer.header("Content-Type") == "application/problem+json" else {}
            seen = "o" if allows(answer.status, problem) else str(answer.status)[-1]
            count += 1
            failures += [f"{route} as {column}: {answer.status}: {what}" for what in unsafe(answer, path)]
            if seen != expected or answer.status >= 500:
                failures.append(f"{route} as {column}: {answer.status} {problem.get('code')}, expected {expected}")
    for method, path, headers in (("GET", "/v1/none", []), ("PATCH", "/v1/query", []), ("HEAD", "/v1/health/liveness", []), ("GET", "/%00", []),
                                  ("GET", "/docs", []), ("OPTIONS", "/v1/query", [("Origin", "https://a.test"), ("Access-Control-Request-Method", "POST")])):
        answer = line.ask(method, path, headers)
        count += 1
        failures += [f"{method} {path}: {answer.status}: {what}" for what in unsafe(answer, path) if not (path == "/docs" and "stored" in what)]
    # A cookie acts for a page of its own server alone; reading needs no such proof.
    fresh = session(operator, api_key=write["key"])
    for origin, may in ((None, False), ("null", False), ("https://evil.test", False), (options.base + ".evil.test", False),
                        ("http://evil.test@" + options.base[7:], False), (options.base.replace("http", "https"), True),
                        (options.base, True), ("*", False), ("", False)):
        headers = cookie(fresh) + ([] if origin is None else [("Origin", origin)])
        answer = line.ask("POST", "/v1/entries", headers, b"{}")
        count += 1
        if (answer.json["code"] != "origin_not_allowed") != may:
            failures.append(f"a cookie from {origin}: {answer.status} {answer.json['code']}")
    for failure in failures:
        print(failure)
    print(f"{count} requests, {len(failures)} not as the table has them")
    sys.exit(1 if failures else 0)


main()
