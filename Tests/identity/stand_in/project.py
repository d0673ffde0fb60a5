"""What a project has: users, sessions, refresh tokens, the keys that sign, and what tests set."""
import base64
import datetime
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

COUNTED = ["settings", "health", "jwks", "signup", "token_password", "token_refresh", "token_other", "logout", "user", "other"]


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
