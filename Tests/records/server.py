"""Answers as a pooler does that fills its TLS records: 16 KiB each, the most there is. PostgreSQL and PgBouncer send smaller ones.

Prints its port. `select ROWS, WIDTH` is answered with so many rows of so many bytes; a COPY with the number of Syncs that came before its
rows had ended. The tests' client is libpq, written elsewhere.
"""
import re
import socket
import ssl
import struct
import subprocess
import tempfile
import threading


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


COPY_IN = message(b"G", struct.pack("!bh", 0, 0))


def serve(plain: socket.socket, context: ssl.SSLContext) -> None:
    plain.recv(8)  # SSLRequest
    plain.sendall(b"S")
    with context.wrap_socket(plain, server_side=True) as tls:
        stream = tls.makefile("rb")
        stream.read(struct.unpack("!I", stream.read(4))[0] - 4)  # the start-up packet
        tls.sendall(message(b"R", struct.pack("!I", 0)) + message(b"K", struct.pack("!II", 1, 2)) + message(b"Z", b"I"))
        rows, width, syncs, copies = 0, 0, 0, False
        while kind := stream.read(1):
            body = stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
            if kind in b"PQ" and b"copy" in body:
                syncs, copies = 0, True
                if kind == b"Q":
                    tls.sendall(COPY_IN)
            elif copies and kind == b"S":
                syncs += 1
                tls.sendall(message(b"1") + message(b"2") + COPY_IN)
            elif kind == b"c":
                tls.sendall(message(b"C", b"COPY %d\0" % syncs) + message(b"Z", b"I"))
                copies = False
            elif kind == b"P":
                rows, width = map(int, re.search(rb"select (\d+), (\d+)", body).groups())
            elif kind == b"S":
                answer(tls, rows, width)


def answer(tls: ssl.SSLSocket, rows: int, width: int) -> None:
    columns = struct.pack("!H", 1) + b"x\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0)
    row = message(b"D", struct.pack("!HI", 1, width) + b"x" * width)
    end = message(b"C", b"SELECT %d\0" % rows) + message(b"Z", b"I")
    whole = message(b"1") + message(b"2") + message(b"T", columns) + row * rows + end
    for start in range(0, len(whole), 16384):
        tls.sendall(whole[start:start + 16384])


with tempfile.TemporaryDirectory() as folder:
    subprocess.run(
        ["openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
         f"{folder}/key", "-out", f"{folder}/certificate"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate", f"{folder}/key")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0], context), daemon=True).start()
