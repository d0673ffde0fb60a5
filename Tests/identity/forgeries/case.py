"""A case: a token, how it is carried, and with which statuses and codes it may be refused. A family: a function that yields cases, some of them good."""
import collections

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
