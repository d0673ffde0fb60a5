"""What is under /control, for tests: supabase.py says what each takes."""
import time
import uuid

from stand_in.answers import Answers
from stand_in.project import COUNTED, laid_over


class Controlled(Answers):
    """A project that tests set as they need it."""

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
