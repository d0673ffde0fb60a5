"""What is put into requests: sqlmap's payloads, in the contexts that it breaks out of, and other people's."""
import importlib.resources
import re
import xml.etree.ElementTree as ElementTree

from walls import Broken

SLEEP = 5
SEQUENCE = "livinglytics_untouched"
WORKED_OUT = str(31337 * 31337)

# Besides sqlmap's: what is to be worked out, opened, shown or split.
OTHERS = [
    f"'; select nextval('public.{SEQUENCE}'); --", f"' || nextval('public.{SEQUENCE}') || '", f"' and nextval('public.{SEQUENCE}') > 0 --",
    f"1; select nextval('public.{SEQUENCE}')", f"\\'; select nextval('public.{SEQUENCE}'); --", f"$$; select nextval('public.{SEQUENCE}'); --",
    f"'; commit; select nextval('public.{SEQUENCE}'); --", f"') union select nextval('public.{SEQUENCE}')::text --",
    f"\u02bc; select nextval('public.{SEQUENCE}'); --",
    f"\ufe55'; select nextval('public.{SEQUENCE}') --", f"E'\\x27' || nextval('public.{SEQUENCE}')", f"{{nextval('public.{SEQUENCE}')}}",
    f"%27%3bselect nextval(%27public.{SEQUENCE}%27)--",
    f"',nextval('public.{SEQUENCE}'))--", "\\copy metrics to program 'true'", "'; copy (select 1) to program 'true'; --",
    "'; drop table public.metrics cascade; --",
    "'; truncate livinglytics.imports cascade; --", "'; update public.users set email = 'x@x.test'; --", "'; delete from public.metrics; --",
    "'; alter role postgres superuser; --",
    "'; set role livinglytics_tenant; --", "'; select set_config('livinglytics.user_id', '0', false); --",  # pooler-lint: allow none of these is ever to run
    "'; reset all; --", "'; listen x; notify x; --",  # pooler-lint: allow none of these is ever to run
    "*/ select 1 /*", "';--\u0000",
    "a\tb\tc\t\\N", "\\.", "\\N\t\\.\n\\.", "a\\\\.\n\\.\n", "{a,b}", "{\"a\",NULL}", "(,)", "[2020-01-01,)", "\\x00", "\\u0000", "\ud7ff\ue000", "\U0010ffff",
    "<script>alert(31337)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "<svg/onload=alert(1)>", "'-alert(1)-'", "</title><h1>x</h1>",
    "&lt;script&gt;", "<!--#exec cmd=\"id\"-->",
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "/etc/passwd", "file:///etc/passwd",
    "php://filter/resource=/etc/passwd", "\\\\x\\share", "C:\\boot.ini", "/dev/zero",
    "/proc/self/environ", "%c0%ae%c0%ae/etc/passwd", "..\\..\\etc\\passwd", "http://127.0.0.1:1/", "gopher://127.0.0.1:1/_x", "${jndi:ldap://127.0.0.1:1/x}",
    "https://x.test@127.0.0.1",
    "{{31337*31337}}", "${31337*31337}", "#{31337*31337}", "<%= 31337*31337 %>", "%{31337*31337}", "\\(31337*31337)", "{% print(31337*31337) %}",
    "$((31337*31337))", "`expr 31337 \\* 31337`",
    "; expr 31337 '*' 31337", "| expr 31337 '*' 31337", "& set /a 31337*31337 &", "$(expr 31337 '*' 31337)", "=31337*31337", "+31337*31337",
    "@SUM(31337*31337)", "' + (31337*31337) + '",
    "x\r\nX-Injected: yes", "x\nX-Injected: yes", "x\rX-Injected: yes", "x\r\n\r\n<html>X-Injected</html>", "%0d%0aX-Injected:%20yes",
    "%0d%0aSet-Cookie:%20injected=1", "\u560d\u560aX-Injected: yes",
    "x\u2028X-Injected: yes", "x\u0085X-Injected: yes", "%E5%98%8D%E5%98%8ASet-Cookie:%20injected=1", "x%0d%0a%0d%0aHTTP/1.1%20200%20OK%0d%0aX-Injected:%20yes",
    "*)(uid=*))(|(uid=*", "*)(|(mail=*))", "' or count(/*)=1 or 'a'='b",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    "<![CDATA[<script>]]>", "{\"$gt\": \"\"}", "{\"$where\": \"sleep(5000)\"}", "true, $where: '1 == 1'", "__proto__", "constructor", "%s%s%s%s%n", "%x%x%x",
    "%@%@%@", "\\(x)", "{0}",
    "!!python/object/apply:os.system ['id']", "&a [*a,*a]", "*a", "- &x\n- *x", "? {", "a: &a [x]\nb: [*a,*a,*a]", "!!binary x", "<<: *x", "%YAML 9.9",
    "\ufeff", "\u202e", "\u0000", "\x1b[31m", "\x7f",
    "NaN", "Infinity", "-0", "1e400", "9" * 400, "0x1F", "1_000", "", " ", "\t", "'", "\"", "\\", "`", ";", "--", "/*", "#", "%", "_", "A" * 5000, "'" * 300,
    "(" * 300, "[" * 300, "a@" + "b" * 300 + ".test",
    "null", "undefined", "true", "[]", "{}", "../", "%00", "%2e%2e%2f", "%", "%zz", "%u0027", "\u02b9\u2019\uff07",
]


def payloads(chance):
    """sqlmap's, each in one of its contexts, those for PostgreSQL in all of them; and the others."""
    lists = importlib.resources.files("sqlmap") / "data" / "xml"
    contexts = [(one.findtext("prefix") or "",
                 one.findtext("suffix") or "") for one in ElementTree.fromstring((lists / "boundaries.xml").read_text()).iter("boundary")]
    found = {"PostgreSQL": [], "": []}
    for file in sorted((lists / "payloads").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".xml"):
            for test in ElementTree.fromstring(file.read_text()).iter("test"):
                text = (test.findtext("request/payload") or "") + (test.findtext("request/comment") or "")
                found["PostgreSQL" if test.findtext("details/dbms") == "PostgreSQL" else ""].append(text)
    if len(found["PostgreSQL"]) < 30 or len(found[""]) < 250 or len(contexts) < 40:
        raise Broken(f"sqlmap's lists are not what they were: {len(found['PostgreSQL'])}, {len(found[''])} payloads, {len(contexts)} contexts")
    framed = [(text, context) for text in found["PostgreSQL"] for context in contexts] + [(text, chance.choice(contexts)) for text in found[""]]
    own = [(f"{word} nextval('public.{SEQUENCE}')={31337}", context) for word in ("AND", "OR") for context in contexts]
    texts = [f"{chance.choice('x1')}{prefix} {filled(text, chance)}{filled(suffix, chance)}" for text, (prefix, suffix) in framed + own]
    return [filled(text, chance) for text in texts], OTHERS


def filled(text, chance):
    known = {"SLEEPTIME": str(SLEEP), "GENERIC_SQL_COMMENT": "-- x", "DELIMITER_START": "qzjpq", "DELIMITER_STOP": "qzvkq", "ORIGVALUE": "sessions",
             "ORIGINAL": "sessions", "UNION": "UNION ALL SELECT",
             "INFERENCE": "1=1", "QUERY": "SELECT 31337*31337", "CHAR": "NULL", "SPACE_REPLACE": "_", "DOLLAR_REPLACE": "S", "AT_REPLACE": "A",
             "HASH_REPLACE": "H", "SINGLE_QUOTE": "'"}
    fixed = {}

    def fill(found):
        name = found[1]
        if name not in fixed:
            fixed[name] = known.get(name) or (str(chance.randrange(1000, 9999)) if name.startswith("RANDNUM") else "".join(chance.choices("abcdefghkmpr", k=4)))
        return fixed[name]

    return re.sub(r"\[([A-Z_]+\d*)\]", fill, text)
