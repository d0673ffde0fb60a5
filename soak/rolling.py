"""Restarts two processes in turn under a steady load. soak/restart starts it inside `livinglytics dev`, whose settings it finds."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
import outcome  # noqa: E402
from processes import Process, Trouble, complaints, free_ports, nginx, server  # noqa: E402
from steady import RATE, Load  # noqa: E402

PAUSE = 0.5  # seconds between two restarts
METRICS = ("sessions", "conversions", "ig_reach", "engagement")


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    threading.Thread(target=end_with_input, daemon=True).start()
    processes: list[Process] = []
    try:
        return soak(options, processes)
    except (Trouble, OSError, subprocess.SubprocessError) as error:
        say(f"soak: {error}")
        return 1
    finally:
        for process in processes:
            stop(process)


def soak(options: argparse.Namespace, processes: list[Process]) -> int:
    tiles = load_data(options.binary, options.directory)
    port, supabase, *ports = free_ports(4)
    servers = [server(options.binary, name, at, supabase, options.directory) for name, at in zip(("first", "second"), ports)]
    proxy = nginx(port, supabase, servers, options.directory)
    processes += [proxy, *servers]
    for process in processes:
        process.start()
    how = signal.SIGKILL if options.kill else signal.SIGTERM
    say(f"Sending {RATE} requests a second for {options.seconds} s, and restarting in turn with {how.name}.")
    load = Load(port, os.environ["FASTAPI_SECRET_KEY"], tiles)
    load.start()
    restarts = roll(servers, how, options.seconds)
    found = outcome.figures(load.finish(), restarts, complaints(proxy))
    options.report.write_text(outcome.text(found, as_json=options.json))
    return 0 if found["passed"] else 1


def roll(servers: list[Process], how: signal.Signals, seconds: float) -> outcome.Restarts:
    """One after the other: a process is stopped only when the other one has said that it is ready."""
    restarts = outcome.Restarts()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(PAUSE)
        process = servers[len(restarts.stops) % len(servers)]
        restarts.stops.append(process.stop(how))
        restarts.starts.append(process.start())
    return restarts


def load_data(binary: str, directory: Path) -> dict[str, dict]:
    """Eight users with figures of their own. Returns the tiles each must have."""
    say("Migrating, and adding users.")
    run(binary, "migrate")
    tiles = {}
    for user in range(1, 9):
        email, values = f"u{user}@x.test", [user * 1000 + place for place in range(len(METRICS))]
        file = directory / f"u{user}.csv"
        file.write_text("date,sessions,conversions,reach,engagement\n" + "2026-01-31," + ",".join(map(str, values)) + "\n")
        run(binary, "users", "add", email)
        run(binary, "import", str(file), "--user", email, "--source", "soak")
        tiles[email] = dict(zip(METRICS, values))
    return tiles


def run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    if done.returncode:
        raise Trouble(f"{' '.join(command[1:3])} ended with {done.returncode}:\n{done.stdout}")


def stop(process: Process) -> None:
    if not process.running:
        return
    try:
        process.stop()
    except Trouble as trouble:
        say(f"soak: {trouble}")


def end_with_input() -> None:
    """soak/restart holds the other end: when it closes that, or is gone, this ends too, and stops what it started."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--kill", action="store_true")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
