"""The servers that the tokens are for: ours, the stand-in for Supabase Auth, and one that nobody may visit."""
import http.client
import http.server
import json
import os
import sys
import threading
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization


class World:
    """The servers, and a place of the attacker's that nobody may visit."""

    def __init__(self, base, service_key, supabase, secret):
        self.base, self.supabase, self.secret, self.visits = urlsplit(base), urlsplit(supabase), secret, []
        self.anon_key, self.service_key = os.environ.get("SUPABASE_ANON_KEY", "anon"), service_key

    def publish(self, mint):
        """Puts our keys into the project's set, and the attacker's keys where they may not be found."""
        for key in (mint.es, mint.rs):
            pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
            answer = self.control("POST", "/control/keys", {"add": {"alg": key.alg, "kid": key.kid, "pem": pem}})
            if key.kid not in answer.get("published", []):
                sys.exit(f"{self.supabase.geturl()} does not take keys that others made: {answer}")
        self.jwks = json.dumps(self.control("GET", "/auth/v1/.well-known/jwks.json"), separators=(",", ":"))
        visits, keys = self.visits, json.dumps({"keys": [mint.foreign_es.jwk(), mint.foreign_rs.jwk()]}).encode()

        class Trap(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(keys)))
                self.end_headers()
                self.wfile.write(keys)

            def setup(self):
                super().setup()
                visits.append(self.client_address)

            def log_message(self, *_):
                """Nothing: the visits are counted."""

        trap = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
        threading.Thread(target=trap.serve_forever, daemon=True).start()
        self.listener = f"http://127.0.0.1:{trap.server_port}"
        connection = http.client.HTTPConnection("127.0.0.1", trap.server_port, timeout=10)
        connection.request("GET", "/jwks.json")
        if connection.getresponse().read() != keys or len(visits) != 1:
            sys.exit("the trap does not work")
        connection.close()
        visits.clear()

    def control(self, method, path, sent=None):
        connection = http.client.HTTPConnection(self.supabase.hostname, self.supabase.port, timeout=10)
        connection.request(method, path, body=sent and json.dumps(sent))
        return json.loads(connection.getresponse().read())

    def ask(self, case, path):
        """Status, code and WWW-Authenticate of the answer; status 0 if there is none."""
        connection, broken = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=30), None
        try:
            connection.connect()
            try:
                connection.putrequest("GET", path, skip_accept_encoding=True)
                for pair in [*case.headers, ("Connection", "close")]:
                    connection.putheader(*pair)
                connection.endheaders()
            except OSError as error:  # it may have answered before it had read all
                broken = error
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(broken or error), None
        finally:
            connection.close()
        try:
            code = json.loads(body).get("code")
        except ValueError:
            code = None
        return response.status, code, response.getheader("WWW-Authenticate")
