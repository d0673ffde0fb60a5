#!/usr/bin/env python3
"""Slow, large and endless requests, all at once: limits.py BASE_URL SERVICE_KEY

Each client here holds its connection as long as it can. Those that are to be cut must be cut while they still send; those that are to be let go on must get
their answer. Takes about a minute: the limits are those of the server, and no client may wait longer than two minutes.
"""
import json
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

BASE, KEY = urlsplit(sys.argv[1]), sys.argv[2]
HEAD = f"Host: {BASE.netloc}\r\nAuthorization: Bearer {KEY}\r\n"
PATIENCE = 120
FAILURES, HELD = [], []


def connect():
    client = socket.create_connection((BASE.hostname, BASE.port), 10)
    client.settimeout(PATIENCE)
    return client


def read_all(client):
    """Up to the end of the connection, or of one answer."""
    got = b""
    try:
        while part := client.recv(65536):
            got += part
            head, found, body = got.partition(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if found and length and len(body) >= int(length[0].split(b":")[1]):
                break
    except ConnectionResetError:
        pass  # Cut is cut.
    return got


def drip(start, piece, every, until):
    """Sends a piece again and again. Gives the answer, or what came of it: b"" when it was cut, None when it was not within our patience."""
    client, begun = connect(), time.monotonic()
    client.sendall(start)
    client.settimeout(every)
    while time.monotonic() - begun < until:
        try:
            got = client.recv(65536)
            return got + (read_all(client) if got else b"")
        except TimeoutError:
            pass
        except ConnectionResetError:
            return b""
        try:
            client.sendall(piece)
        except OSError:
            return b""
    return None


def holds(what, ok, seen=""):
    (HELD if ok else FAILURES).append(f"{what}: {seen}")


def slow_headers():
    got = drip(b"GET /v1/health/liveness HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n", 1, 60)
    holds("headers that never end are cut", got is not None and b"200" not in got, got)


def slow_request_line():
    got = drip(b"G", b"E", 1, 60)
    holds("so is a line that never ends", got is not None and b"200" not in got, got)


def slow_body():
    head = f"POST /v1/query HTTP/1.1\r\n{HEAD}Content-Length: 60000\r\n\r\n".encode()
    got = drip(head, b" ", 1, 90)
    holds("a body that never ends is cut", got is not None and b"200" not in got, got)


def endless_body_of_a_get():
    head = f"GET /v1/health/liveness HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    client, begun = connect(), time.monotonic()
    client.sendall(head)
    cut = False
    while time.monotonic() - begun < 90 and not cut:
        try:
            client.sendall(b"1\r\na\r\n")
            time.sleep(0.5)
        except OSError:
            cut = True
    holds("one that nobody asked for, too", cut)


def slow_import():
    """Slower than any other body may be, and it goes on: an upload may take long."""
    rows = [b"date,sessions\n"] + [f"2026-01-{day:02},{day}\n".encode() for day in range(1, 20)]
    length = sum(map(len, rows))
    client = connect()
    client.sendall(f"POST /v1/imports?user=slow@x.test&source=ga4 HTTP/1.1\r\n{HEAD}Content-Length: {length}\r\n\r\n".encode())
    for row in rows:
        client.sendall(row)
        time.sleep(2)
    got = read_all(client)
    holds("a slow import goes on", got.startswith(b"HTTP/1.1 201"), got[:300])


def too_large():
    for what, head, statuses in (
        ("a header of 20 kB", f"X-A: {'a' * 20_000}\r\n", (b"400", b"431")),
        ("200 headers", "".join(f"X-{number}: a\r\n" for number in range(200)), (b"400", b"431")),
        ("40 kB of headers", "".join(f"X-{number}: {'a' * 1000}\r\n" for number in range(40)), (b"400", b"431")),
    ):
        client = connect()
        try:
            client.sendall(f"GET /v1/health/liveness HTTP/1.1\r\n{HEAD}{head}\r\n".encode())
        except OSError:
            pass  # Refused before all of it was sent: the answer tells.
        got = read_all(client)
        holds(f"{what} are refused", got.split(b" ")[1:2] and got.split(b" ")[1] in statuses, got[:100])
    body = b'{"user":"' + b"a" * 100_000 + b'"}'
    client = connect()
    client.sendall(f"POST /v1/query HTTP/1.1\r\n{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    got = read_all(client)
    holds("a body of 100 kB is refused", b" 413 " in got.split(b"\r\n")[0] and json.loads(got.partition(b"\r\n\r\n")[2])["code"] == "too_large", got[:200])


def kept_alive():
    client = connect()
    for _ in range(3):
        client.sendall(f"GET /v1/health/liveness HTTP/1.1\r\n{HEAD}\r\n".encode())
        got = read_all(client)
        holds("a connection is kept between requests", got.startswith(b"HTTP/1.1 200"), got)
        time.sleep(12)  # Longer than headers may take: no request is under way.


def main():
    client = connect()
    client.sendall(f"POST /v1/dev/seed-user?email=slow@x.test HTTP/1.1\r\n{HEAD}Content-Length: 0\r\n\r\n".encode())
    read_all(client)
    parts = (slow_headers, slow_request_line, slow_body, endless_body_of_a_get, slow_import, too_large, kept_alive)
    threads = [threading.Thread(target=part) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in FAILURES:
        print("does not hold:", failure)
    print(f"{len(HELD)} hold, {len(FAILURES)} do not")
    sys.exit(1 if FAILURES or len(HELD) < len(parts) else 0)


main()
