"""What a token's claims say, one by one, twice, or in what is no JSON object."""
import json
import time

from forgeries.case import FAMILIES, bad, family, good
from forgeries.texts import broken_objects, no_number, wrong_issuers, wrong_subjects
from forgeries.tokens import json_text


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
