#!/usr/bin/env python3
"""A stand-in for a Supabase project's Auth server: supabase.py [--port 0] [--confirm on|off]

Prints "listening on http://127.0.0.1:PORT" and runs until SIGTERM or until its stdin closes. --confirm on: who signs up must confirm the address first.

Written after what the real server does, read in supabase/auth 2.196.0 (internal/api: api, errors, token, token_refresh, signup, logout, auth, user,
settings, jwks; internal/tokens/service.go; internal/models: user, identity, refresh_token, sessions) and in supabase/supabase docker/volumes/api/kong.yml
(everything but the key set needs an `apikey`). The refresh tokens are the first kind, that the server makes unless it is told otherwise: 12 characters, one
row each. Missing here: captcha, rate limits, second factors, providers, hooks. Any `apikey` is taken. Passwords are kept as they come: tests only.

Everything under /control is for tests; the real server has nothing like it:
  POST /control/users   {"email", "password", "id"?}            a confirmed user -> {"id", "email"}
  POST /control/confirm {"email"}                               the person followed the link in the mail
  POST /control/ban     {"email", "banned"? = true}
  POST /control/expiry  {"seconds"?, "reuse_seconds"?}          of access tokens (3600); how long a used refresh token still works (10)
  POST /control/keys    {"add"?: {"alg": "ES256"|"RS256", "pem"?, "kid"?}, "retire"?: kid}   add: it signs from now on,
        unless its private key comes along as pem. retire: out of the key set -> {"kid", "published"}
  POST /control/token   {"email"?, "claims"?, "header"?, "kid"?, "secret"?, "header_text"?, "payload_text"?, "signature"?} -> {"token"}
        claims and header: put over the usual ones, null removes. kid: sign with this key, also a retired one. secret: HS256 with it, without a kid.
        header_text, payload_text: exactly this text. signature: this instead. email: that user, in a new session; without it somebody unknown.
  POST /control/down    {"seconds": N|null, "mode"? = "503"|"close"|"limit"}  no service for so long; null ends it. limit: 429 as the real one has it
  POST /control/delay   {"jwks_ms"?, "token_ms"?}               these answers come so much later; they are counted when asked
  GET  /control/counts  how often each was asked, also while down; POST the same and sets them to 0
"""
import argparse
import os
import signal
import sys
import threading

from stand_in.control import Controlled
from stand_in.server import Server


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--confirm", choices=["on", "off"], default="off")
    options = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(options.port, Controlled(options.confirm == "on"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    while os.read(0, 4096):
        continue


if __name__ == "__main__":
    main()
