"""Almost the same: an address in other letters, a key that is one letter off."""
import string
import zlib
from urllib.parse import quote

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def near(key):
    """Another key with a right check sum, one letter off."""
    text = key[:20] + DIGITS[(DIGITS.index(key[20]) + 1) % 62] + key[21:-6]
    number, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        check = DIGITS[digit] + check
    return text + check


def spellings(address):
    name, domain = address.split("@")
    plain = quote(address)
    for text in (address, address.upper(), address.title(), address.swapcase(), f"{name}@{domain.upper()}", f"{name.upper()}@{domain}", f" {address}",
                 f"{address} ", f"\t{address}",
                 f"{address}\n", f"{address}\r\n", f"{address}\u00a0", f"{address}\u200b", f"\u200b{address}", f"{address}\u202e", f"{address}.",
                 f"{name}+x@{domain}", f'"{name}"@{domain}',
                 f"<{address}>", f"mailto:{address}", f"{name}(x)@{domain}", address.replace("@", "\uff20"), address.replace("o", "\u043e"),
                 address.replace("k", "\u212a"),
                 address.replace("q", "\U0001d42a"), address.replace("o", "\u00f8"), address.replace(".", "\u3002"), address.replace("o", "o\u0308"),
                 f"\ufeff{address}", f'"{address}"',
                 f"'{address}'", f"{address}'--", f"{address}%", f"{name}%", f"{name}_@{domain}", f"{name}@%", f"{address}\x00", f"{address}\x00@x.test",
                 f"x\x00{address}", f"{name}@@{domain}"):
        yield quote(text)
    yield from (plain.replace("@", "%2540"), "".join(f"%{letter:02X}" for letter in address.encode()), quote(plain), plain.replace("@", "%c0%40"),
                plain.replace("q", "%c1%b1"),
                f"%fe%ff{plain}", f"{plain}%ff", f"{plain}%", f"{plain}%4", f"{plain}%u0041", f"+{plain}", f"{plain}+", address, f"%20%20{plain}%20%20",
                f"{plain}%E2%80%AE")
