#!/usr/bin/env python3
"""Sends almost 2,000 forged or broken JWTs to a running server, which must refuse every one: forged.py BASE_URL [KEY] SUPABASE_URL [JWT_SECRET]

BASE_URL is the server's, started with SUPABASE_URL, which is that of supabase.py; JWT_SECRET is what it has as SUPABASE_JWT_SECRET, if anything.
KEY, its service key, and SUPABASE_ANON_KEY, if it is in the environment, are tried as secrets. Every family also has good tokens made by the same code,
which must be accepted. How a token is to be refused is said at REFUSED and below. Ends with 1 if one was accepted, refused otherwise or not answered.
"""
import collections
import hashlib
import http.client
import http.server
import itertools
import json
import os
import sys
import threading
import time
import zlib
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization

from tokens import (P256_ORDER, SHA256_INFO, Elliptic, Key, Mint, Rsa, b64, broken_objects, certificate, edwards, json_text, no_number, number, sealed, unb64,
                    wrong_issuers, wrong_subjects)

FEWEST = 500
ROUTES = ("/v1/session", "/v1/dashboard/tiles")
# Statuses and the codes that may come with them; None: any, or no body at all, as what HTTP itself refuses has none.
ACCEPTED = {200: None}
REFUSED = {401: {"invalid_token"}}  # what looks like a JWT: eyJ, and three parts
UNLIKE = {401: {"invalid_token"}, 403: {"invalid_token"}}  # what does not
UNSAID = {401: {"missing_token", "invalid_token"}, 403: {"invalid_token"}}  # what does not even come as `Bearer `
UNREADABLE = {**UNLIKE, 400: None}  # control characters, which no header may hold
OVERSIZE = {**REFUSED, 400: None, 431: None}  # 16 KiB and more: a header that HTTP itself may refuse

Case = collections.namedtuple("Case", "label headers allowed")
FAMILIES = []


def family(function):
    FAMILIES.append(function)
    return function


def bad(label, token, allowed=None):
    raw = token.encode() if isinstance(token, str) else token
    looks = raw.startswith(b"eyJ") and raw.count(b".") == 2
    return Case(str(label), [("Authorization", b"Bearer " + raw)], allowed or (REFUSED if looks else UNLIKE))


def good(label, token):
    return Case(f"good {label}", [("Authorization", b"Bearer " + token.encode())], ACCEPTED)


def headers(label, *pairs, allowed=UNSAID):
    return Case(label, [(name, value.encode() if isinstance(value, str) else value) for name, value in pairs], allowed)


# What the header says of the algorithm and the key


@family
def alg_none(mint, world):
    token = mint.token()
    yield good("ES256", token)
    _, claims, signature = token.split(".")
    spellings = ["".join(letters) for letters in itertools.product(*zip("none", "NONE"))]
    odd = ["none ", " none", "none\0", "no\u200bne", "nοne", "none256", "", "null", "None\n", "HSnone"]
    texts = [json.dumps(text) for text in spellings + odd] + ['"n\\u006fne"', '["none"]', '{"none":true}', "null", "false", "0", "[]", "{}", None]
    for text, ending in itertools.product(texts, ("", signature)):
        header = mint.header(mint.es, alg=text)
        yield bad(f"{text} {'signed' if ending else 'unsigned'}", f"{b64(header)}.{claims}.{ending}")
    for ending in (b64(b"\0"), b64(b"none"), b64(Key.hmac(b"").sign(b""))):
        yield bad(f"none and {ending}", b64(json_text({"alg": '"none"'})) + f".{claims}.{ending}")


@family
def key_confusion(mint, world):
    """The public keys, which everybody knows, as a secret."""
    yield good("ES256", mint.token())
    yield good("RS256", mint.token(mint.rs))
    encoding, form = serialization.Encoding, serialization.PublicFormat
    for key in (mint.es, mint.rs):
        public, jwk = key.private.public_key(), key.jwk()
        pem = public.public_bytes(encoding.PEM, form.SubjectPublicKeyInfo)
        der = public.public_bytes(encoding.DER, form.SubjectPublicKeyInfo)
        listed = next(item for item in json.loads(world.jwks)["keys"] if item.get("kid") == key.kid)
        raw = [unb64(jwk[name]) for name in ("x", "y", "n", "e") if name in jwk]
        secrets = [pem, pem.rstrip(), pem.replace(b"\n", b"\r\n"), b"".join(pem.splitlines()[1:-1]), der, world.jwks.encode(), key.kid.encode(), *raw,
                   b"".join(raw), *(jwk[name].encode() for name in ("x", "y", "n", "e") if name in jwk)]
        secrets += [json.dumps(text, separators=by, sort_keys=order).encode() for text in (listed, {"keys": [listed]})
                    for by in ((",", ":"), (", ", ": ")) for order in (False, True)]
        if key is mint.es:
            secrets += [public.public_bytes(encoding.X962, form.UncompressedPoint), public.public_bytes(encoding.X962, form.CompressedPoint)]
        else:
            secrets += [public.public_bytes(encoding.PEM, form.PKCS1), public.public_bytes(encoding.DER, form.PKCS1), str(key.n).encode(), b"%x" % key.n]
        for index, secret in enumerate(dict.fromkeys(secrets)):
            for kid in (json.dumps(key.kid), None):
                forger = Key.hmac(secret)
                yield bad(f"{key.alg} as secret {index} kid {kid}", mint.token(forger, header=mint.header(forger, kid=kid)))
        for alg in ("HS384", "HS512"):
            yield bad(f"{key.alg} PEM as {alg}", mint.token(Key.hmac(pem, alg)))
        yield bad(f"{key.alg} PEM, alg still {key.alg}", mint.token(Key.hmac(pem), header=mint.header(key)))


@family
def shared_secret(mint, world):
    yield good("ES256", mint.token())
    anon = mint.token(Key.hmac(b"x"), json_text({"iss": '"supabase"', "ref": '"x"', "role": '"anon"', "iat": "1700000000", "exp": "2015360000"}))
    guesses = ["", world.anon_key, world.service_key, anon, "secret", "password", "supabase", "jwt-secret", "your-256-bit-secret", "changeme", "key",
               "null", "None", "undefined", "super-secret-jwt-token-with-at-least-32-characters-long",
               "your-super-secret-jwt-token-with-at-least-32-characters-long", "0" * 32, mint.issuer, mint.subject, "authenticated", "HS256", "\0" * 33,
               "a-string-secret-at-least-256-bits-long"]
    right = world.secret
    if right:
        yield good("HS256", mint.token(Key.hmac(right.encode())))
        guesses += [right + "\n", " " + right, right[:-1], right[1:], right.swapcase(), right[::-1], b64(right), right.encode().hex(), f'"{right}"',
                    right * 2]
    for index, secret in enumerate(dict.fromkeys(guess for guess in guesses if guess != right)):
        yield bad(f"guess {index}", mint.token(Key.hmac(secret.encode())))
        forger = Key.hmac(secret.encode())
        yield bad(f"guess {index} with a kid", mint.token(forger, header=mint.header(forger, kid=json.dumps(mint.es.kid))))
    secret = (right or "super-secret-jwt-token-with-at-least-32-characters-long").encode()
    key = Key.hmac(secret)
    for alg in ("HS384", "HS512"):
        yield bad(alg, mint.token(Key.hmac(secret, alg)))
        yield bad(f"HS256 that is {alg}", mint.token(Key.hmac(secret, alg), header=mint.header(key)))
    for alg in ('"hs256"', '"HS256 "', '"Hs256"', "null", '["HS256"]', '"HMAC"', None, '"ES256"', '"RS256"', '"HS1"'):
        yield bad(f"HS256 called {alg}", mint.token(key, header=mint.header(key, alg=alg)))
    for label, cut in (("half", lambda mac: mac[:16]), ("less a byte", lambda mac: mac[:-1]), ("nothing", lambda mac: b""), ("more", lambda mac: mac + b"\0"),
                       ("zeros", lambda mac: bytes(32)), ("flipped", lambda mac: bytes([mac[0] ^ 1]) + mac[1:]), ("in hex", lambda mac: mac.hex().encode())):
        yield bad(f"HS256 signature: {label}", mint.token(Key("HS256", None, None, lambda data, cut=cut: cut(key.sign(data)))))
    now = int(time.time())
    for name, text in (("role", '"anon"'), ("aud", '"anon"'), ("iss", '"supabase"'), ("exp", str(now - 31)), ("exp", None), ("iat", None), ("sub", '"1"'),
                       ("nbf", str(now + 90)), ("is_anonymous", "true"), ("role", '"service_role"')):
        yield bad(f"HS256 and {name} {text}", mint.token(key, mint.claims(**{name: text})))


@family
def kid(mint, world):
    wrong = [None, '""', "null", "0", "1", "true", "[]", "{}", '"0"', '"unknown"', '" "', '"*"', '"../../../../dev/null"', '"/dev/null"',
             '"file:///dev/null"', '"..\\\\..\\\\nul"', "\"' OR '1'='1\"", "\"x' UNION SELECT 'key' --\"", '"; id"', '"$(id)"', '"%00"', '"\\u0000"',
             json.dumps("k" * 4000), json.dumps(world.listener + "/jwks.json"), json.dumps(mint.foreign_es.kid), '"__proto__"', "1e999", "-1"]
    for key, other in ((mint.es, mint.rs), (mint.rs, mint.es)):
        yield good(key.alg, mint.token(key))
        own = key.kid
        near = [own.upper(), own + " ", " " + own, own + "\0", own[:-1], own + "0", own.replace("-", ""), "{" + own + "}", other.kid]
        for text in wrong + [json.dumps(text) for text in near] + [json.dumps([own]), json.dumps({"kid": own}), json.dumps([own, other.kid])]:
            yield bad(f"{key.alg} kid {str(text)[:60]}", mint.token(key, header=mint.header(key, kid=text)))
    for text in ('"../../../../dev/null"', '"/dev/null"', "\"' OR '1'='1\""):
        yield bad(f"empty secret, kid {text}", mint.token(Key.hmac(b""), header=mint.header(Key.hmac(b""), kid=text)))


@family
def algorithms(mint, world):
    """The right key under another algorithm's name, other algorithms of the right key, and keys of other kinds."""
    for key, other in ((mint.es, mint.rs), (mint.rs, mint.es)):
        yield good(key.alg, mint.token(key))
        for alg in (other.alg, "RS384", "RS512", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "HS256", "RSA-OAEP", "dir", key.alg.lower(),
                    key.alg.title(), key.alg + " ", key.alg + "\0", "SHA256", "RSA", "ecdsa-p256"):
            yield bad(f"{key.alg} called {alg!r}", mint.token(key, header=mint.header(key, alg=json.dumps(alg))))
        for alg in (None, "null", "256", "true", f'["{key.alg}"]', f'{{"alg":"{key.alg}"}}'):
            yield bad(f"{key.alg} called {alg}", mint.token(key, header=mint.header(key, alg=alg)))
        yield bad(f"{key.alg} called {other.alg} with its kid", mint.token(key, header=mint.header(other)))
    for alg in ("RS384", "RS512", "PS256", "PS384", "PS512"):
        yield bad(f"real {alg} of the RS256 key", mint.token(Key(alg, mint.rs.private, mint.rs.kid, mint.rs.sign)))
        yield bad(f"{alg} of nobody's key", mint.token(Key(alg, mint.foreign_rs.private, mint.rs.kid, mint.foreign_rs.sign)))
    for key in (Elliptic(mint.random, "k", "ES384"), Elliptic(mint.random, "k", "ES256K"), edwards(mint.random, "k"), mint.foreign_es, mint.foreign_rs):
        for known in (mint.es.kid, mint.rs.kid, mint.uuid(), None):
            header = mint.header(key, kid=known and json.dumps(known))
            yield bad(f"nobody's {key.alg} kid {known}", mint.token(key, header=header))
    for bits, exponent in ((512, 65537), (1024, 65537), (1024, 3), (2048, 3)):
        key = Rsa(mint.random, mint.uuid(), bits, exponent)
        for known in (key.kid, mint.rs.kid):
            yield bad(f"nobody's RSA of {bits} bits, e {exponent}, kid {known}", mint.token(key, header=mint.header(key, kid=json.dumps(known))))


@family
def keys_it_brings(mint, world):
    """jku, x5u, jwk and x5c lead to an attacker's key, which signed; nobody may go there."""
    yield good("ES256", mint.token())
    yield good("RS256", mint.token(mint.rs))
    before_host, host = mint.issuer.split("://")
    for key in (mint.foreign_es, mint.foreign_rs):
        der = certificate(key)
        chain = json.dumps([b64(der).replace("-", "+").replace("_", "/") + "=" * (-len(b64(der)) % 4)])
        own = mint.es.kid if key is mint.foreign_es else mint.rs.kid
        jwk = json.dumps(key.jwk(), separators=(",", ":"))
        offers = [("jku", json.dumps(world.listener + "/jwks.json")), ("jku", json.dumps(world.listener + "/auth/v1/.well-known/jwks.json")),
                  ("jku", json.dumps(f"{before_host}://{host.split('/')[0]}@{urlsplit(world.listener).netloc}/jwks.json")),
                  ("x5u", json.dumps(world.listener + "/chain.pem")), ("jwk", jwk), ("jwk", json.dumps({**key.jwk(), "kid": own})), ("x5c", chain)]
        for (name, text), known in itertools.product(offers, (key.kid, own, None)):
            header = mint.header(key, kid=known and json.dumps(known), **{name: text})
            yield bad(f"{key.alg} by {name} {text[:50]} kid {known}", mint.token(key, header=header))
        for issuer in (world.listener, world.listener + "/auth/v1"):
            yield bad(f"{key.alg} of issuer {issuer}", mint.token(key, mint.claims(iss=json.dumps(issuer))))
    forger = Key.hmac(b"k" * 32)
    yield bad("an oct jwk", mint.token(forger, header=mint.header(forger, jwk=json_text({"kty": '"oct"', "k": json.dumps(b64(b"k" * 32))}))))


@family
def critical(mint, world):
    claims = mint.claims()
    for key in (mint.es, mint.rs):
        yield good(key.alg, mint.token(key))
        for text in ("[]", '["exp"]', '["b64"]', '["kid"]', '["alg"]', '["crit"]', '["x"]', '["http://x.test/x"]', "null", '""', '"exp"', "{}", "true", "0",
                     "[1]", "[null]"):
            yield bad(f"{key.alg} crit {text}", mint.token(key, header=mint.header(key, crit=text)))
        yield bad("crit with an escape", mint.token(key, header=json_text([("alg", f'"{key.alg}"'), ("kid", f'"{key.kid}"'), ('"\\u0063rit"', '["x"]')])))
        for crit in ('["b64"]', None):
            header = mint.header(key, b64="false", crit=crit)
            plain = sealed(key, f"{b64(header)}.{claims}").rsplit(".", 1)[1]
            yield bad(f"b64 false, crit {crit}, bare", f"{b64(header)}.{claims}.{plain}")
            yield bad(f"b64 false, crit {crit}, in base64", f"{b64(header)}.{b64(claims)}.{plain}")
            yield bad(f"b64 false, crit {crit}, detached", f"{b64(header)}..{plain}")
        yield bad("zip", mint.token(key, zlib.compress(claims.encode(), wbits=-15), mint.header(key, zip='"DEF"')))
        for inner in (mint.token(key), json.dumps(mint.token(key))):
            yield bad("cty JWT", mint.token(key, inner, mint.header(key, cty='"JWT"')))


# What the claims say


def claim(name, wrong, fine=()):
    """A family: every one of these texts (or None: left out) in the place of one claim, all of it signed well by both kinds of key."""
    def cases(mint, world):
        now = int(time.time())
        for key in (mint.es, mint.rs):
            for text in (mint.members().get(name), *(fine(mint, now) if callable(fine) else fine)):
                yield good(f"{key.alg} {text}", mint.token(key, mint.claims(**{name: text})))
            texts = wrong(mint, now) if callable(wrong) else wrong
            for text in texts[key is mint.rs::2] if len(texts) > 24 else texts:  # the long lists are dealt out to both keys
                yield bad(f"{key.alg} {name} {str(text)[:60]}", mint.token(key, mint.claims(**{name: text})))
    cases.__name__ = f"claim {name}"
    FAMILIES.append(cases)


def times(seconds, more=(), base=0):
    return lambda mint, now: [*(str(now + step) for step in seconds), *more, *no_number(now + base)]


def soon(seconds):
    return lambda mint, now: [str(now + seconds)]


claim("aud", [None, "null", '""', '" "', '"anon"', '"service_role"', '"Authenticated"', '"AUTHENTICATED"', '"authenticated "', '" authenticated"',
              '"authenticated\\u0000"', '"authenticated\\n"', '"authenticated,anon"', '"authenticated anon"', '"unauthenticated"', '"authenticate"', '"*"',
              '"https://x.test"', "0", "1", "true", "false", "[]", '["anon"]', '["anon","other"]', '["Authenticated"]', '["authenticated "]', "[null]",
              "[true]", '[["authenticated"]]', '[{"aud":"authenticated"}]', "{}", '{"authenticated":true}', '{"0":"authenticated"}',
              '{"aud":"authenticated"}', '"\\u0430uthenticated"'], ['["authenticated"]', '["other","authenticated"]'])
claim("iss", wrong_issuers)
claim("role", [None, "null", '""', '"anon"', '"service_role"', '"supabase_admin"', '"postgres"', '"dashboard_user"', '"Authenticated"', '"AUTHENTICATED"',
               '"authenticated "', '" authenticated"', '"authenticated\\u0000"', '"authenticated\\ud800"', '"authenticated,service_role"', '"authenticate"',
               '"unauthenticated"', "0", "1", "true", "[]", '["authenticated"]', '["authenticated","service_role"]', "{}", '{"authenticated":true}',
               '"\\u0430uthenticated"', '"authenticated\\u200b"', '"*"'])
claim("sub", wrong_subjects)
claim("exp", times((-31, -60, -3600, -86400 * 365), (None, "0", "-0", "-1", "1", "-1e400", "-9e18", "-" + "9" * 400, "false"), 3600), soon(-10))
claim("nbf", times((90, 3600, 86400 * 365)), soon(10))
claim("iat", times((90, 3600, 86400 * 365), (None,)), soon(10))
claim("is_anonymous", ["true"], [None])


@family
def duplicates(mint, world):
    """The same member twice, at any depth: whoever reads the first and whoever reads the last would see different tokens."""
    now = int(time.time())
    strange = {"role": '"anon"', "aud": '"anon"', "sub": json.dumps(mint.uuid()), "exp": str(now - 3600), "iss": '"https://x.test/auth/v1"',
               "iat": str(now + 3600), "is_anonymous": "true", "nbf": str(now + 3600), "email": '"other@x.test"'}
    for key in (mint.es, mint.rs):
        yield good(key.alg, mint.token(key, json_text(list(mint.members(nbf="0").items()))))
        for name, text in strange.items():
            pairs = list(mint.members(nbf="0").items())
            own, escaped = dict(pairs)[name], f'"\\u{ord(name[0]):04x}{name[1:]}"'
            place = [index for index, pair in enumerate(pairs) if pair[0] == name][0]
            for label, made in (("last", [*pairs, (name, text)]), ("first", [(name, text), *pairs]), ("again", [*pairs, (name, own)]),
                                ("beside", [*pairs[:place], (name, text), *pairs[place:]]), ("escaped last", [*pairs, (escaped, text)]),
                                ("escaped first", [(escaped, text), *pairs])):
                yield bad(f"{key.alg} {name} {label}", mint.token(key, json_text(made)))
        nested = {"user_metadata": ['{"a":1,"a":2}', '{"a":1,"\\u0061":1}', '{"":1,"":2}', '{"a":{"b":[{"c":1,"d":2,"c":3}]}}'],
                  "app_metadata": ['[[{"x":1,"x":1}]]'], "amr": ['[{"method":"password","method":"otp"}]']}
        for name, text in ((name, text) for name, texts in nested.items() for text in texts):
            yield bad(f"{key.alg} in {name}: {text}", mint.token(key, mint.claims(**{name: text})))
        header = [("alg", f'"{key.alg}"'), ("kid", f'"{key.kid}"'), ("typ", '"JWT"')]
        for name, text in (("alg", '"none"'), ("alg", '"HS256"'), ("alg", f'"{key.alg}"'), ("kid", f'"{mint.foreign_es.kid}"'), ("kid", f'"{key.kid}"'),
                           ("typ", '"JWT"')):
            escaped = f'"\\u{ord(name[0]):04x}{name[1:]}"'
            for label, made in (("last", [*header, (name, text)]), ("first", [(name, text), *header]), ("escaped", [(escaped, text), *header])):
                yield bad(f"{key.alg} header {name} {text} {label}", mint.token(key, header=json_text(made)))
        yield bad(f"{key.alg} header within", mint.token(key, header=mint.header(key, x='{"a":1,"a":1}')))


@family
def no_object(mint, world):
    """A payload or a header that is no JSON object in UTF-8, or too deep; signed well."""
    for key in (mint.es, mint.rs):
        yield good(key.alg, mint.token(key))
        yield good(f"{key.alg} with white space", mint.token(key, mint.claims().replace('"role":', ' \t\r\n"role" : ')))
        for index, text in enumerate(broken_objects(mint.claims())):
            yield bad(f"{key.alg} payload {index} {text[-24:]}", mint.token(key, text))
        for index, text in enumerate(broken_objects(mint.header(key))[key is mint.rs::2]):
            yield bad(f"{key.alg} header {index} {text[-24:]}", mint.token(key, header=text))
        for depth in ("[" * 1000 + "]" * 1000, '{"":' * 1000 + "1" + "}" * 1000, "[" * 2000, '[{"":' * 500 + "1" + "}]" * 500):
            yield bad(f"{key.alg} deep payload", mint.token(key, depth))
            yield bad(f"{key.alg} deep claim", mint.token(key, mint.claims(user_metadata=depth)))
            yield bad(f"{key.alg} deep header", mint.token(key, header=mint.header(key, x=depth)))


# What is signed, and what comes of it


@family
def signatures(mint, world):
    for key in (mint.es, mint.rs):
        token = mint.token(key)
        yield good(key.alg, token)
        content, _, ending = token.rpartition(".")
        signature = unb64(ending)
        for place in range(0, len(signature), 1 if key is mint.es else 4):
            flipped = bytearray(signature)
            flipped[place] ^= 1 << mint.random.randrange(8)
            yield bad(f"{key.alg} byte {place} flipped", f"{content}.{b64(bytes(flipped))}")
        for length in sorted({0, 1, 2, 3, 16, 31, 32, 33, 47, 48, 62, 63, len(signature) // 2, len(signature) - 2, len(signature) - 1} - {len(signature)}):
            yield bad(f"{key.alg} {length} bytes", f"{content}.{b64(signature[:length])}")
        others = [bytes(len(signature)), b"\xff" * len(signature), bytes(32), bytes(64), bytes(256), signature + b"\0", b"\0" + signature, signature * 2,
                  signature[::-1], signature[len(signature) // 2:] + signature[:len(signature) // 2], mint.random.randbytes(len(signature))]
        for index, other in enumerate(others):
            yield bad(f"{key.alg} instead: {index}", f"{content}.{b64(other)}")
        yield bad(f"{key.alg} of another token", content + "." + mint.token(key, mint.claims(sub=json.dumps(mint.uuid()))).rpartition(".")[2])
        yield bad(f"{key.alg} of the other key", content + "." + mint.token(mint.rs if key is mint.es else mint.es).rpartition(".")[2])
        head, body = content.split(".")
        for label, data in (("payload alone", body), ("header alone", head), ("turned round", f"{body}.{head}"), ("with no dot", head + body),
                            ("with a dot more", content + "."), ("unencoded", f"{unb64(head).decode()}.{unb64(body).decode()}"), ("nothing", "")):
            yield bad(f"{key.alg} of {label}", f"{content}.{b64(key.sign(data.encode()))}")
        yield from spellings(key.alg, mint, key)
    content = mint.token().rpartition(".")[0]
    data, n, rsa = content.encode(), P256_ORDER, mint.rs
    yield bad("DER", f"{content}.{b64(mint.es.der(data))}")
    yield bad("SHA-384", f"{content}.{b64(mint.es.joined(data, Elliptic(mint.random, 'k', 'ES384').hash))}")
    r, s = mint.es.joined(data)[:32], mint.es.joined(data)[32:]
    yield bad("r and s of 33 bytes", f"{content}.{b64(bytes(1) + r + bytes(1) + s)}")
    for first, second in itertools.product((0, 1, n - 1, n, n + 1, 2**256 - 1, int.from_bytes(r, "big")), repeat=2):
        yield bad(f"r {first:x} s {second:x}", f"{content}.{b64(number(first, 32) + number(second, 32))}")
    content = mint.token(rsa).rpartition(".")[0]
    digest, bare = hashlib.sha256(content.encode()).digest(), bytes.fromhex("302f300b06096086480165030402010420")  # bare: without the parameters, NULL
    value = int.from_bytes(rsa.sign(content.encode()), "big")
    odd = [rsa.padded(digest), rsa.padded(SHA256_INFO + digest, start=b"\0\2"), rsa.padded(SHA256_INFO + digest, start=b"\0\0"),
           rsa.padded(SHA256_INFO + digest, fill=b"\xfe")]
    odd += [rsa.padded(SHA256_INFO + digest, after=bytes(100)), rsa.padded(SHA256_INFO + digest, after=b"\0"),
            rsa.padded(SHA256_INFO[:-2] + b"\4\x21" + digest + b"\0")]
    odd += [rsa.padded(bare + digest), number(value + rsa.n, 257), number(rsa.n - value, 256), number(0, 256), number(1, 256), number(rsa.n - 1, 256),
            number(rsa.n, 256)]
    for index, signature in enumerate(odd):
        yield bad(f"RSA padding {index}", f"{content}.{b64(signature)}")


def spellings(label, mint, key):
    """The same bytes in other letters: not base64url without padding."""
    tokens = (mint.token(key, mint.claims(session_id=f'"{count}"')) for count in range(1000))
    content, _, ending = next(token for token in tokens if {"-", "_"} <= set(token.rpartition(".")[2])).rpartition(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    middle = len(ending) // 2
    for text in (ending + "=", ending + "==", ending + "===", ending.replace("-", "+"), ending.replace("_", "/"),
                 ending.replace("-", "+").replace("_", "/") + "==", "=" + ending, f"{ending[:middle]} {ending[middle:]}",
                 f"{ending[:middle]}\t{ending[middle:]}", f"{ending[:middle]}={ending[middle:]}", ending + "A", ending + "!", ending + "%3D",
                 ending.replace("-", "%2D"), f"{ending[:middle]}*{ending[middle:]}", f'"{ending}"', ending[:-1] + letters[letters.index(ending[-1]) ^ 1],
                 ending + "é", ending + ","):
        yield bad(f"{label} spelled {text[-12:]!r}", f"{content}.{text}")
    for junk in (b"\0", b"\x0b", b"\x0c", b"\x7f", b"\xa0", b"\x01"):
        yield bad(f"{label} with {junk}", f"{content}.{ending[:middle]}".encode() + junk + ending[middle:].encode(), UNREADABLE)
    claims = next(text for text in (mint.claims(email=json.dumps(f"{'~?' * 9}{pad}@x.test")) for pad in ("", "x", "xx")) if len(text) % 3 == 1)
    head, body = b64(mint.header(key)), b64(claims)
    for signed in (f"{head}.{body}==", f"{head}.{body}=", f"{head}.{body.replace('-', '+').replace('_', '/')}", f"{head}=.{body}", f"{head} .{body}",
                   f"{head}. {body}", f"{head}.{body}A", f"{head}.{body[:-1]}{letters[letters.index(body[-1]) ^ 1]}", f"{head}.{body[:40]}!{body[40:]}",
                   f"{head}.{body.replace('f', 'f ', 1)}"):
        yield bad(f"{label} content spelled otherwise and signed: …{signed[-6:]}", sealed(key, signed))


@family
def changed(mint, world):
    """What was signed, changed afterwards."""
    now = mint.start
    for key in (mint.es, mint.rs):
        token = mint.token(key)
        yield good(key.alg, token)
        head, body, ending = token.split(".")
        said = unb64(body).decode()
        members = mint.members()
        for name, text in (("sub", json.dumps(mint.uuid())), ("role", '"service_role"'), ("exp", str(now + 7200)), ("exp", str(now + 3601)),
                           ("email", '"other@x.test"'), ("x", "1"), ("aud", '["authenticated"]'), ("aal", '"aal2"'), ("is_anonymous", None),
                           ("app_metadata", '{"role":"admin"}'), ("iat", str(now - 1))):
            yield bad(f"{key.alg} {name}", f"{head}.{b64(json_text({**members, name: text}))}.{ending}")
        yield bad(f"{key.alg} a space", f"{head}.{b64(said + ' ')}.{ending}")
        for place in mint.random.sample(range(len(body)), 20):
            letter = mint.random.choice([one for one in "AQgwBCDabcd0123" if one != body[place]])
            yield bad(f"{key.alg} letter {place}", f"{head}.{body[:place]}{letter}{body[place + 1:]}.{ending}")
        for more in ({"typ": '"at+jwt"'}, {"typ": None}, {"x": "1"}, {"alg": '"RS384"'}, {"alg": '"none"'}, {"kid": json.dumps(mint.foreign_es.kid)},
                     {"kid": None}, {"alg": '"HS256"'}):
            yield bad(f"{key.alg} header {more}", f"{b64(mint.header(key, **more))}.{body}.{ending}")
        yield bad(f"{key.alg} header and a space", f"{b64(mint.header(key) + ' ')}.{body}.{ending}")


# How it is written down


@family
def cut(mint, world):
    for key, step in ((mint.es, 13), (mint.rs, 29)):
        token = mint.token(key)
        yield good(key.alg, token)
        for length in range(step, len(token), step):
            yield bad(f"{key.alg} the first {length} letters", token[:length])
            yield bad(f"{key.alg} without the first {length}", token[length:])
        for length in range(1, 6):
            yield bad(f"{key.alg} less {length}", token[:-length])


@family
def parts(mint, world):
    for key in (mint.es, mint.rs):
        token = mint.token(key)
        yield good(key.alg, token)
        head, body, ending = token.split(".")
        mixed = [f"{head}.{body}", f"{head}.{body}.", f"{head}..{ending}", f".{body}.{ending}", head, f"{token}.", f".{token}", f"{token}.{ending}",
                 f"{head}.{token}", f"{token}.{token}", f"{head}..{body}.{ending}", f"{head}.{body}..{ending}", f"{token}..", f"..{token}",
                 f"{body}.{head}.{ending}", f"{ending}.{body}.{head}", f"{body}.{ending}", f"{head}.{head}.{ending}",
                 f"{head}.{body}.{ending}.{body}.{ending}", f"{token}.x.y", token.replace(".", ","), token.replace(".", ". "), token.replace(".", "。"),
                 f"{head}:{body}:{ending}"]
        flat = {"payload": body, "protected": head, "signature": ending}
        mixed += [json.dumps(flat), b64(json.dumps(flat)), json.dumps({"payload": body, "signatures": [{"protected": head, "signature": ending}]}),
                  b64(token), f"eyJ.{token}"]
        for alg, enc in (("dir", "A256GCM"), ("RSA-OAEP", "A128CBC-HS256"), ("ECDH-ES", "A256GCM"), (key.alg, "A256GCM")):
            jwe = b64(json_text({"alg": json.dumps(alg), "enc": json.dumps(enc), "kid": json.dumps(key.kid)}))
            mixed += [f"{jwe}..{b64(bytes(12))}.{body}.{b64(bytes(16))}", f"{jwe}.{body}.{ending}",
                      f"{jwe}.{b64(bytes(32))}.{b64(bytes(12))}.{b64(token)}.{b64(bytes(16))}"]
        for index, text in enumerate(mixed):
            yield bad(f"{key.alg} mix {index} {text[-20:]}", text)
    for text in (".", "..", "...", "....", "eyJ", "eyJ.", "eyJ..", "eyJ.eyJ.", "eyJ.eyJ.eyJ", "eyJ.." + "A" * 86, "a.b.c", "e30.e30.", "e30.e30.e30",
                 "." * 4000, "eyJ" + "." * 4000):
        yield bad(f"nothing but {text[:20]}", text)


@family
def oversize(mint, world):
    """More than 8 KiB, signed well; what has 8 KiB to the byte is good."""
    def filled(key, length):
        def made(room, kind):
            return mint.claims(user_metadata=json.dumps({"x": "x" * room}, separators=(",", ":"))), mint.header(key, typ=json.dumps(kind))
        blank = Key.bytes(bytes(64 if key is mint.es else 256))
        near = (length - len(mint.hand(blank, *made(0, "JWT")))) * 3 // 4
        pairs = (made(room, kind) for kind in ("JWT", "JWTx", "JWTxx") for room in range(near - 6, near + 6))
        return mint.token(key, *next(pair for pair in pairs if len(mint.hand(blank, *pair)) == length))

    for key in (mint.es, mint.rs):
        yield good(f"{key.alg} of 8192", filled(key, 8192))
        for length in (8193, 8194, 8200, 9216):
            yield bad(f"{key.alg} of {length}", filled(key, length))
        for length in (16384, 65536, 1 << 20):
            yield bad(f"{key.alg} of {length}", filled(key, length), OVERSIZE)
        for length in (9216, 65536, 1 << 20):
            allowed, filler = (REFUSED if length == 9216 else OVERSIZE), "A" * length
            yield bad(f"{key.alg} header of {length}", mint.token(key, header=mint.header(key, x=f'"{filler}"')), allowed)
            yield bad(f"{key.alg} signature of {length}", mint.token(key) + filler, allowed)
            yield bad(f"nothing but {length} letters", "eyJ" + filler, {**allowed, **UNLIKE})
            yield bad(f"white space of {length}", mint.token(key, mint.claims() + " " * length), allowed)
    yield bad("8 KiB of dots", "eyJ" + "." * 8192)


@family
def escapes(mint, world):
    """Names and values in other letters that mean the same."""
    for key in (mint.es, mint.rs):
        members = mint.members()
        for name in ("role", "aud"):
            yield good(f"{key.alg} {name}", mint.token(key, mint.claims(**{name: '"\\u0061uthenticated"'})))
        for name, text in (("is_anonymous", "true"), ("exp", str(int(time.time()) - 60)), ("role", '"\\u0061non"'), ("aud", '"\\u0061non"'),
                           ("role", '"anon"'), ("iss", '"https://x.test/auth/v1"'), ("sub", '"1"'), ("iat", '"0"')):
            escaped = f'"\\u{ord(name[0]):04X}{name[1:]}"'
            yield good(f"{key.alg} {name}", mint.token(key, json_text({**members, name: None, escaped: members[name]})))
            yield bad(f"{key.alg} {name} {text}", mint.token(key, json_text({**members, name: None, escaped: text})))


@family
def carriers(mint, world):
    """A good token that does not come as `Bearer TOKEN`."""
    token = mint.token()
    yield good("ES256", token)
    texts = [f"Bearer\t{token}", f"Bearer  {token}", f"Bearer \t{token}", f"Bearer,{token}", f"Bearer ,{token}", f"Bearer {token},", f"Bearer , {token}",
             f"Bearer {token} {token}", f"Bearer {token},{token}", f"Bearer {token}, Bearer {token}", f"Bearer {token}; x=1", f"Bearer {token} x",
             f"Bearer {token}\tx", f"Bearer x {token}", f'Bearer "{token}"', f"Bearer '{token}'", f"Bearer <{token}>", f"Bearer={token}", f"Bearer:{token}",
             f"Bearer: {token}", f"Bearer{token}", f"Bearer Bearer {token}", f"Bearer token={token}", f"Bearer%20{token}", f"Bearer\xa0{token}",
             f"Bearer +{token}", f"JWT {token}", f"Token {token}", f"DPoP {token}", f"Basic {b64(token + ':')}", f"Digest {token}", token, f",Bearer {token}",
             f'"Bearer {token}"', f"Negotiate, Bearer {token}", "Bearer", "Bearer ,"]
    for text in texts:
        yield headers(text.replace(token, "TOKEN"), ("Authorization", text))
    forged = mint.token(mint.foreign_es, header=mint.header(mint.es))
    for first, second in ((f"Bearer {token}", f"Bearer {forged}"), (f"Bearer {forged}", f"Bearer {token}"), (f"Bearer {token}", "Basic Og=="),
                          ("Basic Og==", f"Bearer {token}")):
        yield headers("two headers", ("Authorization", first), ("Authorization", second), allowed={**UNSAID, 400: None})
    for name in ("Proxy-Authorization", "X-Authorization", "apikey", "X-Forwarded-Authorization"):
        yield headers(name, (name, f"Bearer {token}"))
    for name in ("sb-access-token", "access_token", "__Host-livinglytics", "Authorization"):
        yield headers(f"cookie {name}", ("Cookie", f"{name}={token}"))


# Sending all of it


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


def wait_until_known(mint, world):
    """A server that fetched the set of keys before ours were in it has to fetch it again first."""
    end = time.monotonic() + 60
    for key in (mint.es, mint.rs):
        while (answer := world.ask(good("first", mint.token(key)), ROUTES[0]))[0] != 200:
            if time.monotonic() > end:
                sys.exit(f"the good {key.alg} token was never accepted: {answer}")
            time.sleep(0.5)


def wrong(case, answer):
    status, code, challenge = answer
    if status not in case.allowed or case.allowed[status] is not None and code not in case.allowed[status]:
        return True
    return (status, code) == (401, "invalid_token") and challenge != 'Bearer error="invalid_token"'


def main():
    base, *others = sys.argv[1:] or [""]
    key = others.pop(0) if others and "://" not in others[0] else "key"
    if len(others) not in (1, 2):
        sys.exit(__doc__)
    mint, world = Mint(others[0]), World(base, key, others[0], others[1] if len(others) == 2 else None)
    world.publish(mint)
    wait_until_known(mint, world)
    everything, accepted, failures, total = set(), [], [], 0
    for cases in FAMILIES:
        sent, taken, statuses, controls = set(), 0, collections.Counter(), 0
        for place, case in enumerate(cases(mint, world)):
            forged, token = case.allowed is not ACCEPTED, tuple(case.headers)
            if token in everything:
                continue
            answers = {path: world.ask(case, path) for path in (ROUTES if not forged or place % 8 == 1 else ROUTES[:1])}
            said = [f"{cases.__name__}: {case.label}: {path} -> {answer}" for path, answer in answers.items() if wrong(case, answer)]
            if not forged:
                controls += 1
                failures += said
                continue
            sent.add(token)
            everything.add(token)
            statuses.update(answer[0] for answer in answers.values())
            if any(200 <= answer[0] < 300 for answer in answers.values()):
                taken, total = taken + 1, total + 1
                accepted += said
            else:
                failures += said
        print(f"{cases.__name__}: {len(sent)} forged tokens, {taken} accepted ({controls} good ones; {dict(sorted(statuses.items()))})", flush=True)
        failures += [] if controls else [f"{cases.__name__} has no good token"]
    failures += [f"the attacker's server was visited: {world.visits}"] if world.visits else []
    failures += [f"fewer than {FEWEST} tokens"] if len(everything) < FEWEST else []
    for line in [*(f"ACCEPTED {line}" for line in accepted), *(f"WRONG {line}" for line in failures)]:
        print(line)
    print(f"HS256 {'with' if world.secret else 'without'} a secret; {mint.by_pyjwt} signed by PyJWT, {mint.by_hand} by hand; {len(world.visits)} visits")
    print(f"{len(everything)} forged tokens, {total} accepted")
    sys.exit(1 if accepted or failures else 0)


if __name__ == "__main__":
    main()
