"""HTTP: what was asked, which refusals are said in which form, and no service when a test wants none."""
import json
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from stand_in.project import Refused

MOST_BYTES, MOST_CONNECTIONS = 1 << 20, 256
ENDPOINTS = {
    ("GET", "/settings"): "settings", ("GET", "/health"): "health", ("GET", "/.well-known/jwks.json"): "jwks", ("POST", "/signup"): "signup",
    ("POST", "/token"): "token", ("POST", "/logout"): "logout", ("GET", "/user"): "user",
}


class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, port, project):
        super().__init__(("127.0.0.1", port), Handler)
        self.project, self.places = project, threading.BoundedSemaphore(MOST_CONNECTIONS)
        project.issuer = f"http://127.0.0.1:{self.server_port}/auth/v1"

    def process_request(self, request, client_address):
        self.places.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # who asked is gone: not of interest
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout, wbufsize, disable_nagle_algorithm = "HTTP/1.1", 30, 65536, True

    def log_message(self, *_):
        """Nothing: the counts tell what was asked."""

    def send(self, status, body, headers=(), kind="application/json"):
        content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, refused):
        headers, version = [("x-sb-error-code", refused.code)], self.headers.get("X-Supabase-Api-Version", "")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", version) and version >= "2024-01-01":
            headers.append(("X-Supabase-Api-Version", "2024-01-01"))
            self.send(refused.status, {"code": refused.code, "message": refused.message, **refused.more}, headers)
        else:
            self.send(refused.status, {"code": refused.status, "error_code": refused.code, "msg": refused.message, **refused.more}, headers)

    def ask(self):
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True
            return self.refuse(Refused(413, "request_entity_too_large", f"Request body too large (max {MOST_BYTES} bytes), or without a Content-Length"))
        body, url = self.rfile.read(int(length)), urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path.startswith("/control/"):
            return self.control(url.path.removeprefix("/control/"), body)
        name = ENDPOINTS.get((self.command, url.path.removeprefix("/auth/v1"))) if url.path.startswith("/auth/v1/") else None
        self.count(name)
        if self.server.project.down_until > time.monotonic():
            return self.down()
        if name != "jwks" and not self.headers.get("apikey"):
            missing = {"message": "No API key found in request", "hint": "No `apikey` request header or url param was found."}
            return self.send(401, missing, [("WWW-Authenticate", "Key")])
        if name is None:
            return self.send(404, "404 page not found\n", kind="text/plain; charset=utf-8")
        time.sleep(self.server.project.delays.get(name, 0) / 1000)  # asked for by a test
        try:
            if self.command == "POST" and name != "logout":
                self.json = self.parsed(body)
            with self.server.project.lock:
                status, answer = getattr(self.server.project, name)(self)
        except Refused as refused:
            return self.refuse(refused)
        self.send(status, answer, [("Cache-Control", "public, max-age=600")] if name == "jwks" else [])

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = ask

    def parsed(self, body):
        try:
            sent = json.loads(body)
        except ValueError as error:
            raise Refused(400, "bad_json", f"Could not parse request body as JSON: {error}") from error
        strings = ("email", "phone", "password", "refresh_token")
        if not isinstance(sent, dict) or any(not isinstance(sent.get(name) or "", str) for name in strings):
            raise Refused(400, "bad_json", "Could not parse request body as JSON: json: cannot unmarshal it")
        return sent

    def count(self, name):
        if name == "token":
            name = {"password": "token_password", "refresh_token": "token_refresh"}.get(self.query.get("grant_type"), "token_other")
        with self.server.project.lock:
            self.server.project.counts[name or "other"] += 1

    def down(self):
        mode = self.server.project.down_mode
        if mode == "close":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mode == "limit":
            self.refuse(Refused(429, "over_request_rate_limit", "Request rate limit reached"))
        else:  # the gateway's answer, not the Auth server's: no JSON
            self.send(503, "no healthy upstream", kind="text/plain")

    def control(self, name, body):
        try:
            with self.server.project.lock:
                answer = self.server.project.control(self.command, name, json.loads(body or "{}"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self.send(400, {"error": repr(error)})
        self.send(200, answer)
