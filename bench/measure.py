"""All the measuring, part by part. bench/run starts it inside `livinglytics dev`, whose settings it finds in its environment."""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import identity  # noqa: E402
import importing  # noqa: E402
import posting  # noqa: E402
import querying  # noqa: E402
import reference  # noqa: E402
import serving  # noqa: E402
from postgres import psql  # noqa: E402
from service import Service, Trouble  # noqa: E402

HERE = Path(__file__).parent
PARTS = {"serving": serving.measure, "posting": posting.measure, "querying": querying.measure, "importing": importing.measure,
         "identity": identity.measure}


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    note = options.directory / "measure.pid"
    note.write_text(str(os.getpid()))
    try:
        return measure(options)
    finally:
        note.unlink(missing_ok=True)


def measure(options: argparse.Namespace) -> int:
    services = {"ours": Service(
        "ours", [options.binary, "serve", "--host", "127.0.0.1", "--port", "{port}"], dict(os.environ), options.directory,
        options.directory / "ours.log",
    )}
    if not options.no_reference:
        services["reference"] = Service(
            "reference", reference.command(), reference.environment(dict(os.environ)), reference.DIRECTORY,
            options.directory / "reference.log",
        )
    try:
        subprocess.run([options.binary, "migrate"], check=True, stdout=subprocess.DEVNULL, timeout=60)
        text, document = PARTS[options.part](services, options, conditions(options))
    except (Trouble, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}", getattr(error, "stderr", None) or "", file=sys.stderr)
        return 1
    finally:
        for service in services.values():
            service.stop()
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    (results / f"{options.part}.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    print(text)
    return 0


def conditions(options: argparse.Namespace) -> dict:
    pooler = subprocess.run(["pgbouncer", "--version"], env={"PATH": os.environ["PATH"] + ":/usr/sbin"}, capture_output=True, text=True)
    return {
        "binary": options.binary,
        "cores": os.cpu_count(),
        "postgresql": psql("--command", "show server_version").strip(),
        "pooler": pooler.stdout.splitlines()[0] if pooler.stdout else "PgBouncer",
        "quick": options.quick,
        "no_reference": options.no_reference,
    }


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--no-reference", default="", metavar="REASON")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
