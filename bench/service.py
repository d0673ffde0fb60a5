"""A server under test: started, asked, watched and stopped."""

import ctypes
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import process

LIVENESS = "/v1/health/liveness"
PATIENCE = 20  # seconds for a start, and for a stop

_libc = ctypes.CDLL(None)


class Trouble(Exception):
    """Says what kept a system from being measured."""


@dataclass
class Service:
    name: str
    command: list[str]  # {port} stands for the port
    environment: dict[str, str]
    directory: Path
    log: Path
    port: int = 0
    running: subprocess.Popen | None = field(default=None, repr=False)

    def start(self) -> tuple[float, float]:
        """Starts it and returns the seconds to its first liveness and to its first tiles."""
        self.port = free_port()
        command = [word.format(port=self.port) for word in self.command]
        with self.log.open("ab") as log:
            began = time.perf_counter()
            self.running = subprocess.Popen(
                command, cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_end_with_parent,
            )
        return tuple(self._first_answer(path, began) for path in (LIVENESS, tiles_path(1)))

    def stop(self) -> None:
        """Asks it to stop, and insists."""
        if not self.running:
            return
        self.running.terminate()
        try:
            self.running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        self.running = None

    def tiles(self, user: int) -> dict[str, float]:
        status, body = self.ask(tiles_path(user))
        if status != 200:
            raise Trouble(f"{self.name} answers {status} for the tiles of user {user}: {body[:200].decode(errors='replace')}")
        return {name: float(value) for name, value in json.loads(body).items()}

    def cpu_seconds(self) -> float:
        return process.cpu_seconds(self.running.pid)

    def peak_memory(self) -> int:
        return process.peak_memory(self.running.pid)

    def settle(self) -> None:
        """Waits until it has finished what a load left behind, so that the next system has the machine to itself."""
        if self.running.poll() is not None:
            raise self._trouble(f"ended under load, with {self.running.returncode}")
        deadline = time.monotonic() + 5
        before = self.cpu_seconds()
        while time.monotonic() < deadline:
            time.sleep(0.1)
            now = self.cpu_seconds()
            if now - before <= 1 / process.TICKS_PER_SECOND:
                return
            before = now

    def complaints(self) -> dict[str, int]:
        """The database errors in its log, by name: what stands behind answers of 500."""
        names = re.findall(r"^[ |]*psycopg\.errors\.(\w+)", self.log.read_text(errors="replace"), re.MULTILINE)
        return dict(Counter(names).most_common())

    def ask(self, path: str, body: str | None = None) -> tuple[int, bytes]:
        """Status and body of the answer; with a body the question is posted."""
        with self._answer(path, body) as answer:
            return answer.status, answer.read()

    def lines(self, path: str) -> int:
        """How many lines a long answer has, read piece by piece."""
        with self._answer(path) as answer:
            if answer.status != 200:
                raise Trouble(f"{self.name} answers {answer.status} for {path}: {answer.read(300).decode(errors='replace')}")
            return process.lines(answer)

    @contextmanager
    def _answer(self, path: str, body: str | None = None) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.environment['FASTAPI_SECRET_KEY']}", "Content-Type": "application/json"}
        try:
            connection.request("POST" if body else "GET", path, body=body, headers=headers)
            yield connection.getresponse()
        finally:
            connection.close()

    def _first_answer(self, path: str, began: float) -> float:
        status = 0
        while time.perf_counter() - began < PATIENCE:
            try:
                status, _ = self.ask(path)
                if status == 200:
                    return time.perf_counter() - began
            except OSError:
                pass
            if self.running.poll() is not None:
                break
            time.sleep(0.001)
        raise self._trouble(f"did not answer {path} with 200 (last status: {status or 'none'})")

    def _trouble(self, what: str) -> Trouble:
        lines = self.log.read_text(errors="replace").splitlines()[-8:]
        return Trouble("\n  ".join([f"{self.name} {what}. Its log ends:", *lines]))


def tiles_path(user: int) -> str:
    return f"/v1/dashboard/tiles?email=u{user}@x.test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_parent() -> None:
    """Runs in the child: should the bench be killed, the kernel sends SIGTERM (1 is PR_SET_PDEATHSIG)."""
    _libc.prctl(1, signal.SIGTERM)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
