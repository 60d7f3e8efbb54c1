"""Chromium looks names up on the page for people: without script, by keyboard, on a small screen, and judged by axe.

Usage: browser.py DEMO.JSON DOMESDAY HURRIED.JSON REDIRECT

HURRIED.JSON is of a demo that answers one query a second, REDIRECT the URL of the first one's plain HTTP.
Pictures are kept in the directory DOMESDAY_TEST_PICTURES, if there is one.
"""

import base64
import importlib.util
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

steps = 0
EVIL = "\"'><script>document.title='owned';alert(1)</script><img src=x onerror=alert(1)>"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def ok(holds, what):
    global steps
    steps += 1
    if not holds:
        raise AssertionError(what)


def equal(got, expected, what):
    ok(got == expected, f"{what}: expected {expected!r}, found {got!r}")


class Browser:
    """One Chromium with a new profile, driven over chromedriver's HTTP interface and, through it, the DevTools protocol."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        port = next(found[1] for line in self.process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        self.root = f"http://127.0.0.1:{port}"
        options = {"args": [*FLAGS, f"--user-data-dir={folder}", "about:blank"], "binary": shutil.which("chromium")}
        always = {
            "browserName": "chrome",
            "acceptInsecureCerts": True,
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        try:
            session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": always}})
        except BaseException:
            self.process.terminate()
            raise
        self.session = f"/session/{session['sessionId']}"
        self.cdp("Network.enable")
        self.cdp("Accessibility.enable")
        # Chromium's own first page is none of ours.
        self.cdp("Page.navigate", url="about:blank")
        time.sleep(0.5)
        self.visited()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()[:2000]}") from error

    def cdp(self, command, **parameters):
        return self.ask("POST", f"{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def logs(self, kind):
        return self.ask("POST", f"{self.session}/se/log", {"type": kind})

    def close(self):
        try:
            self.ask("DELETE", self.session)
        finally:
            self.process.terminate()
            self.process.wait()

    # What happened since this was asked last.

    def visited(self):
        """URLs that were asked for, and the status of the last document."""
        urls, status = [], None
        for entry in self.logs("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
            if message["method"] == "Network.responseReceived" and message["params"]["type"] == "Document":
                status = message["params"]["response"]["status"]
        return urls, status

    def complaints(self, status):
        """What the console says, but for the line that every answer with an error status gets."""
        lines = [entry["message"] for entry in self.logs("browser")]
        return [line for line in lines if f"responded with a status of {status} " not in line]

    # What works without script too.

    def go(self, url):
        self.cdp("Page.navigate", url=url)
        self.settle()

    def settle(self, beside=None):
        """Waits until a document other than `beside` has loaded, and returns its HTML."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            html = self.html()
            if html.endswith("</html>") and html != beside and "</footer>" in html:
                return html
            time.sleep(0.05)
        raise AssertionError("no page within 30 s")

    def html(self):
        try:
            root = self.cdp("DOM.getDocument", depth=0)["root"]["nodeId"]
            return self.cdp("DOM.getOuterHTML", nodeId=root)["outerHTML"]
        except AssertionError:
            return ""

    def press(self, key, code, text=None, shift=False):
        stroke = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.cdp("Input.dispatchKeyEvent", type="keyDown", **stroke, **({"text": text} if text else {}))
        self.cdp("Input.dispatchKeyEvent", type="keyUp", **stroke)

    def tab(self):
        self.press("Tab", 9)

    def enter(self):
        self.press("Enter", 13, "\r")

    def tree(self):
        """The accessibility tree in order: (role, name, properties) of each node that is not ignored."""
        nodes = self.cdp("Accessibility.getFullAXTree")["nodes"]
        found = []
        for node in nodes:
            if not node.get("ignored"):
                properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
                found.append((node["role"]["value"], node.get("name", {}).get("value", ""), properties))
        return found

    def focused(self):
        return next(((role, name) for role, name, more in self.tree() if more.get("focused") and role != "RootWebArea"), None)

    def look(self, width=1024, scheme="light"):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, name):
        folder = os.environ.get("DOMESDAY_TEST_PICTURES")
        if folder:
            data = self.cdp("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(data))

    def run(self, script):
        result = self.cdp("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        ok("exceptionDetails" not in result, f"script failed: {result}")
        return result["result"].get("value")


def headings_are_in_order(tree):
    levels = [more["level"] for role, _, more in tree if role == "heading"]
    ok(levels and levels[0] == 1 and levels.count(1) == 1, f"one heading of level 1, first: {levels}")
    ok(all(after <= before + 1 for before, after in zip(levels, levels[1:])), f"no level is left out: {levels}")


def is_accessible(browser, axe, what, wide=True):
    tree = browser.tree()
    headings_are_in_order(tree)
    nodes = {(role, name) for role, name, _ in tree}
    field = ("textbox", "Domain name, name server, or registrar")
    ok({field, ("button", "Look up")} <= nodes, f"{what}: named field and button in {nodes}")
    roles = {role for role, _, _ in tree}
    ok({"banner", "search", "main", "contentinfo"} <= roles, f"{what}: landmarks in {roles}")
    browser.run(axe)
    found = browser.run("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))")
    equal(found, [], f"{what}: axe")
    if wide:
        # On a small screen some columns are out of sight, and axe does not judge what it cannot see.
        unsure = "axe.run({runOnly: ['color-contrast']}).then(r => r.incomplete.map(v => v.nodes.map(n => n.html).join(' | ')))"
        equal(browser.run(unsure), [], f"{what}: contrast that axe cannot judge")


def is_quiet(browser, base, what):
    """No request elsewhere, no complaint; returns the document's status."""
    urls, status = browser.visited()
    strangers = [url for url in urls if not url.startswith((base, "data:"))]
    equal(strangers, [], f"{what}: requests elsewhere")
    equal(browser.complaints(status), [], f"{what}: console")
    return status


def fits(browser, what):
    """No horizontal scrolling at 320 CSS pixels (WCAG 1.4.10)."""
    size = browser.cdp("Page.getLayoutMetrics")["cssContentSize"]
    ok(size["width"] <= 320, f"{what}: 320 pixels wide at most, found {size['width']}")


def plant(demo_json, binary):
    """A domain with everything that the page shows, and a registrar with a name that would be markup."""

    def domesday(*arguments):
        subprocess.run([binary, *arguments], check=True, stdout=subprocess.DEVNULL)

    epp = ("epp", "--target", demo_json, "--as", "registrar-a")
    for handle, name in [("jd1234", "Jane Doe"), ("tech-1", "Network Operations")]:
        reach = ("--voice", "+1.7035550100", "--email", f"{handle}@shop.example")
        domesday(*epp, "create", "contact", handle, "--name", name, "--city", "Dulles", "--cc", "US", *reach)
    domesday(*epp, "create", "domain", "shop.example", "--registrant", "jd1234", "--admin", "jd1234", "--tech", "tech-1")
    for host, addresses in [("ns1.shop.example", ["192.0.2.1", "2001:db8::1"]), ("ns.elsewhere.invalid", [])]:
        domesday(*epp, "create", "host", host, *addresses)
        domesday(*epp, "update", "domain", "shop.example", "--add-ns", host)
    domesday(*epp, "update", "domain", "shop.example", "--add-status", "clientTransferProhibited")
    domesday(*epp, "update", "domain", "shop.example", "--add-ds", "12345 13 2 " + "49FD46E6C4B45C55D4AC" * 3 + "ABCD")
    registrar = ("admin", "--target", demo_json, "registrar", "set")
    domesday(*registrar, "registrar-a", "--url", "https://registrar-a.example/", "--rdap-url", "https://rdap.registrar-a.example/")
    domesday(*registrar, "registrar-b", "--name", EVIL)


def without_script(browser, base):
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    browser.go(base)
    before = browser.html()
    equal(is_quiet(browser, base, "the form"), 200, "status of the form")
    browser.tab()
    browser.tab()
    equal(browser.focused(), ("textbox", "Domain name, name server, or registrar"), "the field is reached by Tab")
    browser.cdp("Input.insertText", text="Shop.Example")
    browser.enter()
    html = browser.settle(before)
    ok('<h2 id="name"><bdi>shop.example</bdi></h2>' in html, f"the look-up of a name: {html[-3000:]}")
    equal(is_quiet(browser, base, "a domain"), 200, "status of a domain")
    browser.tab()
    equal(browser.focused(), ("link", "Skip to the result"), "the first stop leads to the result")
    browser.enter()
    browser.tab()
    role, name = browser.focused()
    equal(role, "link", f"the next stop after the skip is within the result: {name}")
    # From the result to its registrar, by its link.
    browser.go(base + "?q=9995")
    ok("Registrar" in browser.html(), "the registrar's page")
    equal(is_quiet(browser, base, "a registrar"), 200, "status of a registrar")
    browser.cdp("Emulation.setScriptExecutionDisabled", value=False)


def with_axe(browser, base, axe):
    pages = [
        ("form", "", 200),
        ("domain", "?q=shop.example", 200),
        ("name-server", "?q=ns1.shop.example", 200),
        ("registrar", "?q=9995", 200),
        ("contact", "?q=jd1234", 200),
        ("not-found", "?q=nobody-has-this.example", 404),
        ("malformed", "?q=a..b", 400),
    ]
    for name, query, expected in pages:
        for look, width, scheme in [("light", 1024, "light"), ("dark", 1024, "dark"), ("small", 320, "light")]:
            what = f"{name}-{look}"
            browser.look(width, scheme)
            browser.go(base + query)
            equal(is_quiet(browser, base, what), expected, f"status of {what}")
            browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
            if width == 320:
                fits(browser, what)
            is_accessible(browser, axe, what, wide=width > 320)
            browser.picture(what)
    browser.look()


def with_markup(browser, base):
    for query in ["?q=" + urllib.parse.quote(EVIL), "?q=9996"]:
        browser.go(base + query)
        ok("&lt;script&gt;" in browser.html(), f"{query}: shown as text")
        is_quiet(browser, base, query)
        ok(browser.run("document.title !== 'owned' && !document.querySelector('script, img')"), f"{query}: no markup")
    # And if something got in, it would not run.
    browser.run("{const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)}")
    ok(browser.run("window.ran === undefined"), "the policy keeps scripts from running")
    browser.logs("browser")


def in_a_hurry(browser, axe, hurried):
    done = threading.Event()

    def others():
        """The rest of the network, which leaves nothing of its rate."""
        trusting = ssl._create_unverified_context()
        while not done.is_set():
            try:
                urllib.request.urlopen(hurried + "help", timeout=10, context=trusting).close()
            except urllib.error.HTTPError:
                pass

    crowd = [threading.Thread(target=others) for _ in range(2)]
    [one.start() for one in crowd]
    try:
        for _ in range(20):
            browser.go(hurried + "?q=shop.example")
            if is_quiet(browser, hurried, "too many") == 429:
                break
    finally:
        done.set()
        [one.join() for one in crowd]
    html = browser.html()
    ok(re.search(r"Try again in (\d+ seconds|a second)", html), f"how long to wait: {html[-900:]}")
    is_accessible(browser, axe, "too many")
    browser.picture("too-many")


def main():
    demo_json, binary, hurried_json, redirect = sys.argv[1:]
    base, hurried = (json.loads(pathlib.Path(file).read_text())["rdap"]["base_urls"][0] for file in (demo_json, hurried_json))
    package = pathlib.Path(importlib.util.find_spec("axe_playwright_python").origin).parent
    axe = (package / "axe.min.js").read_text()
    plant(demo_json, binary)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        try:
            without_script(browser, base)
            with_axe(browser, base, axe)
            with_markup(browser, base)
            in_a_hurry(browser, axe, hurried)
            browser.visited()
            browser.go(redirect)
            urls, status = browser.visited()
            equal((urls[0], urls[1], status), (redirect, base, 200), "plain HTTP leads to the page")
        finally:
            browser.close()
    print(f"Chromium on the look-up page: {steps} checks")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"FAILED: {failure}")
