#!/usr/bin/env python3
"""Sends almost 2,000 forged or broken JWTs to a running server, which must refuse every one: forged.py BASE_URL [KEY] SUPABASE_URL [JWT_SECRET]

BASE_URL is the server's, started with SUPABASE_URL, which is that of supabase.py; JWT_SECRET is what it has as SUPABASE_JWT_SECRET, if anything.
KEY, its service key, and SUPABASE_ANON_KEY, if it is in the environment, are tried as secrets. Every family also has good tokens made by the same code,
which must be accepted. How a token is to be refused is said in forgeries/case.py. Ends with 1 if one was accepted, refused otherwise or not answered.
"""
import collections
import sys
import time

from forgeries import FAMILIES
from forgeries.case import ACCEPTED, good
from forgeries.tokens import Mint
from forgeries.world import World

FEWEST = 500
ROUTES = ("/v1/session", "/v1/dashboard/tiles")


def wait_until_known(mint, world):
    """A server that fetched the set of keys before ours were in it has to fetch it again first."""
    end = time.monotonic() + 60
    for key in (mint.es, mint.rs):
        while (answer := world.ask(good("first", mint.token(key)), ROUTES[0]))[0] != 200:
            if time.monotonic() > end:
                sys.exit(f"the good {key.alg} token was never accepted: {answer}")
            time.sleep(0.5)


def wrong(case, answer):
    status, code, challenge = answer
    if status not in case.allowed or case.allowed[status] is not None and code not in case.allowed[status]:
        return True
    return (status, code) == (401, "invalid_token") and challenge != 'Bearer error="invalid_token"'


def main():
    base, *others = sys.argv[1:] or [""]
    key = others.pop(0) if others and "://" not in others[0] else "key"
    if len(others) not in (1, 2):
        sys.exit(__doc__)
    mint, world = Mint(others[0]), World(base, key, others[0], others[1] if len(others) == 2 else None)
    world.publish(mint)
    wait_until_known(mint, world)
    everything, accepted, failures, total = set(), [], [], 0
    for cases in FAMILIES:
        sent, taken, statuses, controls = set(), 0, collections.Counter(), 0
        for place, case in enumerate(cases(mint, world)):
            forged, token = case.allowed is not ACCEPTED, tuple(case.headers)
            if token in everything:
                continue
            answers = {path: world.ask(case, path) for path in (ROUTES if not forged or place % 8 == 1 else ROUTES[:1])}
            said = [f"{cases.__name__}: {case.label}: {path} -> {answer}" for path, answer in answers.items() if wrong(case, answer)]
            if not forged:
                controls += 1
                failures += said
                continue
            sent.add(token)
            everything.add(token)
            statuses.update(answer[0] for answer in answers.values())
            if any(200 <= answer[0] < 300 for answer in answers.values()):
                taken, total = taken + 1, total + 1
                accepted += said
            else:
                failures += said
        print(f"{cases.__name__}: {len(sent)} forged tokens, {taken} accepted ({controls} good ones; {dict(sorted(statuses.items()))})", flush=True)
        failures += [] if controls else [f"{cases.__name__} has no good token"]
    failures += [f"the attacker's server was visited: {world.visits}"] if world.visits else []
    failures += [f"fewer than {FEWEST} tokens"] if len(everything) < FEWEST else []
    for line in [*(f"ACCEPTED {line}" for line in accepted), *(f"WRONG {line}" for line in failures)]:
        print(line)
    print(f"HS256 {'with' if world.secret else 'without'} a secret; {mint.by_pyjwt} signed by PyJWT, {mint.by_hand} by hand; {len(world.visits)} visits")
    print(f"{len(everything)} forged tokens, {total} accepted")
    sys.exit(1 if accepted or failures else 0)


if __name__ == "__main__":
    main()
