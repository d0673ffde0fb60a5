"""What the soak starts and stops: nginx, and the processes behind it."""

import ctypes
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
PATIENCE = 20  # seconds for a start, and for a stop
TICK = 0.02  # seconds between two looks

_libc = ctypes.CDLL(None)


class Trouble(Exception):
    """Says what ended the soak."""


@dataclass
class Process:
    name: str
    command: list[str]
    port: int
    ready: str  # the path that answers 200 once it is
    log: Path
    running: subprocess.Popen | None = field(default=None, repr=False)

    def start(self) -> float:
        """Starts it and returns the seconds until it was ready."""
        began = time.perf_counter()
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_parent,
            )
        while time.perf_counter() - began < PATIENCE:
            if self._status() == 200:
                return time.perf_counter() - began
            if self.running.poll() is not None:
                raise self._trouble(f"ended at its start, with {self.running.returncode}")
            time.sleep(TICK)
        raise self._trouble(f"was not ready in {PATIENCE} seconds")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Sends the signal and returns the seconds until it had ended, which must be with 0 unless the signal was SIGKILL."""
        began = time.perf_counter()
        process, self.running = self.running, None
        process.send_signal(how)
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise self._trouble(f"had not ended {PATIENCE} seconds after {how.name}") from None
        if status != 0 and how != signal.SIGKILL:
            raise self._trouble(f"ended with {status} after {how.name}")
        return time.perf_counter() - began

    def _status(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", self.ready)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _trouble(self, what: str) -> Trouble:
        lines = self.log.read_text(errors="replace").splitlines()[-8:]
        return Trouble("\n  ".join([f"{self.name} {what}. Its log ends:", *lines]))


def server(binary: str, name: str, port: int, supabase: int, directory: Path) -> Process:
    command = ["env", f"SUPABASE_URL=http://127.0.0.1:{supabase}", binary, "serve", "--host", "127.0.0.1", "--port", str(port)]
    return Process(name, command, port, "/v1/health/readiness", directory / f"{name}.log")


def nginx(port: int, supabase: int, servers: list[Process], directory: Path) -> Process:
    """With a configuration and a prefix of its own: nothing in /etc/nginx or /var/log/nginx is read or written."""
    prefix = directory / "nginx"
    (prefix / "temp").mkdir(parents=True)
    text = (HERE / "nginx.conf").read_text()
    ports = {"@PORT@": port, "@SUPABASE@": supabase, "@FIRST@": servers[0].port, "@SECOND@": servers[1].port}
    for mark, number in ports.items():
        text = text.replace(mark, str(number))
    (prefix / "nginx.conf").write_text(text)
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        raise Trouble("There is no nginx: run `scripts/install soak`.")
    log = prefix / "error.log"
    return Process("nginx", [program, "-p", f"{prefix}/", "-c", "nginx.conf", "-e", str(log)], supabase, "/auth/v1/settings", log)


def complaints(nginx: Process) -> Counter:
    """What nginx had to say about the processes behind it, by kind. Most of it became a second try and no failure."""
    text = nginx.log.read_text(errors="replace")
    return Counter(re.findall(r"\[(?:error|crit|alert)\] \S+ \*\d+ (.+? while .+?), client:", text))


def free_ports(count: int) -> list[int]:
    """Below those that the system gives to outgoing connections: one of these could take a port while its process restarts."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    found = []
    for port in random.sample(range(10_000, lowest), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Trouble("No port is free.")


def _end_with_parent() -> None:
    """Runs in the child: should the soak be killed, the kernel sends SIGTERM (1 is PR_SET_PDEATHSIG)."""
    _libc.prctl(1, signal.SIGTERM)
