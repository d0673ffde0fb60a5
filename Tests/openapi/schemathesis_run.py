#!/usr/bin/env python3
"""Runs schemathesis, all its checks and phases, over what /openapi.json describes: schemathesis_run.py BASE_URL SECONDS NAME=CREDENTIAL…

Once per credential, for SECONDS each. A CREDENTIAL is what follows `Authorization: Bearer`; or, beginning with `{`, the body of POST /v1/session, whose
cookie is then sent with an Origin; or nothing, for nobody. The service key is called `service`. As in:

    schemathesis_run.py http://127.0.0.1:8080 60 service=$FASTAPI_SECRET_KEY read=livinglytics_… session='{"api_key":"livinglytics_…"}' nobody=

A run may revoke what its credential may revoke: give it keys of a user whose owner does not ask too. The server should trust 127.0.0.1 as a proxy
(TRUSTED_PROXIES), so that more than ten sign-ins can fail. With --document FILE the description is read from there, with --reports DIRECTORY all that was
sent is kept. Prints what was found, and ends with 1 if that is anything.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
STRANGER = "demo@livinglytics.app"


def client(base, name, credential):
    """A user that the credential opens. Raises when it is not valid: all would be refused, and nothing be found."""
    if not credential:
        return STRANGER
    if credential.startswith("{"):
        # From an address of its own, see schemathesis_hooks.py.
        headers = {"Content-Type": "application/json", "X-Forwarded-For": "10.255.0.1"}
        request = urllib.request.Request(base + "/v1/session", credential.encode(), headers)
    else:
        path = "/v1/metadata" if name == "service" else "/v1/session"
        request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {credential}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        clients = json.load(response).get("clients")
    return clients[0]["user"] if clients else STRANGER


def run(options, name, credential, reports):
    """How many cases there were for one credential, how many findings, and what schemathesis says."""
    settings, report = reports / f"{name}.toml", reports / f"{name}.json"
    settings.write_text((HERE / "schemathesis.toml").read_text().replace(STRANGER, client(options.base_url, name, credential)))
    environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "SCHEMATHESIS_HOOKS": "schemathesis_hooks"}
    environment["BASE_URL"] = options.base_url
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run", options.document or options.base_url + "/openapi.json"]
    command += ["--url", options.base_url, "--checks", "all", "--no-color", "--max-time", str(options.seconds), "--report-json-path", report]
    command += ["--report", "json,ndjson", "--report-ndjson-path", reports / f"{name}.ndjson"] if options.reports else ["--report", "json"]
    if credential.startswith("{"):
        environment["SIGN_IN"] = credential
    elif credential:
        command += ["--header", f"Authorization: Bearer {credential}"]
    report.unlink(missing_ok=True)
    done = subprocess.run(command, env=environment, cwd=reports, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=options.seconds + 300)
    if not report.exists():
        return 0, 1, done.stdout
    summary = json.loads(report.read_text())
    cases = summary["test_cases"]["generated"]
    findings = summary["test_cases"]["unique_failures"] + sum(error["count"] for error in summary["errors"])
    if not findings and (done.returncode or summary["operations"]["tested"] < summary["operations"]["total"]):
        findings = 1
    return cases, findings, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("seconds", type=int)
    parser.add_argument("credentials", nargs="+", metavar="NAME=CREDENTIAL")
    parser.add_argument("--document", type=Path)
    parser.add_argument("--reports", type=Path)
    options = parser.parse_args()
    options.document = options.document and options.document.resolve()
    cases, findings = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        reports = (options.reports or Path(scratch)).resolve()
        reports.mkdir(parents=True, exist_ok=True)
        for entry in options.credentials:
            name, _, credential = entry.partition("=")
            asked, found, output = run(options, name, credential, reports)
            if found:
                print(output)
            print(f"{name}: {asked} cases, {found} findings", flush=True)
            cases, findings = cases + asked, findings + found
    print(f"{cases} cases, {findings} findings")
    sys.exit(1 if findings else 0)


main()
