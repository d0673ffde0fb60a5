"""The search for a tenant's words, numbers, ids and keys in an answer."""
import base64
import re
from urllib.parse import unquote

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBER = re.compile(r"(?<![\w.])\d{8,11}(?![\w-])")
CURSOR = re.compile(r'"next":\s*"([\w=/+-]+)"')


def spoken(*parts):
    """What a request says, as it stands and read in all the ways that a server may read it: whoever says a thing learns nothing when it comes back."""
    text = "\n".join(part.decode(errors="replace") if isinstance(part, bytes) else part for part in parts)
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return "\n".join([text, unescaped, unquote(text), unquote(unquote(text))]).casefold()


def found_of(tenants, answer, said):
    """What an answer holds of these tenants that the request did not say. A cursor is read too, in case that something is packed into it."""
    text = answer.text
    for packed in CURSOR.findall(text):
        text += "\n" + base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_").decode(errors="replace")
    text = text.casefold()
    ids = set(UUID.findall(text))
    numbers = set(NUMBER.findall(text))
    found = []
    for tenant in tenants:
        own = {*tenant.imports, *(key["id"] for key in tenant.keys.values())}
        marks = {token.rstrip(".") for token in re.findall(rf"{tenant.word}[\w.@+-]*", text)} if tenant.word in text else set()
        marks |= ids & own | {key["key"].casefold() for key in tenant.keys.values() if key["key"].casefold() in text}
        marks |= {number for number in numbers if tenant.owns(int(number))}
        found += sorted(mark for mark in marks if mark not in said)
    return found
