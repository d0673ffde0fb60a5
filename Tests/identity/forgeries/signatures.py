"""What is signed, and what comes of it."""
import hashlib
import itertools
import json

from forgeries.case import UNREADABLE, bad, family, good
from forgeries.tokens import P256_ORDER, SHA256_INFO, Elliptic, b64, json_text, number, sealed, unb64


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
