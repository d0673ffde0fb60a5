"""What the real server answers, endpoint by endpoint: server.py calls them by their names."""
import hmac
import re
import time
import uuid

from stand_in.project import Project, Refused

PROVIDERS = """anonymous_users apple azure bitbucket discord facebook snapchat figma fly github gitlab google keycloak kakao linkedin linkedin_oidc notion
spotify slack slack_oidc workos twitch twitter email phone zoom""".split()


class Answers(Project):
    """A project with the endpoints of the real server."""

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
