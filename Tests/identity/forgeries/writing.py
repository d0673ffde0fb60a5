"""How a token is written down and carried: in pieces, too long, in other letters, elsewhere than after `Bearer `."""
import json
import time

from forgeries.case import OVERSIZE, REFUSED, UNLIKE, UNSAID, bad, family, good, headers
from forgeries.tokens import Key, b64, json_text


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
