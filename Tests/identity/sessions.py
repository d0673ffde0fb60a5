#!/usr/bin/env python3
"""What people, keys and sessions live through: sessions.py BASE_URL SERVICE_KEY SUPABASE_URL --cli PATH --proxy ADDRESS

SUPABASE_URL is the stand-in's (supabase.py), PATH the program, run with this environment's DATABASE_URL; ADDRESS of 127.0.0.0/8 is the only one that the
server's TRUSTED_PROXIES names. Prints each thing that does not hold and exits 1, or how many do.
"""
import argparse
import json
import sys
import threading
import time
import uuid
from urllib.parse import quote

from walls import COOKIE, Line, Operator, People, bearer, claims, command_line, cookie, session

TILES = "/v1/dashboard/tiles"
FAILURES, HELD = [], []


def check(holds, what, seen=""):
    (HELD if holds else FAILURES).append(f"{what} {seen}")


class World:
    def __init__(self, options):
        self.base, self.cli = options.base, command_line(options.cli)
        self.operator, self.people, self.proxy = Operator(options.base, options.key), People(options.supabase), options.proxy
        self.line = Line(options.base)

    def control(self, path, body):
        return self.people.ask(f"/control/{path}", body)

    def counts(self):
        return self.people.line.ask("GET", "/control/counts").json

    def ask(self, method, target, headers=(), body=None, line=None):
        return (line or self.line).ask(method, target, headers, None if body is None else json.dumps(body).encode())

    def person(self, name):
        """An address, its token and the subject of that."""
        email = f"{name}.{uuid.uuid4().hex[:8]}@people.test"
        token = self.people.new(email)
        return email, token, claims(token)["sub"]

    def client(self, name):
        email = f"{name}.{uuid.uuid4().hex[:8]}@clients.test"
        self.cli("users", "add", email)
        point = {"user": email, "source": "ga4", "metric": "sessions", "day": "2026-01-01", "value": 7, "note": "first", "new": True}
        self.operator("POST", "/v1/entries", point)
        return email


def workspaces(world):
    """An address links to nothing; a newcomer gets a workspace; the operator links, and it holds at once."""
    email, token, subject = world.person("seeded")
    world.cli("users", "add", email)
    world.operator("POST", "/v1/entries", {"user": email, "source": "ga4", "metric": "sessions", "day": "2026-01-01", "value": 7, "note": "x", "new": True})
    me = world.ask("GET", "/v1/session", bearer(token)).json
    check([one["user"] for one in me["clients"]] == [f"{subject}@workspace.invalid"], "whoever signs up with a seeded address gets a workspace of his own", me)
    check(world.ask("GET", TILES, bearer(token)).json["sessions"] == 0, "and none of the seeded numbers")
    check(world.ask("GET", f"{TILES}?email={quote(email)}", bearer(token)).status == 403, "not by naming the address either")
    world.cli("users", "link", email, subject)
    check(world.ask("GET", TILES, bearer(token)).json.get("sessions") == 7, "linked by the operator he sees them at once")
    me = world.ask("GET", "/v1/session", bearer(token)).json
    check([one["user"] for one in me["clients"]] == [email], "and his empty workspace is gone", me)
    world.cli("users", "link", email, subject, "--role", "viewer")
    entry = {"source": "ga4", "metric": "sessions", "day": "2026-01-01", "value": 8, "note": "x"}
    check(world.ask("POST", "/v1/entries", bearer(token), entry).status == 403, "made a viewer he posts nothing, at once")
    check(world.ask("GET", TILES, bearer(token)).json["sessions"] == 7, "and still reads")
    check(world.ask("POST", "/v1/keys", bearer(token), {"name": "viewer's"}).status == 403, "nor makes he keys")
    world.cli("users", "link", email, subject)
    made = world.ask("POST", "/v1/keys", bearer(token), {"name": "his own"}).json["key"]
    check(world.ask("GET", TILES, bearer(made)).json["sessions"] == 7, "an owner makes keys")
    told = world.cli("users", "unlink", email, subject)
    check(world.ask("GET", f"{TILES}?email={quote(email)}", bearer(token)).status == 403, "unlinked he sees nothing, at once")
    check(world.ask("GET", TILES, bearer(made)).status == 401 and "Revoked 1" in told, "and by the keys that he made neither", told)
    code = world.cli("users", "invite", email).split()[-1]
    check("owner" in world.cli("users", "invitations", email), "the operator sees what is open")
    world.cli("users", "invitations", email, "--withdraw")
    check(world.ask("POST", "/v1/members", bearer(token), {"invitation": code}).status == 404, "and withdraws it")


def agencies(world):
    """One person, several clients; one client, several people."""
    one, two = world.client("one"), world.client("two")
    _, token, subject = world.person("agency")
    _, other, colleague = world.person("colleague")
    for email in (one, two):
        world.cli("users", "link", email, subject)
    world.cli("users", "link", one, colleague, "--role", "viewer")
    answer = world.ask("GET", TILES, bearer(token))
    check(answer.status == 422 and answer.json["errors"][0]["field"] == "email", "who holds several clients says which one", answer.body)
    check(all(world.ask("GET", f"{TILES}?email={quote(email)}", bearer(token)).status == 200 for email in (one, two)), "and sees each")
    check(world.ask("GET", TILES, bearer(other)).json["sessions"] == 7, "a colleague sees the one he belongs to, unnamed")
    check(world.ask("GET", f"{TILES}?email={quote(two)}", bearer(other)).status == 403, "and not the other")
    code = world.cli("users", "invite", two, "--role", "viewer").split()[-1]
    check(world.ask("POST", "/v1/members", bearer(other), {"invitation": code}).status == 201, "an invitation lets him in")
    check(world.ask("POST", "/v1/members", bearer(token), {"invitation": code}).status == 404, "once")
    check(world.ask("GET", f"{TILES}?email={quote(two)}", bearer(other)).status == 200, "and he sees it")
    check(sorted(line.split()[1] for line in world.cli("users", "members", two).splitlines()) == ["owner", "viewer"], "the operator sees both")


def keys(world):
    client = world.client("keyed")
    user = f"user={quote(client)}"
    made = world.operator("POST", "/v1/keys", {"user": client, "name": "both", "write": True}).json
    key = bearer(made["key"])
    check(world.ask("GET", TILES, key).json["sessions"] == 7, "a key reads")
    listed = world.operator("GET", f"/v1/keys?{user}").body.decode()
    check(made["key"] not in listed and made["id"] in listed, "a list has no key in it")
    world.cli("keys", "revoke", made["id"], "--user", client)
    check(world.ask("GET", TILES, key).status == 401, "revoked by another process it opens nothing, at once")
    printed = world.cli("keys", "create", "--user", client, "--name", "cli", "--write").split()[-1]
    check(world.ask("GET", TILES, bearer(printed)).status == 403, "one that writes alone does not read")
    cookied = session(world.operator, api_key=(other := world.operator("POST", "/v1/keys", {"user": client, "name": "c"}).json)["key"])
    check(world.ask("GET", TILES, cookie(cookied)).status == 200, "a key's session reads")
    world.operator("DELETE", f"/v1/keys/{other['id']}?{user}")
    check(world.ask("GET", TILES, cookie(cookied)).status == 401, "and ends with its key")
    late = world.ask("POST", "/v1/keys", bearer(world.operator.key), {"user": client, "name": "late", "expires_at": "2020-01-01T00:00:00Z"})
    check(late.status == 422, "none is born expired", late.body)


def browsers(world):
    """A session: made, renewed behind its back, ended on either side."""
    email, token, subject = world.person("browser")
    world.control("expiry", {"seconds": 31})
    answer = world.ask("POST", "/v1/session", [], {"email": email, "password": email[::-1]})
    world.control("expiry", {"seconds": 3600})
    set_cookie = answer.header("Set-Cookie")
    flags = [part.strip() for part in set_cookie.split(";")[1:]]
    check(answer.status == 201 and set_cookie.startswith(COOKIE + "="), "a password signs in", answer.body)
    browsers = {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(flags) and not any(one.startswith("Domain") for one in flags)
    check(browsers, "the cookie is a browser's alone", set_cookie)
    mine = cookie(set_cookie.split(";")[0].split("=", 1)[1])
    check(token not in answer.text and "refresh" not in answer.text, "no token of Supabase's leaves the server")
    before = world.counts()["token_refresh"]
    # A second or so: until what was given for half a minute has to be renewed. One that never is, is not waited for.
    patience = time.monotonic() + 20
    while world.counts()["token_refresh"] == before and world.ask("GET", TILES, mine).status == 200 and time.monotonic() < patience:
        pass
    statuses = []
    askers = [threading.Thread(target=lambda: statuses.append(world.ask("GET", TILES, mine, line=Line(world.base)).status)) for _ in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    check(statuses == [200] * 20 and world.counts()["token_refresh"] == before + 1, "one renewal serves all", f"{statuses} {world.counts()}")
    logouts = world.counts()["logout"]
    ended = world.ask("DELETE", "/v1/session", [*mine, ("Origin", world.base)])
    check(ended.status == 204 and "Max-Age=0" in ended.header("Set-Cookie"), "it ends", ended.headers)
    check(world.counts()["logout"] == logouts + 1, "at Supabase Auth, too", world.counts())
    check(world.ask("GET", TILES, mine).status == 401, "and opens nothing any more")
    check(world.ask("DELETE", "/v1/session", [*bearer(token)]).status == 403, "a token is no session to end")
    # Banned there, he is out here as soon as we ask.
    world.control("expiry", {"seconds": 1})
    banned = cookie(session(world.operator, email=email, password=email[::-1]))
    world.control("ban", {"email": email})
    check(world.ask("GET", TILES, banned).status == 401, "whoever was banned is out with the next renewal")
    world.control("ban", {"email": email, "banned": False})
    alone = cookie(session(world.operator, email=email, password=email[::-1]))
    world.control("down", {"seconds": 600})
    check(world.ask("GET", TILES, alone).status == 200, "while nobody answers there it goes on")
    refused = world.ask("POST", "/v1/session", [], {"email": email, "password": email[::-1]})
    check(refused.status == 503 and refused.json["code"] == "sign_in_unavailable" and refused.header("Retry-After"), "and nobody new signs in", refused.body)
    world.control("down", {"seconds": None})
    world.control("expiry", {"seconds": 3600})


def guessing(world):
    """Ten failures of one address; an address is what a trusted proxy says, and nobody else."""
    email, _, _ = world.person("guessed")
    guess, right = {"email": email, "password": "wrong"}, {"email": email, "password": email[::-1]}
    one, two, proxy = Line(world.base, "127.0.0.51"), Line(world.base, "127.0.0.52"), Line(world.base, world.proxy)
    statuses = [world.ask("POST", "/v1/session", [("X-Forwarded-For", f"192.0.2.{number}")], guess, one).status for number in range(12)]
    check(statuses == [401] * 10 + [429] * 2, "ten failures of an address and no more, whatever it says of itself", statuses)
    last = world.ask("POST", "/v1/session", [], right, one)
    check(last.status == 429 and int(last.header("Retry-After")) > 0, "nor with the right password then", last.body)
    check(world.ask("POST", "/v1/session", [], right, two).status == 201, "others sign in")
    forwarded = [("X-Forwarded-For", "192.0.2.77, 198.51.100.7")]
    statuses = [world.ask("POST", "/v1/session", forwarded, {"api_key": "livinglytics_wrong"}, proxy).status for _ in range(11)]
    check(statuses == [401] * 10 + [429], "behind the proxy it is whom the proxy names", statuses)
    other = world.ask("POST", "/v1/session", [("X-Forwarded-For", "192.0.2.77, 198.51.100.8")], right, proxy)
    check(other.status == 201, "and another one is another one", other.body)
    secure = world.ask("GET", "/v1/health/liveness", [("X-Forwarded-Proto", "https")], line=proxy)
    check(secure.header("Strict-Transport-Security") is not None, "TLS before the proxy: HSTS")
    check(world.ask("GET", "/v1/health/liveness", [("X-Forwarded-Proto", "https")]).header("Strict-Transport-Security") is None, "said by anybody it is not")


def signing_keys(world):
    """Keys come and go; one fetch serves all who wait."""
    _, token, _ = world.person("rotated")
    check(world.ask("GET", TILES, bearer(token)).status == 200, "a token of the first key")
    before = world.counts()["jwks"]
    world.control("keys", {"add": {"alg": "RS256"}})
    _, newer, _ = world.person("newer")
    world.control("delay", {"jwks_ms": 300})
    statuses = []
    askers = [threading.Thread(target=lambda: statuses.append(world.ask("GET", TILES, bearer(newer), line=Line(world.base)).status)) for _ in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    world.control("delay", {})
    check(statuses == [200] * 20 and world.counts()["jwks"] - before == 1, "one fetch for twenty that wait", f"{statuses} {world.counts()['jwks'] - before}")
    for _ in range(50):
        unknown = world.control("token", {"header": {"kid": uuid.uuid4().hex}})["token"]
        check(world.ask("GET", TILES, bearer(unknown)).status == 401, "a made-up key's token is refused")
    check(world.counts()["jwks"] - before == 1, "and costs no fetch each", world.counts()["jwks"] - before)


def codes(world):
    """Where nobody runs it on his own machine there are no codes."""
    check(world.ask("POST", "/v1/session", [], {"code": "0" * 22}, Line(world.base, "127.0.0.53")).status == 401, "no code signs in at serve")
    for body, field in (({}, "email"), ({"email": "a@b.test"}, "password"), ({"api_key": "x", "code": "y"}, "email"), ({"api_key": 7}, "api_key")):
        answer = world.ask("POST", "/v1/session", [], body)
        check(answer.status == 422 and answer.json["errors"][0]["field"] == field, f"{body} is told what is missing", answer.body)
    foreign = world.ask("POST", "/v1/session", [("Origin", "https://evil.test")], {"api_key": "x"})
    check(foreign.status == 403 and foreign.json["code"] == "origin_not_allowed", "no page of another site signs anybody in", foreign.body)


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "key", "supabase"):
        parser.add_argument(name)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--proxy", required=True)
    world = World(parser.parse_args())
    for part in (signing_keys, workspaces, agencies, keys, browsers, codes, guessing):
        part(world)
    for failure in FAILURES:
        print("does not hold:", failure)
    print(f"{len(HELD)} hold, {len(FAILURES)} do not")
    sys.exit(1 if FAILURES else 0)


main()
