"""What these harnesses share, and what none of them is about: `from walls import …`; it is not called by itself.

A line that sends bytes as they are, people of the stand-in for Supabase Auth, and tenants whose every word and number is recognised anywhere.
"""
import base64
import io
import json
import os
import re
import socket
import subprocess
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote, urlsplit

COOKIE = "__Host-livinglytics"


class Broken(Exception):
    """What was to be tried could not be: no verdict is better than a good one."""


def secret(text):
    """Writes down what no log may hold: scripts/secrets-in-logs looks for it when all tests have run."""
    kept = os.environ.get("SUITE_LOG")
    if kept and re.fullmatch(r"[\w.+/=-]{12,4096}", text):
        with open(f"{kept}/secrets", "a", encoding="ascii", errors="ignore") as file:
            file.write(text + "\n")
    return text


def bearer(token):
    secret(token)
    return [("Authorization", f"Bearer {token}")]


def cookie(value):
    secret(value)
    return [("Cookie", f"{COOKIE}={value}")]


@dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    @property
    def text(self):
        return "".join(f"{name}: {value}\n" for name, value in self.headers) + "\n" + self.body.decode(errors="replace")

    def header(self, name):
        return next((value for other, value in self.headers if other.lower() == name.lower()), None)

    @property
    def json(self):
        return json.loads(self.body)


class Kept(io.BufferedReader):
    """A connection's bytes. HTTPResponse closes what it has read to its end; the connection goes on."""

    def close(self):
        return None


class Line:
    """A connection that is kept. Nothing of what it sends is checked or mended, so it sends what a browser never would.

    Some addresses may be tried only a few times; all of 127.0.0.0/8 is this machine, so whoever gives a source is somebody else.
    """

    def __init__(self, base, source=None):
        self.base, self.source, self.socket, self.reader = urlsplit(base), source, None, None

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = self.reader = None

    def ask(self, method, target, headers=(), body=None):
        """A kept connection may have been closed meanwhile; then, and only then, the request goes out again."""
        if self.socket:
            try:
                return self.exchange(method, target, headers, body)
            except (OSError, HTTPException):
                self.close()
        self.socket = socket.create_connection((self.base.hostname, self.base.port), 20, (self.source, 0) if self.source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = Kept(socket.SocketIO(self.socket, "r"))
        try:
            return self.exchange(method, target, headers, body)
        except (OSError, HTTPException) as error:
            self.close()
            raise Broken(f"{method} {target[:200]} {headers}: {type(error).__name__} {error}") from error

    def exchange(self, method, target, headers, body):
        names = {name.lower() for name, _ in headers}
        head = [f"{method} {target} HTTP/1.1"]
        head += [] if "host" in names else [f"Host: {self.base.netloc}"]
        head += [f"{name}: {value}" for name, value in headers]
        head += [] if body is None or "content-length" in names else [f"Content-Length: {len(body)}"]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape") + (body or b""))
        response = HTTPResponse(self, method=method)
        response.begin()
        answer = Answer(response.status, response.getheaders(), response.read())
        if response.will_close:
            self.close()
        return answer

    def makefile(self, _):
        return self.reader

    def surplus(self):
        """What came that nobody asked for: the second half of an answer that was split."""
        if not self.socket:
            return b""
        self.socket.setblocking(False)
        try:
            return self.reader.peek()
        finally:
            self.socket.settimeout(20)


class Operator:
    """Who holds the service key, and may say so: what it asks is answered as it hopes, or there is nothing to test."""

    def __init__(self, base, key):
        self.line, self.key = Line(base), key

    def __call__(self, method, target, body=None, headers=None):
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = self.line.ask(method, target, bearer(self.key) if headers is None else headers, sent)
        if not 200 <= answer.status < 300:
            raise Broken(f"{method} {target} -> {answer.status} {answer.body[:300]}")
        return answer


class People:
    """Sign-ups at the stand-in for Supabase Auth, each with a password that is the address backwards."""

    def __init__(self, url):
        self.line = Line(url)

    def ask(self, path, body):
        headers = [("apikey", "anon"), ("Content-Type", "application/json")]
        answer = self.line.ask("POST", path, headers, json.dumps(body).encode())
        if answer.status != 200:
            raise Broken(f"the stand-in for Supabase Auth: {path} -> {answer.status} {answer.body[:300]}")
        return answer.json

    def new(self, email):
        """A person's token."""
        sign_in = {"email": email, "password": email[::-1]}
        self.ask("/control/users", sign_in)
        return self.ask("/auth/v1/token?grant_type=password", sign_in)["access_token"]


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def session(operator, **credential):
    """A new session's cookie."""
    answer = operator("POST", "/v1/session", credential, headers=[])
    found = re.match(rf"{COOKIE}=([^;]+)", answer.header("Set-Cookie") or "")
    if not found:
        raise Broken(f"a session without a cookie: {answer.headers}")
    return found[1]


def new_key(operator, user, name, read, write, **more):
    return operator("POST", "/v1/keys", {"user": user, "name": name, "read": read, "write": write, **more}).json


@dataclass
class Tenant:
    """A client all of whose names begin with one word, and all of whose values are a base and a little more: so are its sums, of a multiple of it."""

    word: str
    base: int
    email: str = ""
    imports: list = field(default_factory=list)
    keys: dict = field(default_factory=dict)
    cursors: list = field(default_factory=list)
    once: str = ""

    def __post_init__(self):
        run = uuid.uuid4().hex[:8]
        self.email = f"{self.word}.{run}@clients.test"
        self.once = f"{self.word}-once-{run}"

    @property
    def account(self):
        return f"{self.word}-shop"

    def value(self, number):
        return self.base + number

    def owns(self, number):
        """Whether that many of its values, or fewer, add up to the number. A base that is small is nobody's mark."""
        times = round(number / self.base)
        return self.base > 10_000_000 and 1 <= times <= 100 and -20_000 <= number - times * self.base <= 100 * times + 20_000

    def furnish(self, operator, cli):
        """Numbers, restated, undone, corrected and quarantined, with keys and an open invitation."""
        user = f"user={quote(self.email)}"
        operator("POST", f"/v1/dev/seed-user?email={quote(self.email)}")
        days = [f"2026-01-{day:02}," + ",".join(str(self.value(day * 4 + place)) for place in range(4)) for day in range(1, 13)]
        table = "\n".join(["date,sessions,conversions,reach,engagement", *days, ""]).encode()
        self.take(operator, f"{user}&source=ga4&account={self.account}&name={self.word}-january.csv", table)
        mine = f"date,visits\n2026-02-01,{self.value(60)}\n2026-02-02,{self.value(61)}\n".encode()
        self.take(operator, f"{user}&source=shop&account={self.account}&name={self.word}-february.csv&map=visits={self.word}_visits", mine)
        taken_back = f"date,sessions\n2026-02-03,{self.value(62)}\n2026-02-04,{self.value(63)}\n".encode()
        self.take(operator, f"{user}&source=ga4&account={self.account}&name={self.word}-wrong.csv", taken_back)
        self.imports.append(operator("POST", f"/v1/imports/{self.imports[-1]}/undo?{user}").json["import_id"])
        self.take(operator, f"{user}&name={self.word}-tap&stream_map=" + quote(json.dumps(
            {"streams": {f"{self.word}_stream": {"source": "crm", "date": "day", "metrics": {"contacts": "n"}}}})), self.tap())
        note = {"user": self.email, "source": "ga4", "account": self.account, "metric": "sessions", "day": "2026-01-02", "note": f"{self.word}-had-it-wrong"}
        self.imports.append(operator("POST", "/v1/entries", {**note, "value": self.value(8) + self.value(70)}).json["import_id"])
        for name, read, write in (("read", True, False), ("write", False, True), ("both", True, True)):
            self.keys[name] = new_key(operator, self.email, f"{self.word}-key-{name}", read, write)
        since = "since=2020-01-01T00:00:00Z"
        self.cursors = [operator("GET", f"{path}{user}&limit=2").json["next"] for path in ("/v1/entries?", "/v1/imports?", f"/v1/revisions?{since}&")]
        if not all(self.cursors):
            raise Broken(f"{self.word} has lists without a second page")
        self.invitation = cli("users", "invite", self.email).split()[-1]

    def take(self, operator, query, body):
        self.imports.append(operator("POST", f"/v1/imports?{query}", body).json["import_id"])

    def tap(self):
        stream = f"{self.word}_stream"
        lines = [{"type": "SCHEMA", "stream": stream, "key_properties": ["day"], "schema": {"properties": {"day": {}, "n": {}}}},
                 {"type": "RECORD", "stream": stream, "record": {"day": "2026-03-01", "n": self.value(80)}},
                 {"type": "RECORD", "stream": stream, "record": {"day": f"{self.word}-no-day", "n": self.value(81)}},
                 {"type": "STATE", "value": {"bookmark": f"{self.word}-bookmark"}}]
        return "".join(json.dumps(line) + "\n" for line in lines).encode()

    def join(self, cli, operator, token, role="owner"):
        code = cli("users", "invite", self.email, "--role", role).split()[-1]
        operator("POST", "/v1/members", {"invitation": code}, headers=bearer(token))

    def state(self, operator, cli):
        """All there is of it, save when a key was last used: that is written later, and this reading uses one."""
        user = f"user={quote(self.email)}"
        kept = [operator("GET", f"/v1/export?{user}&rows={rows}&format=ndjson").body for rows in ("points", "entries")]
        imports, cursor = [], ""
        while cursor is not None:
            page = operator("GET", f"/v1/imports?{user}{cursor and '&cursor=' + quote(cursor)}").json
            imports, cursor = imports + page["imports"], page["next"]
        whole = [operator("GET", f"/v1/imports/{one['id']}?{user}").json for one in imports]
        keys = [{name: value for name, value in key.items() if name != "last_used_at"} for key in operator("GET", f"/v1/keys?{user}").json["keys"]]
        return {"points": kept[0], "entries": kept[1], "imports": whole, "keys": keys, "members": cli("users", "members", self.email)}


def command_line(path):
    """The operator's program, with what the environment says."""

    def run(*arguments):
        done = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise Broken(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    return run


def resolve(document, node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node
