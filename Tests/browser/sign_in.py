#!/usr/bin/env python3
"""Follows the signed-in link of `make run` in Chromium: sign_in.py LINK

It must sign in once, with a cookie that no script sees, let the page ask and act, and end when it is told to. Exits 0 if all holds, 1 with what does not.
"""
import shutil
import sys
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

LINK = sys.argv[1]
ASK = "path => fetch(path).then(async reply => [reply.status, await reply.text()])"
ACT = "([method, path, body]) => fetch(path, { method, body }).then(async reply => [reply.status, await reply.text()])"
FAILURES = []


def check(holds, otherwise):
    if not holds:
        FAILURES.append(otherwise)


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        hosts = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(LINK)
        page.locator("#key-hint", has_text="Signed in for demo@livinglytics.app").wait_for()
        check("code=" not in page.url, f"the code stays in the address: {page.url}")
        cookies = context.cookies()
        check(len(cookies) == 1 and all(cookies[0][flag] for flag in ("httpOnly", "secure")) and cookies[0]["sameSite"] == "Lax", f"the cookie is {cookies}")
        check(page.evaluate("document.cookie") == "", "a script sees the cookie")
        status, body = page.evaluate(ASK, "/v1/dashboard/tiles")
        check(status == 200 and '"sessions":3' in body, f"signed in, tiles are {status} {body}")
        status, body = page.evaluate(ACT, ["POST", "/v1/keys", '{"name":"from the page"}'])
        check(status == 201 and "livinglytics_" in body, f"the page's own request was answered {status} {body}")
        # The same request from a page of another site: this browser sends its cookie nowhere.
        other = context.new_page()
        other.goto("about:blank")
        foreign = other.evaluate(
            "url => fetch(url, { method: 'POST', credentials: 'include', body: '{\"name\":\"x\"}' }).then(reply => reply.status, () => 'refused')",
            f"{LINK.split('/docs')[0]}/v1/keys",
        )
        check(foreign in ("refused", 401, 403), f"another site's page was answered {foreign}")
        status, _ = page.evaluate(ACT, ["DELETE", "/v1/session", None])
        check(status == 204 and context.cookies() == [], f"ending it was answered {status}, and {context.cookies()} are left")
        status, _ = page.evaluate(ASK, "/v1/dashboard/tiles")
        check(status == 401, f"after its end tiles are {status}")
        page.goto("about:blank")
        page.goto(LINK)
        page.locator("#key-hint", has_text="That link was used").wait_for()
        check(hosts - {urlsplit(LINK).netloc, ""} == set(), f"other hosts were asked: {hosts}")
        browser.close()
    for failure in FAILURES:
        print(failure)
    sys.exit(1 if FAILURES else 0)


main()
