#!/usr/bin/env python3
"""Puts other people's attacks into everything that a request can carry: injections.py BASE_URL SERVICE_KEY SUPABASE_URL [--requests N] [--seconds S]

DATABASE_URL is the server's, of a database that may be lost, and that nobody else uses meanwhile; psql and the package sqlmap are needed. Of sqlmap its
lists alone are read (data/xml): its payloads in the contexts that it breaks out of. The rest is below. Every parameter, header, segment of a path and
field of a body of every operation gets them, with the service key, with an API key of a user made for this, or instead of one. An effect is
  - an answer with a status of 500 or more, or none; text of a database error; something worked out that was only written (31337 * 31337, a file's lines);
    a header or a cookie that a payload asked for; HTML other than the page /docs; more than one answer to a request;
  - a sequence that only payloads touch, and that no rollback takes back, moved; a backend asleep, or with a payload's words in its statement: that is asked
    of PostgreSQL all the while, so a slow machine is none;
  - a row of a table, a table, function, role or grant that is not as it was. Rows of the user made for this, and of those whose address is
    a payload, are left out, but must be as many as the answers say; a user or a metric is new only where an answer said so.
First each of these eyes is shown an effect of its own making, and must see it. Exits 1 on any effect, or after fewer than 3,000 requests.
"""
import argparse
import collections
import importlib.resources
import itertools
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import uuid
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple
from urllib.parse import quote

from walls import COOKIE, Answer, Broken, Line, Operator, People, bearer, cookie, new_key, resolve

ENOUGH, THREADS, SLEEP = 3_000, 3, 5
SEQUENCE = "livinglytics_untouched"
OURS = "/* injections.py itself */"
WORKED_OUT = str(31337 * 31337)
DATABASE_ERROR = re.compile(
    r"syntax error at or near|unterminated quoted|SQLSTATE|does not exist\b.*\bLINE \d|relation \"[^\"]*\" does not exist|column \"[^\"]*\" does not exist"
    r"|invalid input syntax for|operator does not exist|invalid byte sequence for encoding|could not determine data type|permission denied for"
    r"|violates (?:\w+ )+constraint|\bERROR:  |current transaction is aborted|prepared statement|PostgresError|PQ[a-z]+\(", re.I)
PASSWD = re.compile(r"^root:[^:\n]*:0:0:", re.M)
KINDS = ("application/json", "application/problem+json", "text/csv", "application/x-ndjson", "text/plain", "text/html")

# Besides sqlmap's: what is to be worked out, opened, shown or split.
OTHERS = [
    f"'; select nextval('public.{SEQUENCE}'); --", f"' || nextval('public.{SEQUENCE}') || '", f"' and nextval('public.{SEQUENCE}') > 0 --",
    f"1; select nextval('public.{SEQUENCE}')", f"\\'; select nextval('public.{SEQUENCE}'); --", f"$$; select nextval('public.{SEQUENCE}'); --",
    f"'; commit; select nextval('public.{SEQUENCE}'); --", f"') union select nextval('public.{SEQUENCE}')::text --",
    f"\u02bc; select nextval('public.{SEQUENCE}'); --",
    f"\ufe55'; select nextval('public.{SEQUENCE}') --", f"E'\\x27' || nextval('public.{SEQUENCE}')", f"{{nextval('public.{SEQUENCE}')}}",
    f"%27%3bselect nextval(%27public.{SEQUENCE}%27)--",
    f"',nextval('public.{SEQUENCE}'))--", "\\copy metrics to program 'true'", "'; copy (select 1) to program 'true'; --",
    "'; drop table public.metrics cascade; --",
    "'; truncate livinglytics.imports cascade; --", "'; update public.users set email = 'x@x.test'; --", "'; delete from public.metrics; --",
    "'; alter role postgres superuser; --",
    "'; set role livinglytics_tenant; --", "'; select set_config('livinglytics.user_id', '0', false); --", "'; reset all; --", "'; listen x; notify x; --",  # pooler-lint: allow none of these is ever to run
    "*/ select 1 /*", "';--\u0000",
    "a\tb\tc\t\\N", "\\.", "\\N\t\\.\n\\.", "a\\\\.\n\\.\n", "{a,b}", "{\"a\",NULL}", "(,)", "[2020-01-01,)", "\\x00", "\\u0000", "\ud7ff\ue000", "\U0010ffff",
    "<script>alert(31337)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "<svg/onload=alert(1)>", "'-alert(1)-'", "</title><h1>x</h1>",
    "&lt;script&gt;", "<!--#exec cmd=\"id\"-->",
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "/etc/passwd", "file:///etc/passwd",
    "php://filter/resource=/etc/passwd", "\\\\x\\share", "C:\\boot.ini", "/dev/zero",
    "/proc/self/environ", "%c0%ae%c0%ae/etc/passwd", "..\\..\\etc\\passwd", "http://127.0.0.1:1/", "gopher://127.0.0.1:1/_x", "${jndi:ldap://127.0.0.1:1/x}",
    "https://x.test@127.0.0.1",
    "{{31337*31337}}", "${31337*31337}", "#{31337*31337}", "<%= 31337*31337 %>", "%{31337*31337}", "\\(31337*31337)", "{% print(31337*31337) %}",
    "$((31337*31337))", "`expr 31337 \\* 31337`",
    "; expr 31337 '*' 31337", "| expr 31337 '*' 31337", "& set /a 31337*31337 &", "$(expr 31337 '*' 31337)", "=31337*31337", "+31337*31337",
    "@SUM(31337*31337)", "' + (31337*31337) + '",
    "x\r\nX-Injected: yes", "x\nX-Injected: yes", "x\rX-Injected: yes", "x\r\n\r\n<html>X-Injected</html>", "%0d%0aX-Injected:%20yes",
    "%0d%0aSet-Cookie:%20injected=1", "\u560d\u560aX-Injected: yes",
    "x\u2028X-Injected: yes", "x\u0085X-Injected: yes", "%E5%98%8D%E5%98%8ASet-Cookie:%20injected=1", "x%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0aX-Injected:%20yes",
    "*)(uid=*))(|(uid=*", "*)(|(mail=*))", "' or count(/*)=1 or 'a'='b",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    "<![CDATA[<script>]]>", "{\"$gt\": \"\"}", "{\"$where\": \"sleep(5000)\"}", "true, $where: '1 == 1'", "__proto__", "constructor", "%s%s%s%s%n", "%x%x%x",
    "%@%@%@", "\\(x)", "{0}",
    "!!python/object/apply:os.system ['id']", "&a [*a,*a]", "*a", "- &x\n- *x", "? {", "a: &a [x]\nb: [*a,*a,*a]", "!!binary x", "<<: *x", "%YAML 9.9",
    "\ufeff", "\u202e", "\u0000", "\x1b[31m", "\x7f",
    "NaN", "Infinity", "-0", "1e400", "9" * 400, "0x1F", "1_000", "", " ", "\t", "'", "\"", "\\", "`", ";", "--", "/*", "#", "%", "_", "A" * 5000, "'" * 300,
    "(" * 300, "[" * 300, "a@" + "b" * 300 + ".test",
    "null", "undefined", "true", "[]", "{}", "../", "%00", "%2e%2e%2f", "%", "%zz", "%u0027", "\u02b9\u2019\uff07",
]


class Slot(NamedTuple):
    """A place in a request: what it is called, and how a text is put there."""

    name: str
    make: object
    is_header: bool = False


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


class Database:
    """What PostgreSQL says itself, by psql."""

    def __init__(self, url):
        self.url = url

    def command(self):
        return ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.url]

    def rows(self, sql):
        done = subprocess.run([*self.command(), "-c", sql], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Broken(f"psql: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def make_sequence(self):
        self.rows(f"create sequence if not exists public.{SEQUENCE}; grant all on sequence public.{SEQUENCE} to public {OURS}")
        self.start = self.where()

    def where(self):
        return self.rows(f"select last_value, is_called from public.{SEQUENCE} {OURS}")

    def moved(self):
        return [] if self.where() == self.start else ["a payload moved the sequence: it was run as SQL"]

    def drop_sequence(self):
        self.rows(f"drop sequence public.{SEQUENCE} {OURS}")

    def picture(self, user):
        """Sums of all rows by table and whose they are, other than this user's, and all that has a name or a grant.

        When a key was last used is written some time later; nothing else moves by itself.
        """
        columns = self.rows(
            "select format('%I.%I', n.nspname, c.relname), coalesce(string_agg(a.attname, ',') filter (where a.attname in ('user_id', 'name')), '')"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            f" where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema$)' group by 1 order by 1 {OURS}")
        parts = []
        for table, names in columns:
            whose = "user_id::text" if "user_id" in names.split(",") else {
                "public.users": "id::text", "livinglytics.declared_metrics": "name"}.get(table, "''")
            own = f"where user_id is distinct from '{user}'" if whose == "user_id::text" else ""
            parts.append(f"select '{table}', coalesce({whose}, ''), count(*),"
                         f" sum(('x' || left(md5((to_jsonb(t) - 'last_used_at')::text), 15))::bit(60)::bigint)"
                         f" from {table} t {own} group by 1, 2")
        rows = {(table, whose): (count, total) for table, whose, count, total in self.rows(" union all ".join(parts) + OURS)}
        names = self.rows(
            "select 'relation', c.oid::regclass::text, c.relkind::text, c.relowner::regrole::text, coalesce(c.relacl::text, ''), c.relrowsecurity::text"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_(toast_)?temp' union all"
            " select 'function', oid::regprocedure::text, md5(prosrc), proowner::regrole::text, coalesce(proacl::text, ''), '' from pg_proc union all"
            " select 'role', rolname, rolsuper::text, rolbypassrls::text, coalesce(rolconfig::text, ''), rolcanlogin::text from pg_roles union all"
            " select 'schema', nspname, nspowner::regrole::text, coalesce(nspacl::text, ''), '', '' from pg_namespace"
            f" where nspname !~ '^pg_(toast_)?temp' {OURS}")
        return rows, {tuple(name) for name in names}

    def own(self):
        """How many rows of some kinds each user has."""
        return {(user, kind): int(count) for user, kind, count in self.rows(
            "select user_id, kind, count(*) from livinglytics.imports where status = 'posted' group by 1, 2"
            f" union all select user_id, 'key', count(*) from livinglytics.api_keys group by 1 {OURS}")}

    def users(self):
        return {user: json.loads(email) for user, email in self.rows(f"select id, to_json(email) from public.users {OURS}")}


class Watch:
    """Asks all the while what the backends do: none may sleep as a payload says, or have a payload's words in its statement."""

    # sqlmap's heavy statements count as high as their seconds; what psql asks for this file says so itself.
    LOOK = (f"select 'PostgreSQL is at ' || coalesce(wait_event, '') || ': ' || left(query, 200) from pg_stat_activity"
            f" where pid <> pg_backend_pid() and (wait_event = 'PgSleep' or query ~* 'pg_sleep|generate_series\\(1, *{SLEEP}000000|{SEQUENCE}|31337')"
            f" and query !~ 'injections\\.py itself' {OURS};\n")

    def __init__(self, database):
        self.process = subprocess.Popen(database.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.seen, self.looks, self.stop = [], 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self):
        self.thread.start()
        return self

    def look(self):
        """A round trip at a time; the wait between two is short beside a payload's sleep."""
        while not self.stop.wait(0.2):
            self.process.stdin.write(self.LOOK + "\\echo looked\n")
            self.process.stdin.flush()
            for line in iter(self.process.stdout.readline, "looked\n"):
                if not line:
                    self.seen.append("psql could not look any more: the database went away")
                    return
                self.seen.append(line.strip())
            self.looks += 1

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        _, said = self.process.communicate(timeout=30)
        if said or not self.looks:
            self.seen.append(f"psql looked {self.looks} times: {said.strip()}")


class Scene:
    """The user made for this, its credentials, and the places that there are."""

    def __init__(self, options, database):
        self.base, self.operator = options.base, Operator(options.base, options.key)
        self.run = uuid.uuid4().hex[:8]
        self.email = f"injected.{self.run}@clients.test"
        self.bystander = f"bystander.{self.run}@clients.test"
        for email in (self.bystander, self.email):
            self.operator("POST", f"/v1/dev/seed-user?email={quote(email)}")
            table = b"date,sessions,reach\n2026-01-01,7,8\n2026-01-02,9,10\n"
            self.imported = self.operator("POST", f"/v1/imports?user={quote(email)}&source=ga4&account=main", table).json["import_id"]
        self.user = database.rows(f"select id from public.users where email = '{self.email}' {OURS}")[0][0]
        self.api_key = new_key(self.operator, self.email, "injected", True, True)["key"]
        self.spare = new_key(self.operator, self.email, "spare", True, False)["id"]
        self.token = People(options.supabase).new(f"injected.{self.run}@people.test")
        # Whoever signs in first gets a workspace: before the picture is taken, not after.
        self.session = self.operator("POST", "/v1/session", {"api_key": self.api_key}, headers=[]).header("Set-Cookie").split(";")[0].split("=", 1)[1]
        self.operator("GET", "/v1/session", headers=bearer(self.token))
        Line(self.base).ask("GET", "/v1/entries", bearer(self.token))
        self.docs = self.operator("GET", "/docs").body
        self.document = self.operator("GET", "/openapi.json").json
        self.counts = database.own()
        self.slots = [slot for path, item in self.document["paths"].items() for method, operation in item.items()
                      for slot in Places(self, method.upper(), path, operation).slots()]


class Places:
    """Where a text can be put in an operation's request, all else being well."""

    HEADERS = ("Authorization", "Cookie", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Accept", "Accept-Encoding",
               "Content-Type",
               "Content-Encoding", "Idempotency-Key", "Host", "User-Agent", "Referer", "If-None-Match", "Range", "Access-Control-Request-Headers",
               "X-Request-Id", "apikey", "X-Injected-Too")

    def __init__(self, scene, method, path, operation):
        self.scene, self.method, self.path = scene, method, path
        self.parameters = [one["name"] for one in (resolve(scene.document, one) for one in operation.get("parameters", [])) if one["in"] == "query"]
        self.has_body = "requestBody" in operation
        self.is_import = (method, path) == ("POST", "/v1/imports")
        self.good = self.query()
        self.fields = self.object()

    def query(self):
        scene = self.scene
        known = {"user": scene.email, "email": scene.email, "since": "2020-01-01T00:00:00Z", "source": "ga4" if self.is_import else None,
                 "account": "main" if self.is_import else None, "dry_run": "true" if self.is_import else None}
        return {name: value for name, value in known.items() if value and (name in self.parameters or name == "user" and "{id}" in self.path)}

    def object(self):
        scene = self.scene
        return {
            "/v1/query": {"user": scene.email, "metrics": ["sessions"], "date_range": ["2026-01-01", "2026-01-31"], "interval": "day", "group_by": ["source"],
                          "compare": "previous_period", "time_zone": "Europe/Berlin", "as_of": None},
            "/v1/entries": {"user": scene.email, "source": "ga4", "account": "main", "metric": "sessions", "day": "2026-01-01", "value": 7,
                            "note": "as it is", "new": False},
            "/v1/metadata/{name}": {"label": "Injected", "unit": "count", "aggregation": "sum", "numerator": None, "denominator": None, "direction": "up",
                                    "note": "x"},
            "/v1/keys": {"user": scene.email, "name": "injected", "read": True, "write": False, "expires_at": "2126-01-01T00:00:00Z"},
            "/v1/members": {"invitation": "x"},
            "/v1/session": {"email": scene.email, "password": "x", "api_key": "x", "code": "x"},
        }.get(self.path, {}) if self.has_body and not self.is_import else {}

    def credentials(self, text):
        """By turns; what only a person may is asked by one."""
        turn = len(text) % 3
        if self.path == "/v1/members":
            return bearer(self.scene.token)
        if self.path == "/v1/session":
            return [[], bearer(self.scene.api_key), cookie(self.scene.session)][turn] + [("Origin", self.scene.base)]
        return bearer(self.scene.operator.key if turn else self.scene.api_key)

    def request(self, text, query=None, body=None, place=None, headers=()):
        scene = self.scene
        own = scene.spare if "/keys/" in self.path else f"injected_{scene.run}" if "{name}" in self.path else scene.imported
        path = self.path.replace("{id}", own if place is None else place).replace("{name}", own if place is None else place)
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in {**self.good, **(query or {})}.items())
        names = {name for name, _ in headers}
        more = [one for one in self.credentials(text) if one[0] not in names]
        if self.has_body and body is None:
            body = b"date,sessions\n2026-01-01,7\n" if self.is_import else json.dumps(self.sent(self.fields)).encode()
        return self.method, path + (f"?{query}" if query else ""), [*more, *headers], body

    def sent(self, fields):
        return {name: value for name, value in fields.items() if name in ("password", "email")} if self.path == "/v1/session" else fields

    def slots(self):
        where = f"{self.method} {self.path}"
        for name in dict.fromkeys([*self.parameters, *self.good, "injected"]):
            yield Slot(f"{where} ?{name}", lambda text, name=name: self.request(text, query={name: text}))
        yield Slot(f"{where} a parameter's name", lambda text: self.request(text, query={text: "x"}))
        yield Slot(f"{where} path", lambda text: self.request(text, place=quote(text, safe="")) if "{" in self.path else self.below(text))
        for name in self.HEADERS:
            yield Slot(f"{where} {name}", lambda text, name=name: self.request(text, headers=self.header(name, text)), True)
        if self.path == "/v1/query":
            for name in ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"):
                yield Slot(f"OPTIONS {self.path} {name}", lambda text, name=name: self.preflight(name, text))
        yield from self.bodies(where)

    def preflight(self, name, text):
        usual = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        return "OPTIONS", self.path, [*({**usual, name: self.header(name, text)[0][1]}).items()], None

    def below(self, text):
        method, target, headers, body = self.request(text)
        path, mark, query = target.partition("?")
        return method, f"{path}/{quote(text, safe='')}{mark}{query}", headers, body

    def header(self, name, text):
        """As it is, without what would only begin another header of the request's own; as a token, where one is wanted; and folded over two lines."""
        plain = re.sub(r"[\r\n\0]+", "\r\n " if len(text) % 2 else " ", text)[:4000].strip()
        kinds = {"Authorization": ["Bearer " + plain, plain, "Bearer livinglytics_" + plain, f"Bearer eyJhbGciOiJFUzI1NiJ9.{plain}.{plain}", "Basic " + plain],
                 "Cookie": [f"{COOKIE}={plain}", plain, f"x={plain}; {COOKIE}={self.scene.session}"], "Host": [f"127.0.0.1:{plain}", plain],
                 "Origin": [plain, self.scene.base + plain], "Accept": [plain, "text/csv;q=" + plain],
                 "Content-Type": [plain, "application/json; charset=" + plain]}
        kinds = kinds.get(name, [plain])
        return [(name, kinds[len(text) % len(kinds)])]

    def bodies(self, where):
        if not self.has_body:
            return
        yield Slot(f"{where} body", lambda text: self.request(text, body=text.encode("utf-8", "replace")))
        if self.is_import:
            yield from self.files(where)
            return
        for name in self.fields:
            yield Slot(f"{where} {{{name}}}", lambda text, name=name: self.request(text, body=self.filled(name, text)))
        yield Slot(f"{where} a field's name", lambda text: self.request(text, body=json.dumps({**self.sent(self.fields), text: "x"}).encode()))
        yield Slot(f"{where} a string unescaped",
                   lambda text: self.request(text, body=json.dumps({**self.sent(self.fields)})[:-1].encode() + f', "x": "{text}"}}'.encode("utf-8", "replace")))

    def filled(self, name, text):
        if self.path == "/v1/session":
            return json.dumps({"email": self.scene.email, "password": "x", name: text} if name in ("email", "password") else {name: text}).encode()
        value = [text] if isinstance(self.fields[name], list) and len(text) % 2 else text
        return json.dumps({**self.fields, name: value}).encode()

    def files(self, where):
        """Cells, headers and records: most are only tried, some are posted for the user made for this."""
        stream = {"streams": {"s": {"source": "crm", "account": "shop", "date": "day", "metrics": {"contacts": "n"}}}}
        wet = {"dry_run": "false"}

        def tap(text, **over):
            lines = [{"type": "SCHEMA", "stream": "s", "key_properties": ["day"], "schema": {"properties": {"day": {}, "n": {}}}},
                     {"type": "RECORD", "stream": "s", "record": {"day": "2026-01-01", "shop": "a", "n": 1, **over}}, {"type": "STATE", "value": {"x": text}}]
            return "".join(json.dumps(line) + "\n" for line in lines).encode()

        def cell(text):
            return '"' + text.replace('"', '""') + '"'

        def table(*rows):
            return "\n".join([*(",".join(row) for row in rows), ""]).encode("utf-8", "replace")

        long = ["date", "metric", "source", "value"]
        forms = {
            "a header": lambda text: ({}, table(["date", "sessions", cell(text)], ["2026-01-01", "7", "8"])),
            "a mapped header": lambda text: ({"map": f"{text}=sessions"}, table(["date", cell(text)], ["2026-01-01", "7"])),
            "a date": lambda text: ({}, table(["date", "sessions"], [cell(text), "7"])),
            "a number": lambda text: ({}, table(["date", "sessions"], ["2026-01-01", cell(text)])),
            "a metric": lambda text: ({}, table(long, ["2026-01-01", cell(text), "ga4", "7"])),
            "a source": lambda text: ({"source": ""}, table(long, ["2026-01-01", "sessions", cell(text), "7"])),
            "a posted account": lambda text: ({**wet, "account": text[:100]}, table(["date", "sessions"], ["2026-01-01", "7"])),
            "a posted name": lambda text: ({**wet, "name": text}, table(["date", "sessions"], ["2026-01-01", "7"])),
            "a posted metric": lambda text: (wet, table(long, ["2026-01-01", cell(text), "ga4", "7"])),
            "a key": lambda text: ({}, tap(text, **{text: 1})),
            "a posted record": lambda text: ({**wet, "source": "", "account": "", "stream_map": json.dumps(stream)}, tap(text, n=text)),
            "a posted shop": lambda text: ({**wet, "source": "", "account": "", "stream_map": json.dumps(stream)}, tap(text, shop=text)),
            "a map": lambda text: ({"source": "", "account": "", "stream_map": json.dumps(stream).replace("crm", text)}, tap(text)),
        }
        for name, form in forms.items():
            yield Slot(f"{where} {name}", lambda text, form=form: self.request(text, *form(text)))


def payloads(chance):
    """sqlmap's, each in one of its contexts, those for PostgreSQL in all of them; and the others."""
    lists = importlib.resources.files("sqlmap") / "data" / "xml"
    contexts = [(one.findtext("prefix") or "",
                 one.findtext("suffix") or "") for one in ElementTree.fromstring((lists / "boundaries.xml").read_text()).iter("boundary")]
    found = {"PostgreSQL": [], "": []}
    for file in sorted((lists / "payloads").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".xml"):
            for test in ElementTree.fromstring(file.read_text()).iter("test"):
                text = (test.findtext("request/payload") or "") + (test.findtext("request/comment") or "")
                found["PostgreSQL" if test.findtext("details/dbms") == "PostgreSQL" else ""].append(text)
    if len(found["PostgreSQL"]) < 30 or len(found[""]) < 250 or len(contexts) < 40:
        raise Broken(f"sqlmap's lists are not what they were: {len(found['PostgreSQL'])}, {len(found[''])} payloads, {len(contexts)} contexts")
    framed = [(text, context) for text in found["PostgreSQL"] for context in contexts] + [(text, chance.choice(contexts)) for text in found[""]]
    own = [(f"{word} nextval('public.{SEQUENCE}')={31337}", context) for word in ("AND", "OR") for context in contexts]
    texts = [f"{chance.choice('x1')}{prefix} {filled(text, chance)}{filled(suffix, chance)}" for text, (prefix, suffix) in framed + own]
    return [filled(text, chance) for text in texts], OTHERS


def filled(text, chance):
    known = {"SLEEPTIME": str(SLEEP), "GENERIC_SQL_COMMENT": "-- x", "DELIMITER_START": "qzjpq", "DELIMITER_STOP": "qzvkq", "ORIGVALUE": "sessions",
             "ORIGINAL": "sessions", "UNION": "UNION ALL SELECT",
             "INFERENCE": "1=1", "QUERY": "SELECT 31337*31337", "CHAR": "NULL", "SPACE_REPLACE": "_", "DOLLAR_REPLACE": "S", "AT_REPLACE": "A",
             "HASH_REPLACE": "H", "SINGLE_QUOTE": "'"}
    fixed = {}

    def fill(found):
        name = found[1]
        if name not in fixed:
            fixed[name] = known.get(name) or (str(chance.randrange(1000, 9999)) if name.startswith("RANDNUM") else "".join(chance.choices("abcdefghkmpr", k=4)))
        return fixed[name]

    return re.sub(r"\[([A-Z_]+\d*)\]", fill, text)


def plan(scene, options, chance):
    """Each place in turn gets the next of both lists, so that all of both come up, and every place has some of each; a header of each operation less often."""
    lists = payloads(chance)
    print(f"{len(lists[0])} payloads of sqlmap's lists, {len(lists[1])} others, {len(scene.slots)} places")
    for one in lists:
        chance.shuffle(one)
    endless = [itertools.cycle(one) for one in lists]
    while True:
        order = [slot for slot in scene.slots if not slot.is_header or chance.random() < 0.2]
        chance.shuffle(order)
        for slot, one in itertools.product(order, endless):
            yield slot, next(one)


class Run:
    """Sends what was planned, until there was enough of it, and looks at each answer."""

    def __init__(self, scene, planned, ends, requests):
        self.scene, self.planned, self.ends, self.requests = scene, planned, ends, requests
        self.lock, self.statuses, self.effects, self.asked, self.slowest = threading.Lock(), collections.Counter(), [], 0, (0, "")
        self.texts, self.declared, self.made = set(), set(), collections.Counter()

    def go(self):
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def next(self):
        with self.lock:
            if self.asked >= self.requests or len(self.effects) > 500 or time.monotonic() > self.ends:
                return None
            self.asked += 1
            return next(self.planned)

    def work(self, number):
        line, home = Line(self.scene.base), random.randrange(20, 250)
        for turn in itertools.count():
            found = self.next()
            if not found:
                line.close()
                return
            slot, text = found
            if turn % 8 == 0:
                # Sign-ins fail here, and each address may fail a few times only.
                line.close()
                line = Line(self.scene.base, f"127.{home}.{turn // 8 // 250 % 250}.{number * 60 + turn // 8 % 60 + 1}")
            method, target, headers, body = slot.make(text)
            began = time.monotonic()
            try:
                answer = line.ask(method, target, headers, body)
                effects, surplus = effects_of(answer, text, self.scene.docs), line.surplus()
                effects += [f"more than one answer: {surplus[:80]!r}"] if surplus else []
            except Broken as error:
                answer, effects = None, [f"no answer: {error}"]
            with self.lock:
                self.note(slot, text, target, answer, effects, time.monotonic() - began)

    def note(self, slot, text, target, answer, effects, seconds):
        self.texts |= {text, text.strip()}
        self.effects += [f"{slot.name}: {text[:160]!r}: {effect}" for effect in effects]
        self.slowest = max(self.slowest, (seconds, slot.name))
        if not answer:
            return
        self.statuses[answer.status] += 1
        operation = slot.name.split(" ")[:2]
        if operation == ["POST", "/v1/dev/seed-user"] and answer.status == 200 and answer.json["created"]:
            self.made["user"] += 1
        if operation == ["PUT", "/v1/metadata/{name}"] and answer.status in (200, 201):
            self.declared.add(answer.json["name"])
        kind = {"/v1/entries": "correction", "/v1/imports": "import", "/v1/imports/{id}/undo": "undo", "/v1/keys": "key"}.get(operation[1])
        if operation[0] == "POST" and answer.status == 201 and kind:
            self.made[kind] += 1


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
