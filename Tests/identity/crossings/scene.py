"""The tenants, who holds which credential, and the checks of the check: the search finds what is there, and what was there stays."""
import json
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import quote

from crossings.search import found_of, spoken
from walls import Broken, Line, Operator, People, Tenant, bearer, command_line, cookie, new_key, session

SINCE = "since=2020-01-01T00:00:00Z"


class Try(NamedTuple):
    method: str
    target: str
    headers: list = []
    body: bytes | None = None
    # The same about nobody at all: its answer must be the same.
    twin: tuple | None = None


class Holder(NamedTuple):
    """Who asks: a credential, and whose marks it must never see."""

    name: str
    headers: list
    walled: list


class Scene:
    """The tenants, who holds what, and what there is to ask."""

    def __init__(self, options):
        self.base, self.cli = options.base, command_line(options.cli)
        self.operator = Operator(options.base, options.key)
        self.a, self.b, self.c = Tenant("antelope", 3), Tenant("quokka", 77_710_000), Tenant("capybara", 88_770_000)
        for tenant in (self.a, self.b, self.c):
            tenant.furnish(self.operator, self.cli)
        self.people = People(options.supabase)
        self.tokens = {name: self.people.new(self.address(name)) for name in ("owner", "viewer", "agency", "stranger", "quokka")}
        for name, tenant, role in (("owner", self.a, "owner"), ("viewer", self.a, "viewer"), ("agency", self.a, "owner"), ("agency", self.c, "viewer"),
                                   ("quokka", self.b, "owner")):
            tenant.join(self.cli, self.operator, self.tokens[name], role)
        self.b_session = session(self.operator, email=self.address("quokka"), password=self.address("quokka")[::-1])
        self.b_key = self.b.keys["both"]["key"]
        # What B once asked is asked by A, letter for letter: the answer must not be B's. And an id of B's that A may take, as it is A's then.
        self.once = ("/v1/imports?source=ga4&account=main&name=plain.csv", [*bearer(self.b_key), ("Idempotency-Key", self.b.once)])
        self.b.imports.append(self.operator("POST", self.once[0], f"date,sessions\n2026-04-01,{self.b.value(90)}\n".encode(), self.once[1]).json["import_id"])
        claimed = f"id={uuid.uuid4()}"
        self.operator("POST", f"/v1/imports?{claimed}&source=ga4&account={self.b.account}&name={self.b.word}-claimed.csv",
                      f"date,sessions\n2026-04-02,{self.b.value(91)}\n".encode(), bearer(self.b_key))
        self.claimed = claimed
        self.holders = self.make_holders()
        document = self.operator("GET", "/openapi.json").json
        self.operations = [(method.upper(), path, operation) for path, item in document["paths"].items() for method, operation in item.items()]
        self.document = document

    def address(self, name):
        """Of a person; B's owner has B's word in it."""
        return f"{name}.person.{self.b.email.split('.')[1][:8]}@people.test"

    def make_holders(self):
        a, tokens, foreign = self.a, self.tokens, [self.b, self.c]
        short = new_key(self.operator, a.email, "short", True, True,
                        expires_at=(datetime.now(timezone.utc) + timedelta(seconds=3)).isoformat(timespec="seconds").replace("+00:00", "Z"))
        gone, left = (new_key(self.operator, a.email, name, True, True) for name in ("gone", "left"))
        left_session = session(self.operator, api_key=left["key"])
        for key in (gone, left):
            self.operator("DELETE", f"/v1/keys/{key['id']}?user={quote(a.email)}")
        self.dead = {"expired": bearer(short["key"]), "revoked": bearer(gone["key"]), "revoked key's session": cookie(left_session)}
        # Of keys to be revoked by A itself, so that those above stay.
        self.spare = [new_key(self.operator, a.email, f"spare {number}", True, False)["id"] for number in range(3)]
        self.wait_for_its_end(short["key"])
        origin = [("Origin", self.base.rstrip("/"))]
        password = self.address("owner")[::-1]
        own = {
            "owner": bearer(tokens["owner"]), "viewer": bearer(tokens["viewer"]),
            **{f"{name} key": bearer(key["key"]) for name, key in a.keys.items()},
            "session": cookie(session(self.operator, email=self.address("owner"), password=password)) + origin,
            "key's session": cookie(session(self.operator, api_key=a.keys["both"]["key"])) + origin,
        }
        self.session = own["session"][0][1]
        return [
            *(Holder(name, headers, foreign) for name, headers in own.items()),
            Holder("agency", bearer(tokens["agency"]), [self.b]),
            Holder("stranger", bearer(tokens["stranger"]), [a, *foreign]),
            *(Holder(name, headers + origin, [a, *foreign]) for name, headers in self.dead.items()),
            Holder("nobody", [], [a, *foreign]),
        ]

    def wait_for_its_end(self, key):
        line, last = Line(self.base), time.monotonic() + 20
        while line.ask("GET", "/v1/session", bearer(key)).status != 401:
            if time.monotonic() > last:
                raise Broken("a key still opens 20 s after it was to be made useless by its expires_at of 3 s")
            time.sleep(0.1)

    def data_requests(self, tenant):
        """Every route that says what a tenant has."""
        user = f"user={quote(tenant.email)}"
        question = {"user": tenant.email, "metrics": ["sessions"], "date_range": ["2026-01-01", "2026-04-30"], "group_by": ["source", "account"]}
        return [
            Try("GET", f"/v1/dashboard/tiles?email={quote(tenant.email)}"),
            Try("POST", "/v1/query", [], json.dumps(question).encode()),
            Try("POST", "/v1/query", [("Accept", "text/csv")], json.dumps(question).encode()),
            *(Try("GET", f"{path}{user}") for path in ("/v1/entries?", f"/v1/revisions?{SINCE}&", "/v1/export?", "/v1/export?rows=entries&",
                                                       "/v1/export?format=ndjson&", "/v1/imports?", "/v1/keys?")),
            *(Try("GET", f"/v1/imports/{one}?{user}") for one in tenant.imports),
            Try("GET", "/v1/session"),
        ]

    def check_the_search(self):
        """B's marks are found in what B is answered, route by route, and A's credentials open A: else nothing that follows would mean anything."""
        line, wrong = Line(self.base), []
        for request in self.data_requests(self.b):
            answer = line.ask(request.method, request.target, bearer(self.tokens["quokka"]) + request.headers, request.body)
            if answer.status != 200 or not found_of([self.b], answer, spoken(request.target, request.body or "")):
                wrong.append(f"the search finds nothing of B's in B's own answer: {request.method} {request.target} -> {answer.status} {answer.body[:200]}")
        user = quote(self.a.email)
        for holder in self.holders:
            read = line.ask("GET", f"/v1/entries?user={user}", holder.headers)
            write = line.ask("POST", f"/v1/imports?user={user}&source=ga4&account=main&dry_run=true", holder.headers, b"date,sessions\n2026-01-01,1\n")
            may = (holder.name not in ("write key", "stranger", "nobody", *self.dead),
                   holder.name not in ("viewer", "read key", "stranger", "nobody", *self.dead))
            if (read.status == 200, write.status == 200) != may or (may[0] and not found_of([self.a], read, "")):
                wrong.append(f"{holder.name} may not do what it should, or may do more: reads {read.status}, writes {write.status}")
        seen = line.ask("GET", f"/v1/entries?user={quote(self.c.email)}", bearer(self.tokens["agency"]))
        if not found_of([self.c], seen, ""):
            wrong.append(f"agency does not see C: {seen.status}")
        return wrong

    def states(self):
        metadata = {"metadata": self.operator("GET", "/v1/metadata").body}
        return {"B": self.b.state(self.operator, self.cli), "C": self.c.state(self.operator, self.cli), "all": metadata}

    def still_open(self):
        """B's session, token, key and used idempotency key are what they were."""
        line = Line(self.base)
        answers = [line.ask("GET", "/v1/session", headers) for headers in (cookie(self.b_session), bearer(self.tokens["quokka"]), bearer(self.b_key))]
        answers.append(line.ask("POST", self.once[0], self.once[1], f"date,sessions\n2026-04-01,{self.b.value(90)}\n".encode()))
        return [f"a credential of B's was closed: {answer.status} {answer.body[:200]}" for answer in answers if answer.status != 200]

    def check_the_comparison(self, before):
        self.operator("POST", "/v1/entries", {"user": self.b.email, "source": "ga4", "account": self.b.account, "metric": "sessions", "day": "2026-01-03",
                                              "value": 1, "note": "seen?"})
        now = self.b.state(self.operator, self.cli)
        return [f"the comparison does not see a change of B's {part}" for part in ("points", "entries", "imports") if now[part] == before["B"][part]]
