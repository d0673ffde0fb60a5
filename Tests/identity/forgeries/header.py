"""What a token's header says of the algorithm and the key."""
import itertools
import json
import time
import zlib
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization

from forgeries.case import bad, family, good
from forgeries.tokens import Elliptic, Key, Rsa, b64, certificate, edwards, json_text, sealed, unb64


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
