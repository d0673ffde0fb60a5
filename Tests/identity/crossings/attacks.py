"""What a credential tries on an operation to get at what is another tenant's."""
import itertools
import json
import uuid
from urllib.parse import quote

from crossings.scene import SINCE, Try
from crossings.spellings import near, spellings
from walls import COOKIE, claims, resolve


class Attacks:
    """All that one credential may try on one operation, by kind, each kind endless or not."""

    def __init__(self, scene, holder, method, path, operation, chance):
        self.scene, self.holder, self.method, self.path, self.operation, self.chance = scene, holder, method, path, operation, chance
        parameters = [resolve(scene.document, one) for one in operation.get("parameters", [])]
        self.names = {one["name"] for one in parameters if one["in"] == "query"}
        self.has_body = "requestBody" in operation
        self.is_import = (method, path) == ("POST", "/v1/imports")

    def kinds(self):
        kinds = [self.twins(), self.addresses(), self.ids(), self.carried(), self.cookies(), self.paths(), self.methods(), self.filters()]
        if self.has_body and not self.is_import:
            kinds.append(self.bodies())
        if self.path == "/v1/session" and self.method == "POST" and self.scene.a not in self.holder.walled:
            kinds.append(self.sign_ins())
        if self.is_import:
            kinds.append(self.imports())
        return kinds

    def target(self, *queries, place=None):
        """The path, with an id that is A's, and what the operation can't do without."""
        a = self.scene.a
        own = self.scene.spare[0] if "/keys/" in self.path else "crossing" if "{name}" in self.path else a.imports["undo" in self.path]
        path = self.path.replace("{id}", place or own).replace("{name}", place or own)
        needed = [SINCE] if "since" in self.names else ["source=ga4&account=main&dry_run=true"] if self.is_import else []
        query = "&".join(part for part in [*needed, *queries] if part)
        return path + (f"?{query}" if query else "")

    def body(self, user=None):
        """What the operation takes, and nothing new for A: asked again, it changes nothing."""
        if not self.has_body:
            return None
        if self.is_import:
            return b"date,sessions\n2026-04-01,12345678\n"
        return json.dumps({**({"user": user} if user is not None else {}), **self.fields()}).encode()

    def fields(self):
        return {
            "/v1/query": {"metrics": ["sessions", f"{self.scene.b.word}_visits"], "date_range": ["2026-01-01", "2026-04-30"], "group_by": ["account"]},
            "/v1/entries": {"source": "ga4", "account": self.scene.a.account, "metric": "sessions", "day": "2026-01-02", "value": 11, "note": "as it is"},
            "/v1/keys": {"name": "crossed", "read": True},
            "/v1/members": {"invitation": self.scene.b.invitation[:-1]},
            "/v1/session": {"code": self.scene.b.invitation[:-1]},
        }.get(self.path, {"label": "Crossed", "unit": "count", "aggregation": "sum"})

    def request(self, target, headers=(), body=None, twin=None, method=None):
        own = self.holder.headers
        body = self.body() if body is None else body
        return Try(method or self.method, target, [*own, *headers], body, twin)

    def twins(self):
        """For B, and for nobody: the same words."""
        b, nobody = self.scene.b.email, self.scene.b.email.replace(self.scene.b.word, "nobody")
        for name in {"user"} | self.names & {"email"}:
            yield self.request(self.target(f"{name}={quote(b)}"), body=self.body(), twin=(f"{quote(b)}", f"{quote(nobody)}"))
        if self.has_body:
            yield self.request(self.target(), body=self.body(b), twin=(b, nobody))
        if "{id}" in self.path:
            for one in self.its_ids():
                yield self.request(self.target(place=one), twin=(one, str(uuid.uuid4())))
                yield self.request(self.target(f"user={quote(self.scene.a.email)}", place=one), twin=(one, str(uuid.uuid4())))

    def addresses(self):
        a, b = quote(self.scene.a.email), self.scene.b.email
        for spelling, name in itertools.product(spellings(b), ("user", "email")):
            yield self.request(self.target(f"{name}={spelling}"), body=self.body())
            yield self.request(self.target(f"user={a}", f"{name}={spelling}"), body=self.body(self.scene.a.email))
        b = quote(b)
        for text in (
            f"user={a}&user={b}", f"user={b}&user={a}", f"email={b}&user={a}", f"user={a}&email={b}", f"user={a}%26user={b}", f"user={a};user={b}",
            f"user[]={b}", f"user[0]={b}&user={a}", f"user%5B%5D={b}", f"user.email={b}", f"User={b}", f"USER={b}&user={a}", f"%75ser={b}",
            f"us%65r={b}&user={a}",
            f"user%00={b}", f"user%20={b}", f"+user={b}", f"user={a}%23&user={b}", f"user={a},{b}", f"user={a}%00{b}", f"user={a}%0a{b}", f"user={a}%20{b}",
            f"user=%5B%22{a}%22,%22{b}%22%5D", "user=*", "user=%25", "user=_", "user=", "user", f"user_id={b}", f"client={b}", f"tenant={b}&user={a}",
            f"subject={claims(self.scene.tokens['quokka'])['sub']}", f"as={b}", f"impersonate={b}", f"?user={b}", f"%3Fuser={b}", f"&&user={b}&&", f"user=={b}",
            f"user={a}&" * 40 + f"user={b}", f"access_token={self.scene.b_key[:-1]}", f"api_key={self.scene.b_key[:-1]}&user={b}",
        ):
            yield self.request(self.target(text), body=self.body())

    def its_ids(self):
        return [key["id"] for key in self.scene.b.keys.values()] if "/keys/" in self.path else self.scene.b.imports

    def ids(self):
        if "{id}" not in self.path:
            return
        a, b = quote(self.scene.a.email), quote(self.scene.b.email)
        for one, user in itertools.product(self.its_ids(), ("", f"user={a}", f"user={b}", f"user={b}&user={a}", f"user={a}&user={b}")):
            own = self.scene.a.imports[0]
            for spelling in (one, one.upper(), one.replace("-", ""), f"{{{one}}}", f"%7B{one}%7D", f"urn:uuid:{one}", f"{one}%20", f"%20{one}", f"{one}%00",
                             f"{one}/",
                             f"{one};user={b}", f"{one}%3Fuser={b}", f"{one}%2F", f"{own}/../{one}", f"{own}%2f..%2f{one}", f"{own},{one}", f"%2e/{one}",
                             "".join(f"%{ord(letter):02x}" for letter in one), f"{one}.json", f"{one}%0a", f"{one[:-1]}", "*", f"{one[:8]}%25"):
                yield self.request(self.target(user, place=spelling))

    def carried(self):
        """Who asks, or what, said in a header that somebody may believe."""
        scene = self.scene
        a, b, subject = scene.a.email, scene.b.email, claims(scene.tokens["quokka"])["sub"]
        sets = [[(name, value)] for name in (
            "X-User", "X-User-Email", "X-User-Id", "X-Email", "X-Auth-User", "X-Auth-Request-Email", "X-Forwarded-User", "X-Forwarded-Email", "X-Remote-User",
            "Remote-User", "X-Authenticated-User", "X-Tenant", "X-Tenant-Id", "X-Client", "X-Account", "X-Impersonate-User", "X-On-Behalf-Of", "From", "User",
            "X-Supabase-User", "X-JWT-Sub", "sub") for value in (b, subject)]
        sets += [[(name, address)] for name in ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")
                 for address in ("127.0.0.1", "::1", "10.0.0.1, 127.0.0.1")]
        sets += [[("Forwarded", f'for=127.0.0.1;host="{b}"')], [("X-Forwarded-Host", "localhost")], [("X-Forwarded-Proto", "https")], [("X-Internal", "1")]]
        sets += [[(name, f"/v1/export?user={quote(b)}")] for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "Referer", "X-Forwarded-Prefix")]
        sets += [[(name, token)] for name in ("apikey", "X-API-Key", "Authentication", "Proxy-Authorization", "X-Authorization", "X-Access-Token", "Token")
                 for token in (scene.b_key[:-1], near(scene.b_key), f"Bearer {near(scene.b_key)}", scene.b_session[:-1])]
        sets += [[("Authorization", text)] for text in self.half_known()]
        sets += [[("Prefer", f"user={b}")], [("Range", "items=0-9")], [("Accept", "*/*"), ("X-User", b)], [("Connection", "Authorization")],
                 [("Connection", "Cookie")]]
        sets += [[("Content-Type", f"application/json; user={b}")], [("Origin", "null")], [("Origin", scene.base + ".evil.test")], [("X-Requested-With", b)]]
        users = ("", f"user={quote(b)}", f"user={quote(a)}")
        for carried, user in itertools.product(sets, users):
            yield self.request(self.target(user), carried, self.body())
        for text in self.half_known():
            yield Try(self.method, self.target(), [("Authorization", text)], self.body())
            yield Try(self.method, self.target(f"user={quote(b)}"), [("Authorization", text)], self.body(b))

    def half_known(self):
        """Tokens of B's with something amiss, and A's own with B's name put in."""
        scene = self.scene
        key, token = scene.b_key, scene.tokens["quokka"]
        head, payload, signature = token.split(".")
        own = scene.tokens["owner"].split(".")
        none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
        tokens = [
            key[:-1], key + "x", key.lower(), key.swapcase(), near(key), key[:-6], key[:-6] + "000000", f"livinglytics_{key[-38:-6][::-1]}{key[-6:]}",
            f"{own[0]}.{payload}.{own[2]}", f"{head}.{payload}.", f"{none}.{payload}.", f"{none}.{payload}.{signature}", f"{head}.{payload}.{signature[:-2]}AA",
            f"{own[0]}.{payload}.{signature[::-1]}", f"{head}.{own[1]}.{signature}", f"{token[:-1]}", f"{head}.{payload}", scene.b_session[:-1], "", "null",
        ]
        yield from (f"Bearer {token}" for token in tokens)
        yield from (f"bearer {near(key)}", f"Basic {key[:-1]}", f"Bearer  {near(key)}", f"Bearer {near(key)},Bearer {key[:-1]}", f"Token {key[:-1]}")

    def cookies(self):
        scene = self.scene
        b = scene.b_session
        own = dict(self.holder.headers).get("Cookie", f"{COOKIE}=" if scene.a in self.holder.walled else scene.session).split("=", 1)[1]
        jars = [f"{COOKIE}={text}" for text in (b[:-1], b[:20], b[:8], b.lower(), b.swapcase(), b[::-1], f'"{b[:-1]}"', f"{b[:-1]}%20", b[:-1] + "*", "",
                                                scene.b_key[:-1])]
        jars += [f"{COOKIE}={own}; {COOKIE}={b[:-1]}", f"{COOKIE}={b[:-1]}; {COOKIE}={own}", f"{COOKIE}={own}{b[:10]}", f"__Secure-livinglytics={b[:-1]}",
                 f"livinglytics={b[:-1]}", f" {COOKIE} = {b[:-1]}", f"{COOKIE}={own},{b[:-1]}", f"$Version=1; {COOKIE}={b[:-1]}; $Path=/",
                 f"sb-access-token={scene.tokens['quokka'][:-3]}"]
        user = f"user={quote(scene.b.email)}"
        if (self.method, self.path) == ("DELETE", "/v1/session"):
            jars = [jar for jar in jars if not own or own not in jar]
        for jar, query in itertools.product(jars, ("", user)):
            yield Try(self.method, self.target(query), [("Cookie", jar), ("Origin", scene.base)], self.body())
            others = [one for one in self.holder.headers if one[0] != "Cookie"]
            yield Try(self.method, self.target(query), [*others, ("Cookie", jar)], self.body())

    def paths(self):
        b, one = quote(self.scene.b.email), self.scene.b.imports[0]
        path = self.target().split("?")[0]
        for user in ("", f"?user={b}", f"?user={quote(self.scene.a.email)}&user={b}"):
            for text in (f"/{path}", path.replace("/v1/", "//v1//"), path.replace("/v1/", "/v1/./"), path.replace("/v1/", "/x/../v1/"),
                         path.replace("/v1/", "/%76%31/"),
                         path.upper(), f"{path}/", f"{path}//", f"{path}/.", f"{path}/..", f"{path}/%2e%2e", f"{path}/..%2f..%2fimports/{one}",
                         f"{path};user={b}", f"{path}%3Fuser={b}",
                         f"{path}%00", f"{path}%23", f"{path}/{b}", path.replace("/v1/", f"/v1/users/{b}/"), path.replace("/v1/", "/v1%2f"), f"/{b}{path}",
                         f"/v1/imports/{one}/..{path[3:]}",
                         f"{self.scene.base}{path}", f"http://{b}{path}", path.replace("/v1/", "/v1/%2e%2e/v1/"), path.replace("/v1/", "/V1/"),
                         path.replace("/v1/", "\\v1\\"), f"{path}#",
                         path.replace("/v1/", "/v2/"), path.replace("/v1/", "/v1/internal/"), f"{path}%2f{one}", f"{path}/..;/{one}"):
                yield self.request(text + user, body=self.body())

    def methods(self):
        b = quote(self.scene.b.email)
        for method in ("HEAD", "OPTIONS", "TRACE", "PATCH", "PUT", "DELETE", "POST", "GET", "get", "GETT", "PROPFIND", "SEARCH", "QUERY"):
            if (method, self.path) in (("DELETE", "/v1/session"), ("DELETE", "/v1/keys/{id}")) or method == self.method:
                continue
            yield self.request(self.target(f"user={b}"), method=method)
            yield self.request(self.target(), [("Access-Control-Request-Method", self.method), ("Origin", "https://x.test")], method=method)
        for name, method in itertools.product(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"), ("GET", "DELETE", "POST", "PUT")):
            place = self.its_ids()[0] if "{id}" in self.path else None
            yield self.request(self.target(f"user={b}", place=place), [(name, method)])
            yield self.request(self.target(f"{name}={method}", place=place), [(name, method)])

    def filters(self):
        """B's words where A's own are asked for."""
        a, b = quote(self.scene.a.email), self.scene.b
        texts = [f"account={b.account}", f"metric={b.word}_visits", "source=shop&metric=" + b.word + "_visits", f"source=ga4&account={b.account}",
                 "from=2026-01-01&to=2026-12-31",
                 f"account={b.account}&account={self.scene.a.account}", "account=%25", "account=*", "rows=entries", "format=ndjson&rows=entries",
                 "limit=1000", "limit=1", "limit=-1", "limit=1000000", "source=crm", "as_of=2026-12-31T00:00:00Z", "offset=0", "order=user", "select=*",
                 "since=1970-01-01T00:00:00Z&until=2099-01-01T00:00:00Z"]
        texts += [f"cursor={quote(cursor)}{more}" for cursor in b.cursors for more in ("", f"&user={quote(b.email)}", "&limit=1")]
        texts += [f"cursor={one}" for one in b.imports]
        if self.is_import or self.method != "GET":
            return
        for text, user in itertools.product(texts, (f"user={a}", "", f"email={a}")):
            yield self.request(self.target(user, text))

    def bodies(self):
        """B's address in a body, in all forms of it that a reader may be taken in by."""
        a, b = self.scene.a.email, self.scene.b.email
        rest = json.dumps(self.fields())[1:]
        users = [json.dumps(value) for value in (b, b.upper(), b.title(), [b], [a, b], {"email": b}, {"$eq": b}, f" {b}", f"{b} ", f"{b}\u0000",
                                                 f"{a}\u0000{b}", f"{a},{b}",
                                                f"{b}\u200b", b.replace("o", "\u043e"), b.replace("@", "\uff20"), f"<{b}>", f"mailto:{b}", f"{b}.", "*", "%",
                                                 "", None, 1, True)]
        users += [json.dumps(b).replace("@", "\\u0040"), '"' + "".join(f"\\u{ord(letter):04x}" for letter in b) + '"']
        texts = [f'{{"user": {user}, {rest}' for user in users]
        texts += [f'{{"user": {json.dumps(first)}, "user": {json.dumps(second)}, {rest}' for first, second in ((a, b), (b, a))]
        texts += [f'{{"{name}": {json.dumps(b)}, {rest}' for name in ("User", "us\\u0065r", "user\\u0000", " user", "email", "users", "user_id", "client",
                                                                      "sub", "as", "__proto__")]
        texts += [f'{{"user": {json.dumps(a)}, "user_id": {json.dumps(b)}, {rest}', f'[{{"user": {json.dumps(b)}, {rest}]',
                  f'{{"user": {json.dumps(a)}, {rest}\n{{"user": {json.dumps(b)}, {rest}',
                  f'{{"user": {json.dumps(a)}, {rest[:-1]}, "user": {json.dumps(b)}}}', f'\ufeff{{"user": {json.dumps(b)}, {rest}',
                  f'user={quote(b)}&x={quote(rest)}']
        for text, query in itertools.product(texts, ("", f"user={quote(a)}", f"user={quote(b)}", f"email={quote(b)}")):
            kind = self.chance.choice(("application/json", "application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-16"))
            yield self.request(self.target(query), [("Content-Type", kind)], text.encode())

    def sign_ins(self):
        scene = self.scene
        owner, b, a = scene.address("quokka"), scene.b.email, scene.address("owner")
        fields = [{"email": email, "password": word} for email, word in itertools.product((owner, owner.upper(), b, f"{owner} ", f"{a},{owner}"),
                                                                                          (a[::-1], "", owner, "' or 1=1"))]
        fields += [{"api_key": text} for text in (scene.b_key[:-1], near(scene.b_key), scene.b_key.swapcase(), scene.b_session[:-1], [scene.b_key[:-1]])]
        fields += [{"code": text} for text in (scene.b.invitation[:-1], scene.b.invitation[1:], scene.b_session[:-1], "")]
        fields += [{"email": a, "password": a[::-1], "user": b}, {"email": [a, owner], "password": a[::-1]},
                   {"api_key": scene.a.keys["both"]["key"], "code": scene.b.invitation[:-1]}]
        for body in fields:
            yield Try("POST", "/v1/session", [("Origin", scene.base)], json.dumps(body).encode())
            yield self.request("/v1/session", [("Origin", scene.base)], json.dumps(body).encode())

    def imports(self):
        """What B asked under its own Idempotency-Key, letter for letter, and B's own ids as A's."""
        scene = self.scene
        once, body = ("Idempotency-Key", scene.b.once), b"date,sessions\n2026-04-01,12345678\n"
        for user in ("", f"&user={quote(scene.b.email)}", f"&user={quote(scene.a.email)}"):
            yield self.request(scene.once[0] + user, [once], body)
            yield self.request(f"/v1/imports?{scene.claimed}&source=ga4&account=main&name=plain.csv{user}", [], body)
            yield self.request(f"/v1/imports?{scene.claimed}&source=ga4&account=main&name=plain.csv{user}", [once], body)
            yield self.request(f"/v1/imports?source=ga4&account={scene.b.account}&dry_run=true&take_over=true{user}", [], body)
            yield self.request(f"/v1/imports?source=ga4&dry_run=true{user}", [],
                               f"date,user,account,sessions\n2026-04-01,{scene.b.email},{scene.b.account},1\n".encode())
