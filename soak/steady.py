"""A steady load: requests leave by a schedule, whether earlier ones are answered or not."""

import asyncio
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

RATE = 200  # requests a second
PATIENCE = 10  # seconds for an answer
EVERY_NTH_IS_A_POST = 4  # nginx hides what happens to a GET: it asks again


class Unanswered(Exception):
    """Says in what way a request failed."""


@dataclass
class Tally:
    sent: int = 0
    right: int = 0
    failed: Counter = field(default_factory=Counter)  # by kind
    seconds: float = 0  # from the first request to the last
    lag: float = 0  # the most that a request left behind its time, in seconds
    slowest: float = 0  # seconds to an answer

    @property
    def rate(self) -> float:
        return (self.sent - 1) / self.seconds if self.seconds else 0


class Load(threading.Thread):
    """Asks for tiles and adds users, each request on a connection of its own: what fails is then that request and no other."""

    def __init__(self, port: int, key: str, tiles: dict[str, dict]):
        super().__init__(daemon=True)
        self.tally = Tally()
        self._port, self._key, self._tiles = port, key, list(tiles.items())
        self._ended = threading.Event()

    def run(self) -> None:
        asyncio.run(self._steady())

    def finish(self) -> Tally:
        """Sends no more, and waits for the answers that are still out."""
        self._ended.set()
        self.join()
        return self.tally

    async def _steady(self) -> None:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as asking:
            while not self._ended.is_set():
                due = began + self.tally.sent / RATE
                if (early := due - time.perf_counter()) > 0:
                    await asyncio.sleep(early)
                asking.create_task(self._ask(self.tally.sent, due))
                self.tally.sent += 1
                self.tally.seconds = time.perf_counter() - began

    async def _ask(self, number: int, due: float) -> None:
        began = time.perf_counter()
        self.tally.lag = max(self.tally.lag, began - due)
        # An address is added once: {"created":false} would be a POST that was carried out twice.
        email, expected = self._tiles[number % len(self._tiles)]
        method, path = "GET", f"/v1/dashboard/tiles?email={email}"
        if number % EVERY_NTH_IS_A_POST == 0:
            method, path, expected = "POST", f"/v1/dev/seed-user?email=new{number}@x.test", {"created": True}
        try:
            await self._exchange(method, path, expected)
            self.tally.right += 1
        except Unanswered as failure:
            self.tally.failed[f"{method} {failure}"] += 1
        self.tally.slowest = max(self.tally.slowest, time.perf_counter() - began)

    async def _exchange(self, method: str, path: str, expected: dict) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._send(method, path)
        except TimeoutError:
            raise Unanswered(f"no answer in {PATIENCE} s") from None
        except OSError as error:
            raise Unanswered(type(error).__name__) from None
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1:2]
        if status != [b"200"]:
            raise Unanswered(f"{status[0].decode() if status else 'no status'}{' by nginx' if b'<html>' in body else ''}")
        try:
            right = json.loads(body) == expected
        except ValueError:
            right = False
        if not right:
            raise Unanswered(f"wrong body: {body[:80].decode(errors='replace')}")

    async def _send(self, method: str, path: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            head = f"{method} {path} HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {self._key}\r\nConnection: close\r\n"
            writer.write((head + "Content-Length: 0\r\n" * (method == "POST") + "\r\n").encode())
            return await reader.read()
        finally:
            writer.close()
