"""Drives Chromium through /docs of a running server: docs_page.py BASE_URL KEY [EMAIL]

EMAIL is a user that the server knows; the demo's if left out. Needs playwright and axe-playwright-python,
and Chromium on the PATH (or as playwright installs it). Exits 0 if all holds, 1 with what does not.
"""

import json
import shutil
import sys
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

METHODS = ("get", "post", "put", "patch", "delete")
TILES = ("sessions", "conversions", "ig_reach", "engagement")


class Failure(Exception):
    """What does not hold, in words."""


def check(holds, otherwise):
    if not holds:
        raise Failure(otherwise)


def send_tiles(page):
    """Sends the form of the tiles and gives the status line and the body that the page shows."""
    form = page.locator("#getTiles form")
    with page.expect_response(lambda reply: urlsplit(reply.url).path == "/v1/dashboard/tiles"):
        form.get_by_role("button", name="Send", exact=True).click()
    outcome = form.locator("p.ok, p.bad")
    outcome.wait_for()
    body = form.get_by_role("group", name="Body of the answer")
    return outcome.inner_text(), body.inner_text() if body.count() else ""


def check_operations(page, base):
    """Every operation of openapi.json has its article and its form, and nothing else has."""
    api = page.request.get(base + "/openapi.json").json()
    wanted = sorted(f"{m.upper()} {path}" for path, item in api["paths"].items() for m in METHODS if m in item)
    shown = sorted(text.strip() for text in page.locator("article:has(form) .path").all_inner_texts())
    check(shown == wanted, f"the page shows {shown}, openapi.json has {wanted}")
    title = api["info"]["title"]
    check(page.title() == title, f"the page's title is {page.title()!r}, openapi.json says {title!r}")
    check("__" not in title + api["info"]["version"], "openapi.json still has a token in its title or version")


def check_requests(page, key, email):
    """No key: refused. The key: numbers. And the key stays where it was typed."""
    page.locator("#getTiles form").get_by_label("email", exact=True).fill(email)
    status, body = send_tiles(page)
    check(status.startswith("401"), f"tiles without a key show {status!r}, not 401")
    problem = json.loads(body)
    check(problem.get("detail") == "Missing bearer token", f"the 401 says {problem.get('detail')!r}")
    check(problem.get("code") == "missing_token", f"the 401 has the code {problem.get('code')!r}")

    page.get_by_label("Key", exact=True).fill(key)
    status, body = send_tiles(page)
    check(status.startswith("200"), f"tiles with the key show {status!r} and {body!r}, not 200")
    tiles = json.loads(body)
    for name in TILES:
        value = tiles.get(name)
        check(isinstance(value, (int, float)) and not isinstance(value, bool), f"the tile {name} is {value!r}, not a number")

    curl = page.locator("#getTiles form pre").last
    check("$KEY" in curl.inner_text() and key not in curl.inner_text(), "the curl line shows the key unasked")
    page.get_by_label("in curl lines too").check()
    check(key in curl.inner_text(), "the curl line lacks the key although it was asked for")
    page.get_by_label("in curl lines too").uncheck()
    stored = page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    check(stored == '[{},{},""]', "the page left something in the browser's storage")


def check_looks(page):
    """Nothing wider than the screen, and no finding of axe, in light and dark, narrow and wide, with every answer open."""
    page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    for width in (360, 1280, 1920):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            where = f"at {width} px, {scheme}"
            broad = page.evaluate("() => document.documentElement.scrollWidth")
            check(broad <= width, f"{where}, the page is {broad} px wide")
            findings = Axe().run(page)
            check(findings.violations_count == 0, f"{where}, axe finds:\n{findings.generate_report()}")


def main(base, key, email="demo@livinglytics.app"):
    base = base.rstrip("/")
    host = urlsplit(base).netloc
    strangers, complaints = set(), []
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        # The sandbox cannot start as root in a container; the only page that is opened is our own.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            page.on("request", lambda it: strangers.add(it.url) if urlsplit(it.url).netloc not in ("", host) else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda it: complaints.append(it.text) if "Content Security Policy" in it.text else None)
            reply = page.goto(base + "/docs")
            check(reply.ok, f"/docs answers {reply.status}")
            policy = reply.headers.get("content-security-policy", "")
            check("default-src 'none'" in policy, f"/docs comes with the policy {policy!r}")
            check("unsafe" not in policy, f"/docs comes with the policy {policy!r}")
            page.locator("article").first.wait_for()
            check_operations(page, base)
            check_requests(page, key, email)
            check_looks(page)
            check(not strangers, f"the page asked other hosts: {sorted(strangers)}")
            check(not complaints, f"the browser complains: {complaints}")
        finally:
            browser.close()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (Failure, Error) as failure:
        sys.exit(f"docs page: {str(failure).replace(sys.argv[2], '(key)')}")
    print("docs page: all well")
