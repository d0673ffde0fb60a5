#!/usr/bin/env python3
"""A stand-in for a Supabase project's Auth server: supabase.py [--port 0] [--confirm on|off]

Prints "listening on http://127.0.0.1:PORT" and runs until SIGTERM or until its stdin closes. --confirm on: who signs up must confirm the address first.

Written after what the real server does, read in supabase/auth 2.196.0 (internal/api: api, errors, token, token_refresh, signup, logout, auth, user,
settings, jwks; internal/tokens/service.go; internal/models: user, identity, refresh_token, sessions) and in supabase/supabase docker/volumes/api/kong.yml
(everything but the key set needs an `apikey`). The refresh tokens are the first kind, that the server makes unless it is told otherwise: 12 characters, one
row each. Missing here: captcha, rate limits, second factors, providers, hooks. Any `apikey` is taken. Passwords are kept as they come: tests only.

Everything under /control is for tests; the real server has nothing like it:
  POST /control/users   {"email", "password", "id"?}            a confirmed user -> {"id", "email"}
  POST /control/confirm {"email"}                               the person followed the link in the mail
  POST /control/ban     {"email", "banned"? = true}
  POST /control/expiry  {"seconds"?, "reuse_seconds"?}          of access tokens (3600); how long a used refresh token still works (10)
  POST /control/keys    {"add"?: {"alg": "ES256"|"RS256", "pem"?, "kid"?}, "retire"?: kid}   add: it signs from now on,
        unless its private key comes along as pem. retire: out of the key set -> {"kid", "published"}
  POST /control/token   {"email"?, "claims"?, "header"?, "kid"?, "secret"?, "header_text"?, "payload_text"?, "signature"?} -> {"token"}
        claims and header: put over the usual ones, null removes. kid: sign with this key, also a retired one. secret: HS256 with it, without a kid.
        header_text, payload_text: exactly this text. signature: this instead. email: that user, in a new session; without it somebody unknown.
  POST /control/down    {"seconds": N|null, "mode"? = "503"|"close"|"limit"}  no service for so long; null ends it. limit: 429 as the real one has it
  POST /control/delay   {"jwks_ms"?, "token_ms"?}               these answers come so much later; they are counted when asked
  GET  /control/counts  how often each was asked, also while down; POST the same and sets them to 0
"""
import argparse
import base64
import datetime
import hashlib
import hmac
import json
import os
import re
import secrets
import signal
import socket
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

MOST_BYTES, MOST_CONNECTIONS = 1 << 20, 256
ENDPOINTS = {
    ("GET", "/settings"): "settings", ("GET", "/health"): "health", ("GET", "/.well-known/jwks.json"): "jwks", ("POST", "/signup"): "signup",
    ("POST", "/token"): "token", ("POST", "/logout"): "logout", ("GET", "/user"): "user",
}
COUNTED = ["settings", "health", "jwks", "signup", "token_password", "token_refresh", "token_other", "logout", "user", "other"]
PROVIDERS = """anonymous_users apple azure bitbucket discord facebook snapchat figma fly github gitlab google keycloak kakao linkedin linkedin_oidc notion
spotify slack slack_oidc workos twitch twitter email phone zoom""".split()


class Refused(Exception):
    def __init__(self, status, code, message, **more):
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


def stamp(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def encoded(part):
    if not isinstance(part, (bytes, str)):
        part = json.dumps(part, separators=(",", ":"))
    return base64.urlsafe_b64encode(part.encode() if isinstance(part, str) else part).rstrip(b"=").decode()


def laid_over(usual, over):
    return {name: value for name, value in {**usual, **(over or {})}.items() if value is not None}


class Key:
    def __init__(self, alg, pem=None, kid=None):
        self.alg, self.kid, self.algorithm = alg, kid or str(uuid.uuid4()), jwt.get_algorithm_by_name(alg)
        if pem:
            self.private = load_pem_private_key(pem.encode(), None)
        else:
            self.private = ec.generate_private_key(ec.SECP256R1()) if alg == "ES256" else rsa.generate_private_key(65537, 2048)

    def public(self):
        jwk = self.algorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**jwk, "alg": self.alg, "kid": self.kid, "use": "sig", "key_ops": ["verify"], "ext": True}


class Project:
    """The users, sessions, refresh tokens and keys, and what tests set."""

    def __init__(self, confirm):
        self.lock = threading.Lock()
        self.confirm, self.issuer, self.expiry, self.reuse = confirm, "", 3600, 10
        self.users, self.sessions, self.tokens, self.keys, self.published = {}, {}, {}, {}, []
        self.counts, self.delays, self.down_until, self.down_mode = dict.fromkeys(COUNTED, 0), {"jwks": 0, "token": 0}, 0, "503"
        self.add_key("ES256")

    # Users

    def add_user(self, email, password, confirmed, identifier=None, data=None):
        now = time.time()
        user = {
            "id": str(uuid.UUID(identifier)) if identifier else str(uuid.uuid4()), "email": email.lower(), "password": password, "created": now,
            "confirmed": now if confirmed else None, "signed_in": None, "banned": False, "identity": str(uuid.uuid4()),
            "metadata": {**(data or {}), **({"email_verified": True} if confirmed else {})},
        }
        self.users[user["id"]] = user
        return user

    def find(self, email):
        return next((user for user in self.users.values() if user["email"] == str(email).lower()), None)

    def shown(self, user):
        made = stamp(user["created"])
        identity = {
            "identity_id": user["identity"], "id": user["id"], "user_id": user["id"], "provider": "email", "last_sign_in_at": made, "created_at": made,
            "updated_at": made, "email": user["email"],
            "identity_data": {"email": user["email"], "email_verified": False, "phone_verified": False, "sub": user["id"]},
        }
        return laid_over({
            "id": user["id"], "aud": "authenticated", "role": "authenticated", "email": user["email"], "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": user["metadata"], "identities": [identity],
            "created_at": made, "updated_at": stamp(user["signed_in"] or user["created"]), "is_anonymous": False,
        }, {
            "email_confirmed_at": user["confirmed"] and stamp(user["confirmed"]), "confirmed_at": user["confirmed"] and stamp(user["confirmed"]),
            "confirmation_sent_at": made if self.confirm else None, "last_sign_in_at": user["signed_in"] and stamp(user["signed_in"]),
            "banned_until": stamp(time.time() + 86400 * 365) if user["banned"] else None,
        })

    # Tokens

    def add_key(self, alg, pem=None, kid=None):
        """A key that the caller made stands first in the set, so that another goes on signing."""
        key = Key(alg, pem, kid)
        self.keys[key.kid] = key
        if key.kid not in self.published:
            self.published.insert(0 if pem else len(self.published), key.kid)
        return key

    def claims(self, user, session, since):
        now = int(time.time())
        return {
            "iss": self.issuer, "sub": user["id"], "aud": "authenticated", "exp": now + self.expiry, "iat": now, "email": user["email"], "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": user["metadata"], "role": "authenticated", "aal": "aal1",
            "amr": [{"method": "password", "timestamp": int(since)}], "session_id": session, "is_anonymous": False,
        }

    def signed(self, key, header, payload, secret=None):
        content = f"{encoded(header)}.{encoded(payload)}"
        if secret is None:
            return f"{content}.{encoded(key.algorithm.sign(content.encode(), key.private))}"
        return f"{content}.{encoded(hmac.new(secret.encode(), content.encode(), hashlib.sha256).digest())}"

    def sign_in(self, user):
        """A new session; the answer to whoever asked for it."""
        user["signed_in"], session = time.time(), str(uuid.uuid4())
        self.sessions[session] = {"user": user["id"], "since": user["signed_in"]}
        return self.answer(session, self.add_refresh_token(session, ""))

    def add_refresh_token(self, session, parent):
        token = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(12))
        self.tokens[token] = {"session": session, "parent": parent, "revoked": False, "updated": time.time()}
        return token

    def answer(self, session, refresh_token):
        key, since = self.keys[self.published[-1]], self.sessions[session]["since"]
        claims = self.claims(self.users[self.sessions[session]["user"]], session, since)
        return {
            "access_token": self.signed(key, {"alg": key.alg, "kid": key.kid, "typ": "JWT"}, claims), "token_type": "bearer",
            "expires_in": self.expiry, "expires_at": claims["exp"], "refresh_token": refresh_token, "user": self.shown(self.users[claims["sub"]]),
        }

    def end(self, sessions):
        self.sessions = {one: session for one, session in self.sessions.items() if one not in sessions}
        self.tokens = {one: token for one, token in self.tokens.items() if token["session"] not in sessions}

    def bearer(self, header):
        """The user and the session of an access token."""
        found = re.fullmatch(r"(?i)bearer (\S+)", header or "")
        if not found:
            raise Refused(401, "no_authorization", "This endpoint requires a valid Bearer token")
        try:
            kid = jwt.get_unverified_header(found[1]).get("kid")
            if kid not in self.published:
                raise jwt.InvalidTokenError(f"token is unverifiable: unrecognized JWT kid {kid}")
            key = self.keys[kid]
            claims = jwt.decode(found[1], key.private.public_key(), algorithms=[key.alg], options={"verify_aud": False})
        except jwt.PyJWTError as error:
            raise Refused(403, "bad_jwt", f"invalid JWT: unable to parse or verify signature, {error}") from error
        user = self.users.get(claims.get("sub"))
        if user is None:
            raise Refused(403, "user_not_found", "User from sub claim in JWT does not exist")
        if claims.get("session_id") not in self.sessions:
            raise Refused(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        if user["banned"]:
            raise Refused(403, "user_banned", "User is banned")
        return user, claims["session_id"]

    # What the real server answers

    def settings(self, _):
        return 200, {
            "external": {name: name == "email" for name in PROVIDERS}, "disable_signup": False, "mailer_autoconfirm": not self.confirm,
            "phone_autoconfirm": False, "sms_provider": "twilio", "saml_enabled": False, "saml_private_key_next_configured": False, "passkeys_enabled": False,
        }

    def health(self, _):
        return 200, {"version": "v2.196.0", "name": "GoTrue", "description": "GoTrue is a user registration and authentication API"}

    def jwks(self, _):
        return 200, {"keys": [self.keys[kid].public() for kid in self.published]}

    def signup(self, request):
        email, password, data = (request.json.get(name) for name in ("email", "password", "data"))
        if not email:
            raise Refused(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        if not password:
            raise Refused(400, "validation_failed", "Signup requires a valid password")
        if len(password.encode()) > 72:
            raise Refused(400, "validation_failed", "Password cannot be longer than 72 characters")
        if len(password.encode()) < 6:
            raise Refused(422, "weak_password", "Password should be at least 6 characters.", weak_password={"reasons": ["length"]})
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or len(email) > 255:
            raise Refused(400, "validation_failed", "Unable to validate email address: invalid format")
        user = self.find(email)
        if user and user["confirmed"] and not self.confirm:
            raise Refused(422, "user_already_exists", "User already registered")
        if user and user["confirmed"]:  # the real one says nothing of it: somebody who does not exist
            return 200, {**self.shown({**user, "id": str(uuid.uuid4()), "confirmed": None, "signed_in": None, "created": time.time()}), "identities": []}
        user = user or self.add_user(email, password, not self.confirm, data=data)
        return 200, self.sign_in(user) if user["confirmed"] else self.shown(user)

    def token(self, request):
        grant = {"password": self.password_grant, "refresh_token": self.refresh_grant}.get(request.query.get("grant_type"))
        if grant is None:
            raise Refused(400, "invalid_credentials", "unsupported_grant_type")
        return 200, grant(request.json)

    def password_grant(self, sent):
        if sent.get("email") and sent.get("phone"):
            raise Refused(400, "validation_failed", "Only an email address or phone number should be provided on login.")
        if not sent.get("email"):
            raise Refused(400, "validation_failed", "missing email or phone")
        user = self.find(sent["email"])
        if user and user["banned"]:  # before the password is looked at, as the real one does
            raise Refused(400, "user_banned", "User is banned")
        if not user or not hmac.compare_digest(user["password"].encode(), str(sent.get("password", "")).encode()):
            raise Refused(400, "invalid_credentials", "Invalid login credentials")
        if not user["confirmed"]:
            raise Refused(400, "email_not_confirmed", "Email not confirmed")
        return self.sign_in(user)

    def refresh_grant(self, sent):
        given = str(sent.get("refresh_token") or "")
        if not re.fullmatch("[a-z0-9]{12}", given):
            raise Refused(400, "validation_failed", "Refresh token is not valid")
        token = self.tokens.get(given)
        if token is None:
            raise Refused(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        if self.users[self.sessions[token["session"]]["user"]]["banned"]:
            raise Refused(400, "user_banned", "Invalid Refresh Token: User Banned")
        family = [(name, other) for name, other in self.tokens.items() if other["session"] == token["session"]]
        active = next((name for name, other in reversed(family) if not other["revoked"]), None)
        if token["revoked"] and active and self.tokens[active]["parent"] == given:  # whoever asked lost the last answer: the same again
            return self.answer(token["session"], active)
        now = time.time()
        if token["revoked"] and now > token["updated"] + self.reuse:
            for _, other in family:
                if not other["revoked"]:
                    other.update(revoked=True, updated=now)
            raise Refused(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        token.update(revoked=True, updated=now)
        return self.answer(token["session"], self.add_refresh_token(token["session"], given))

    def logout(self, request):
        scope = request.query.get("scope") or "global"
        user, session = self.bearer(request.headers.get("Authorization"))
        if scope not in ("global", "local", "others"):
            raise Refused(400, "validation_failed", f'Unsupported logout scope "{scope}"')
        its = {one for one, other in self.sessions.items() if other["user"] == user["id"]}
        self.end({"global": its, "local": {session}, "others": its - {session}}[scope])
        return 204, None

    def user(self, request):
        return 200, self.shown(self.bearer(request.headers.get("Authorization"))[0])

    # What tests set

    def known(self, sent):
        user = self.find(sent["email"])
        if user is None:
            raise ValueError("no such user")
        return user

    def control(self, method, name, sent):
        if name == "counts":
            counts = dict(self.counts)
            if method == "POST":
                self.counts = dict.fromkeys(COUNTED, 0)
            return counts
        handler = getattr(self, f"control_{name}", None)
        if method != "POST" or handler is None:
            raise ValueError(f"nothing is controlled by {method} {name}")
        return handler(sent)

    def control_users(self, sent):
        if self.find(sent["email"]) or sent.get("id") in self.users:
            raise ValueError("there is such a user already")
        user = self.add_user(sent["email"], sent["password"], True, sent.get("id"))
        return {"id": user["id"], "email": user["email"]}

    def control_confirm(self, sent):
        user = self.known(sent)
        user["confirmed"] = time.time()
        user["metadata"]["email_verified"] = True
        return {}

    def control_ban(self, sent):
        self.known(sent)["banned"] = bool(sent.get("banned", True))
        return {}

    def control_expiry(self, sent):
        self.expiry, self.reuse = int(sent.get("seconds", self.expiry)), int(sent.get("reuse_seconds", self.reuse))
        return {"seconds": self.expiry, "reuse_seconds": self.reuse}

    def control_keys(self, sent):
        if sent.get("add") and sent["add"]["alg"] not in ("ES256", "RS256"):
            raise ValueError("ES256 or RS256")
        retired = sent.get("retire")
        if retired is not None and (retired not in self.published or (len(self.published) == 1 and not sent.get("add"))):
            raise ValueError("there is no such key in the set, or it is the last one")
        if sent.get("add"):
            self.add_key(**sent["add"])
        if retired is not None:
            self.published.remove(retired)
        return {"kid": self.published[-1], "published": self.published}

    def control_token(self, sent):
        key = self.keys.get(sent.get("kid", self.published[-1]))
        if key is None:
            raise ValueError("there was never such a key")
        if sent.get("email"):
            user, session = self.known(sent), str(uuid.uuid4())
            self.sessions[session] = {"user": user["id"], "since": time.time()}
        else:
            user, session = {"id": str(uuid.uuid4()), "email": "somebody@example.test", "metadata": {}}, str(uuid.uuid4())
        usual = {"alg": key.alg, "kid": key.kid, "typ": "JWT"} if sent.get("secret") is None else {"alg": "HS256", "typ": "JWT"}
        header = sent.get("header_text", laid_over(usual, sent.get("header")))
        payload = sent.get("payload_text", laid_over(self.claims(user, session, time.time()), sent.get("claims")))
        token = self.signed(key, header, payload, sent.get("secret"))
        return {"token": token if sent.get("signature") is None else f"{token.rpartition('.')[0]}.{sent['signature']}"}

    def control_down(self, sent):
        if sent.get("mode", "503") not in ("503", "close", "limit"):
            raise ValueError("503, close or limit")
        self.down_until, self.down_mode = time.monotonic() + (sent["seconds"] or 0), sent.get("mode", "503")
        return {}

    def control_delay(self, sent):
        self.delays = {name: min(int(sent.get(f"{name}_ms", 0)), 60_000) for name in self.delays}
        return {}


class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, port, project):
        super().__init__(("127.0.0.1", port), Handler)
        self.project, self.places = project, threading.BoundedSemaphore(MOST_CONNECTIONS)
        project.issuer = f"http://127.0.0.1:{self.server_port}/auth/v1"

    def process_request(self, request, client_address):
        self.places.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # who asked is gone: not of interest
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout, wbufsize, disable_nagle_algorithm = "HTTP/1.1", 30, 65536, True

    def log_message(self, *_):
        """Nothing: the counts tell what was asked."""

    def send(self, status, body, headers=(), kind="application/json"):
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, refused):
        headers, version = [("x-sb-error-code", refused.code)], self.headers.get("X-Supabase-Api-Version", "")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", version) and version >= "2024-01-01":
            headers.append(("X-Supabase-Api-Version", "2024-01-01"))
            self.send(refused.status, {"code": refused.code, "message": refused.message, **refused.more}, headers)
        else:
            self.send(refused.status, {"code": refused.status, "error_code": refused.code, "msg": refused.message, **refused.more}, headers)

    def ask(self):
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True
            return self.refuse(Refused(413, "request_entity_too_large", f"Request body too large (max {MOST_BYTES} bytes), or without a Content-Length"))
        body, url = self.rfile.read(int(length)), urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path.startswith("/control/"):
            return self.control(url.path.removeprefix("/control/"), body)
        name = ENDPOINTS.get((self.command, url.path.removeprefix("/auth/v1"))) if url.path.startswith("/auth/v1/") else None
        self.count(name)
        if self.server.project.down_until > time.monotonic():
            return self.down()
        if name != "jwks" and not self.headers.get("apikey"):
            missing = {"message": "No API key found in request", "hint": "No `apikey` request header or url param was found."}
            return self.send(401, missing, [("WWW-Authenticate", "Key")])
        if name is None:
            return self.send(404, "404 page not found\n", kind="text/plain; charset=utf-8")
        time.sleep(self.server.project.delays.get(name, 0) / 1000)  # asked for by a test
        try:
            if self.command == "POST" and name != "logout":
                self.json = self.parsed(body)
            with self.server.project.lock:
                status, answer = getattr(self.server.project, name)(self)
        except Refused as refused:
            return self.refuse(refused)
        self.send(status, answer, [("Cache-Control", "public, max-age=600")] if name == "jwks" else [])

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = ask

    def parsed(self, body):
        try:
            sent = json.loads(body)
        except ValueError as error:
            raise Refused(400, "bad_json", f"Could not parse request body as JSON: {error}") from error
        strings = ("email", "phone", "password", "refresh_token")
        if not isinstance(sent, dict) or any(not isinstance(sent.get(name) or "", str) for name in strings):
            raise Refused(400, "bad_json", "Could not parse request body as JSON: json: cannot unmarshal it")
        return sent

    def count(self, name):
        if name == "token":
            name = {"password": "token_password", "refresh_token": "token_refresh"}.get(self.query.get("grant_type"), "token_other")
        with self.server.project.lock:
            self.server.project.counts[name or "other"] += 1

    def down(self):
        mode = self.server.project.down_mode
        if mode == "close":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mode == "limit":
            self.refuse(Refused(429, "over_request_rate_limit", "Request rate limit reached"))
        else:  # the gateway's answer, not the Auth server's: no JSON
            self.send(503, "no healthy upstream", kind="text/plain")

    def control(self, name, body):
        try:
            with self.server.project.lock:
                answer = self.server.project.control(self.command, name, json.loads(body or "{}"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.send(400, {"error": repr(error)})
        self.send(200, answer)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--confirm", choices=["on", "off"], default="off")
    options = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(options.port, Project(options.confirm == "on"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    while os.read(0, 4096):
        continue


if __name__ == "__main__":
    main()
