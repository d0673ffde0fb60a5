#!/usr/bin/env python3
"""Uses a stand-in of supabase.py with the official client (supabase-auth), which was written elsewhere: official_client.py BASE_URL

Signs up, confirms where that is asked for, signs in, reads the user, refreshes, verifies tokens of both kinds of key by the key set, signs out, and is refused
where it must be. Ends with 0, or with what is wrong.
"""
import sys
import uuid

import httpx
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import AuthError, AuthInvalidJwtError

BASE = sys.argv[1].rstrip("/")
EMAIL, PASSWORD = f"client-{uuid.uuid4().hex[:12]}@example.test", "a password for tests"
HTTP = httpx.Client(timeout=10, trust_env=False)


def client():
    return SyncGoTrueClient(url=f"{BASE}/auth/v1", headers={"apikey": "the anon key"}, auto_refresh_token=False, http_client=HTTP)


def control(name, sent):
    answer = HTTP.post(f"{BASE}/control/{name}", json=sent)
    expect(answer.status_code == 200, f"/control/{name} answered {answer.status_code}: {answer.text}")
    return answer.json()


def expect(right, otherwise):
    if not right:
        sys.exit(f"official_client.py: {otherwise}")


def refused(what, code, action, *arguments):
    try:
        action(*arguments)
    except AuthError as error:
        expect(error.code == code, f"{what}: refused as {error.code} ({error.message}), not as {code}")
    else:
        expect(False, f"{what}: not refused")


def claims_of(one, session, alg):
    found = one.get_claims(session.access_token)
    claims = found["claims"]
    expect(found["headers"]["alg"] == alg, f"a token says {found['headers']}, not {alg}")
    wanted = {"iss": f"{BASE}/auth/v1", "aud": "authenticated", "role": "authenticated", "sub": session.user.id, "email": EMAIL, "is_anonymous": False}
    for name, value in wanted.items():
        expect(claims.get(name) == value, f"a token says {name} {claims.get(name)!r}, not {value!r}")
    return claims


def signed_up():
    one, credentials = client(), {"email": EMAIL, "password": PASSWORD}
    automatic = HTTP.get(f"{BASE}/auth/v1/settings", headers={"apikey": "the anon key"}).json()["mailer_autoconfirm"]
    answer = one.sign_up(credentials)
    expect(answer.user.email == EMAIL, f"signed up as {answer.user.email}")
    expect((answer.session is not None) == automatic, f"mailer_autoconfirm is {automatic}, and signing up gave the session {answer.session}")
    if automatic:
        refused("signing up again", "user_already_exists", client().sign_up, credentials)
    else:
        refused("signing in before the address is confirmed", "email_not_confirmed", client().sign_in_with_password, credentials)
        control("confirm", {"email": EMAIL})
    return credentials


def main():
    credentials = signed_up()
    refused("a wrong password", "invalid_credentials", client().sign_in_with_password, {"email": EMAIL, "password": "wrong"})
    refused("an unknown address", "invalid_credentials", client().sign_in_with_password, {"email": f"x{EMAIL}", "password": PASSWORD})
    refused("a weak password", "weak_password", client().sign_up, {"email": f"w{EMAIL}", "password": "abc"})
    one, other = client(), client()
    first = one.sign_in_with_password(credentials).session
    expect(first.expires_in == 3600, f"a session lasts {first.expires_in} s")
    before = claims_of(one, first, "ES256")
    expect(one.get_user().user.id == first.user.id, "the user is another one")
    second = one.refresh_session().session
    expect(second.refresh_token != first.refresh_token, "the refresh token stayed the same")
    expect(claims_of(one, second, "ES256")["session_id"] == before["session_id"], "refreshing made another session")
    expect(other.refresh_session(first.refresh_token).session.refresh_token == second.refresh_token, "a lost answer can't be had again")
    refused("an unknown refresh token", "refresh_token_not_found", client().refresh_session, "abcdefghijkl")
    refused("no refresh token", "validation_failed", client().refresh_session, "abc")

    old = control("keys", {"add": {"alg": "RS256"}})["published"][-2]
    third = one.refresh_session().session
    claims_of(one, third, "RS256")
    claims_of(client(), second, "ES256")
    control("keys", {"add": {"alg": "ES256"}, "retire": old})
    head, payload, signature = third.access_token.split(".")
    for what, token in (("a retired key", second.access_token), ("a changed signature", f"{head}.{payload}.{signature[::-1]}")):
        try:
            client().get_claims(token)
        except AuthInvalidJwtError:
            continue
        expect(False, f"{what} is taken")

    elsewhere = client()
    kept = elsewhere.sign_in_with_password(credentials).session
    one.sign_out({"scope": "local"})
    refused("refreshing after signing out", "refresh_token_not_found", client().refresh_session, third.refresh_token)
    kept = elsewhere.refresh_session(kept.refresh_token).session
    refused("the user after signing out", "session_not_found", client().get_user, third.access_token)
    elsewhere.sign_out({"scope": "global"})
    refused("refreshing after signing out everywhere", "refresh_token_not_found", client().refresh_session, kept.refresh_token)

    used = [other.sign_in_with_password(credentials).session]
    for _ in range(2):
        used.append(other.refresh_session(used[-1].refresh_token).session)
    usual = control("expiry", {"reuse_seconds": 0})
    refused("a refresh token used twice", "refresh_token_already_used", client().refresh_session, used[0].refresh_token)
    refused("its last successor", "refresh_token_already_used", client().refresh_session, used[2].refresh_token)
    control("expiry", {"seconds": usual["seconds"], "reuse_seconds": 10})
    control("ban", {"email": EMAIL})
    refused("somebody banned", "user_banned", client().sign_in_with_password, credentials)
    print("official_client.py: all as the official client expects it")


if __name__ == "__main__":
    main()
