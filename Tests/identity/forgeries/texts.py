"""Texts that are wrong in the place of a claim, or of a whole object."""
import json

from forgeries.tokens import b64


def wrong_issuers(mint, now):
    own, (scheme, rest) = mint.issuer, mint.issuer.split("://")
    host = rest.split("/")[0]
    texts = ["", "supabase", "https://auth.x.test/auth/v1", "https://abcdefghijklmnopqrst.supabase.co/auth/v1", own + "/", own + "//", own[:-1], own + "0",
             own + "/x", own + "?", own + "#", own + " ", " " + own, own + "\n", own + "\0", own.upper(), own.replace("auth", "Auth"),
             f"{scheme.upper()}://{rest}", f"https://{rest}", f"{scheme}s://{rest}", rest, f"//{rest}", f"{scheme}://{host}", f"{scheme}://{host}/",
             f"{scheme}://{host}/auth", f"{scheme}://{host}/auth/v2", f"{scheme}://{host}//auth/v1", f"{scheme}://{host}/auth/./v1",
             f"{scheme}://{host}/%61uth/v1", f"{scheme}://{host}.x.test/auth/v1", f"{scheme}://{host}@x.test/auth/v1", f"{scheme}://u@{rest}",
             f"{scheme}://x.test/{own}", f"{scheme}://localhost:{host.split(':')[-1]}/auth/v1", f"{scheme}:\\\\{rest}", own.replace("v1", "v１")]
    return [None, "null", "0", "true", "[]", "{}", json.dumps([own]), json.dumps({"iss": own}), *(json.dumps(text) for text in texts if text != own)]


def wrong_subjects(mint, now):
    own = mint.subject
    texts = ["", " ", "1", "root", "forged@x.test", own[:-1], own + "0", own + " ", " " + own, own + "\n", own + "\0", own.replace("-", ""),
             own.replace("-", "_"), f"{{{own}}}", f"urn:uuid:{own}", "g" + own[1:], "+" + own[1:], "-" + own[1:], "0x" + own[2:], f"{own[:9]}+{own[10:]}",
             own[:-1] + "１", own + "\u200b", own.replace("-", "‐"), "' OR '1'='1", f"{own}'; DROP TABLE users; --", f"{own}' OR 'a'='a", "../../users", "%00",
             own[:8], f"{own},{own}", "null", "*", "-" * 36, b64(own)]
    return [None, "null", "0", "1", "-1", "true", "[]", "{}", json.dumps([own]), json.dumps({"sub": own}), str(int(own.replace("-", ""), 16)),
            *map(json.dumps, texts)]


def no_number(now):
    """What is no number, or none that a time can be (of which there are none after the year 9999)."""
    return ["null", '""', f'"{now}"', f'"{now}.0"', '"soon"', "[]", f"[{now}]", "{}", "true", "NaN", "Infinity", "1e400", "1e999999999", "9" * 400, "1e300",
            "1e18", "9223372036854775807", "9223372036854775808", "18446744073709551615", "99999999999999999999", f"0x{now:x}", f"+{now}", f"0{now}",
            f"{now}e", f"{now}."]


def broken_objects(text):
    """Ways in which an object's text is no JSON object in UTF-8 any more."""
    inner, raw = text[1:-1], text.encode()
    texts = ["", " ", "null", "true", "1", '"text"', "[]", f"[{text}]", json.dumps(text), text[:-1], text[1:], inner, text + text, text + "x", text + ",",
             text + "]", text + "\0", "\0" + text, "{," + inner + "}", "{" + inner + ",}", "{" + inner + ",,\"x\":1}", "/**/" + text, text + "//",
             "{" + inner + "/**/}", "#\n" + text, text.replace('"', "'"), ")]}'\n" + text]
    members = ["x:1", "'x':1", '"x" 1', '"x"=1', '"x":', '"x"', '"x":NaN', '"x":-Infinity', '"x":01', '"x":+1', '"x":1.', '"x":.5', '"x":0x10', '"x":1e',
               '"x":-', '"x":tru', '"x":True', '"x":"\n"', '"x":"\t"', '"x":"\0"', '"x\0":1', '"x":"\\x41"', '"x":"\\u12"', '"x":"\\', '"x":"', '"x":[1,]',
               '"x":[1', '"x":{"y"}', '"x":undefined', "\0", '"x":\0' + "1"]
    broken = [*(item.encode() for item in texts), *(f"{{{inner},{member}}}".encode() for member in members)]
    broken += [raw[:-1] + b',"x":"' + junk + b'"}' for junk in (b"\xff", b"\x80", b"\xc0\xaf", b"\xe9", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82",
                                                                b"\xc1\x81")]
    broken += [raw[:-1] + b',"\xff":1}', b"\xff" + raw, raw + b"\xff", b"\xef\xbb\xbf" + raw]
    broken += [text.encode(code) for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp037")]
    return broken
