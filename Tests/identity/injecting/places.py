"""Every place of an operation's request where a text can be put: parameters, segments, headers, fields, cells of files."""
import json
import re
from typing import NamedTuple
from urllib.parse import quote

from walls import COOKIE, bearer, cookie, resolve


class Slot(NamedTuple):
    """A place in a request: what it is called, and how a text is put there."""

    name: str
    make: object
    is_header: bool = False


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
