#!/usr/bin/env python3
"""schemathesis with every credential there is: every_credential.py BASE_URL SERVICE_KEY SUPABASE_URL --cli PATH --seconds N

SUPABASE_URL is the stand-in's (Tests/identity/supabase.py), PATH the program, run with this environment's DATABASE_URL; the server trusts 127.0.0.1 as a
proxy, or failed sign-ins would end the run. N is for all credentials together. Exits as schemathesis_run.py does.
"""
import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "identity"))
from walls import Operator, People, Tenant, command_line, new_key  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    for name in ("base", "key", "supabase"):
        parser.add_argument(name)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--seconds", type=int, required=True)
    options = parser.parse_args()
    operator, people, cli = Operator(options.base, options.key), People(options.supabase), command_line(options.cli)
    # Whoever owns a client may revoke its keys, and a run does: people and keys are of different ones.
    peopled, keyed = Tenant("peopled", 81_000_000), Tenant("keyed", 82_000_000)
    for tenant in (peopled, keyed):
        tenant.furnish(operator, cli)
    people_of = {role: f"{role}.{peopled.email}" for role in ("owner", "viewer")}
    tokens = {role: people.new(email) for role, email in people_of.items()}
    for role, token in tokens.items():
        peopled.join(cli, operator, token, role)
    keys = {name: new_key(operator, keyed.email, name, name != "write", name != "read")["key"] for name in ("read", "write", "session")}
    credentials = {
        "service": options.key, "owner": tokens["owner"], "viewer": tokens["viewer"], "read": keys["read"], "write": keys["write"],
        "session": f'{{"api_key":"{keys["session"]}"}}', "person": f'{{"email":"{people_of["viewer"]}","password":"{people_of["viewer"][::-1]}"}}', "nobody": "",
    }
    each = max(8, options.seconds // len(credentials))
    run = [sys.executable, "-B", str(HERE / "schemathesis_run.py"), options.base, str(each)]
    sys.exit(subprocess.run([*run, *(f"{name}={value}" for name, value in credentials.items())], check=False).returncode)


main()
