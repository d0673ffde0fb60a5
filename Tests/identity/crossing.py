#!/usr/bin/env python3
"""Tries to get anything of another tenant's, 10,000 times and more: crossing.py BASE_URL SERVICE_KEY SUPABASE_URL --cli PATH [--requests N] [--seconds S]

SUPABASE_URL is the stand-in's (supabase.py), PATH the program itself, run with this environment's DATABASE_URL. Tenants A, B and C are made. Then all the
credentials of A, those of somebody who holds A and sees C, and some that hold nothing (any more), ask every operation of /openapi.json for what is B's:
by every spelling of its address, by its ids, cursors, keys and codes, in queries, bodies, headers, cookies and paths.

Everything of B's has a word or a number in it that occurs nowhere else, so each answer is searched whole, headers and body; what the request said itself
is no find. Where an answer for B differs from the one for nobody, that counts as well, and so does anything of B's or C's that is another thing at the
end. First the same search must find B's marks in the answers to B's own credential, and A's in those to A's; last of all it must see a change of B's.
Exits 1 if anything was got, if there were fewer than 10,000 requests, or if a check of the check fails.
"""
import argparse
import sys
import time

from crossings.run import attack
from crossings.scene import Scene
from walls import Broken

ENOUGH = 10_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("key")
    parser.add_argument("supabase")
    parser.add_argument("--cli", required=True)
    parser.add_argument("--requests", type=int, default=15_000)
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    began = time.monotonic()
    scene = Scene(options)
    wrong = scene.check_the_search()
    before = scene.states()
    count, got, statuses = attack(scene, options, began)
    try:
        after = scene.states()
        for name, state in before.items():
            got += [f"{name}: {part} changed" for part in state if state[part] != after[name][part]]
        wrong += scene.still_open() + scene.check_the_comparison(after)
    except Broken as error:
        wrong.append(f"the end can't be looked at: {error}")
    for line in [*got[:40], *wrong]:
        print(line)
    print("statuses:", ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items())), f"in {time.monotonic() - began:.0f} s")
    print(f"{count} requests, {len(got)} got anything")
    sys.exit(1 if got or wrong or count < ENOUGH else 0)


if __name__ == "__main__":
    main()
