#!/usr/bin/env python3
"""The page of `report` in headless Chromium: `report.py BINARY [--filters N] [--calls N] [--pictures
FOLDER] [--axe FILE]`.

For random filters the page's figures are those of `summarize` with the same options; a page whose every id is hostile
opens no dialog, reports no error and breaks no policy, and shows the ids as text; nothing is fetched. Times are said.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import urllib.parse

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

# Ends so if no page could be opened, which says nothing about the pages.
NO_BROWSER = 3

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRINGS = ROOT.parent / "shared" / "corpora" / "strings"
FAILURES = []


def check(holds, text):
    if not holds:
        FAILURES.append(text)
        print("FAILED", text, file=sys.stderr)


def hostile():
    """Strings that programs trip over; a few that would run, if any text were taken for markup."""
    strings = [
        "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "\"><svg onload=alert(3)>",
        "javascript:alert(4)", "${alert(5)}", "{{alert(6)}}", "__proto__", "constructor", "toString",
        "' onmouseover='alert(7)", "\u202etxt.exe", "a\u200bb", "\u0000\u001b[31m", "]]>", "<!--", "--><script>alert(8)</script>",
    ]
    for path in sorted(STRINGS.rglob("*")):
        if path.suffix == ".json":
            strings += [it for it in json.loads(path.read_text(encoding="utf-8")) if isinstance(it, str)]
        elif path.suffix == ".jsonl":
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                strings += [it for it in (row.values() if isinstance(row, dict) else [row]) if isinstance(it, str)]
    return [it for it in dict.fromkeys(strings) if 0 < len(it) < 400]


def renamed(log, strings):
    """The log with a hostile string for every user, room and call."""
    names = {}

    def walk(value, key=None):
        if isinstance(value, dict):
            return {name: walk(its, name) for name, its in value.items()}
        if isinstance(value, list):
            return [walk(its, key) for its in value]
        if isinstance(value, str) and key in ("CallId", "UserId", "RoomId", "Caller_Account", "ClientIP") and value:
            if (key, value) not in names:
                number = len(names)
                names[key, value] = strings[number % len(strings)] + ("" if number < len(strings) else str(number))
            return names[key, value]
        return value

    lines = []
    for line in log.splitlines():
        lines.append(json.dumps(walk(json.loads(line))))
    return "\n".join(lines) + "\n", names


class Page:
    """A page that is watched."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.said = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: request.url.startswith(("file:", "data:")) or self.said.append(request.url))

    def open(self, path, fragment=""):
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("html[data-ready]", timeout=60_000)

    def figures(self, which="value"):
        return self.page.evaluate(
            "which => Object.fromEntries([...document.querySelectorAll('[data-figure]')]"
            ".map(it => [it.dataset.figure, JSON.parse(it.dataset[which])]))",
            which,
        )

    def choose(self, fragment):
        self.page.evaluate(
            "async hash => { const before = location.hash; location.hash = hash; if (location.hash !== before)"
            " await new Promise(done => addEventListener('hashchange', done, {once: true})); }",
            fragment,
        )


def same(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(key), other.get(key)) for key in one.keys() | other.keys())
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-9 * max(1, abs(one))
    return one == other


def summary(binary, log, options, rules=()):
    command = [binary, "summarize", "--format", "json", "--quiet", *options, log]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def compare(page, binary, log, options, text):
    expected, found = summary(binary, log, options), page.figures()
    # What was read of each source is of the command line alone.
    expected.get("input", {}).pop("sources", None)
    for name, value in found.items():
        # JSON says nothing of outcomes that do not occur.
        check(same(value, expected.get(name)), f"{text}: {name} is {value}, not {expected.get(name)}")
    check(len(found) > 15, f"{text}: only {len(found)} figures")


def filters(rng, table, count):
    """Random filters, each as options and as a fragment."""
    times = sorted(int(row["start_time"]) for row in table if row["start_time"])
    columns = {
        "result": "result", "cause": "cause", "platform": "caller_platform", "media": "media_type", "type": "call_type",
        "app": "sdkappid",
    }
    options_of = {"media": "--media-type", "type": "--call-type"}
    values = {key: sorted({str(row[column]) for row in table if row[column] not in (None, "")}) for key, column in columns.items()}
    users = sorted({row["caller"] for row in table if row["caller"]})
    for _ in range(count):
        options, fragment = [], []
        if rng.random() < 0.6:
            since, until = sorted(rng.sample(range(times[0], times[-1] + 2), 2))
            options += ["--since", str(since), "--until", str(until)]
            fragment += [("since", since), ("until", until)]
        for key, its in values.items():
            if its and rng.random() < 0.3:
                for value in rng.sample(its, rng.randint(1, min(3, len(its)))):
                    options.append(f"{options_of.get(key, '--' + key)}={value}")
                    fragment.append((key, value))
        if rng.random() < 0.15:
            user = rng.choice(users)
            options.append(f"--user={user}")
            fragment.append(("user", user))
        yield options, urllib.parse.urlencode(fragment)


def calls_of(binary, log):
    columns = "call_id,start_time,result,cause,caller_platform,media_type,call_type,sdkappid,caller"
    command = [binary, "export", "--columns", columns, "--format", "jsonl", "--time-format", "epoch", "--quiet", log]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines()
    return [json.loads(line) for line in lines]


def keys(page):
    """Everything goes by keys: a time is chosen, a call opened and closed, the table sorted."""
    page.choose("")
    page.page.focus("#outcomes svg[role=application]")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"):
        page.page.keyboard.press(key)
    wait = lambda text: page.page.wait_for_function(text, timeout=10_000)
    wait("location.hash.includes('since=') && location.hash.includes('until=')")
    page.page.focus(".calls tbody button")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.page.keyboard.press(key)
    page.page.wait_for_selector("dialog[open] svg.ladder")
    wait("location.hash.includes('call=')")
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector("dialog[open]", state="detached")
    wait("!location.hash.includes('call=')")
    page.page.focus(".calls thead th:nth-child(9) button")
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".calls thead th:nth-child(9)[aria-sort=ascending]", timeout=10_000)
    page.choose("")


def without_script(browser, path):
    """Without a script, or if it cannot unpack, a banner and the figures are shown."""
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(path.as_uri())
    check(plain.is_visible("noscript .banner") and plain.is_visible("#still td"), "no figures without a script")
    check(not plain.is_visible("#live"), "dead controls without a script")
    old = browser.new_context()
    old.add_init_script("delete globalThis.DecompressionStream")
    old = old.new_page()
    old.goto(path.as_uri())
    check(old.is_visible("#old-browser") and old.is_visible("#still td"), "no figures in an old browser")


def accessible(page, path):
    """What axe-core, if it is given, finds that is serious."""
    page.page.evaluate(path.read_text(encoding="utf-8"))
    page.page.evaluate("document.querySelectorAll('details.data').forEach(it => { it.open = true; })")
    for violation in page.page.evaluate("axe.run(document)")["violations"]:
        where = violation["nodes"][0]["html"][:120]
        text = f"axe: {violation['impact']} {violation['id']}: {violation['help']}: {where}"
        check(violation["impact"] not in ("serious", "critical"), text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--filters", type=int, default=50)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js")
    args = parser.parse_args()
    binary = str(pathlib.Path(args.binary).resolve())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        folder = pathlib.Path(folder)
        try:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except PlaywrightError as error:
            print(f"the browser cannot be started: {error}", file=sys.stderr)
            sys.exit(NO_BROWSER)

        def report(log, *options, name="report.html"):
            path = folder / name
            subprocess.run([binary, "report", "--quiet", *options, "-o", path, log], check=True)
            return path

        def simulated(name, *options):
            path = folder / name
            with path.open("wb") as out:
                subprocess.run([binary, "simulate", *options], stdout=out, check=True)
            return path

        # Figures.
        log = simulated("log.jsonl", "--calls", "3000", "--seed", "7", "--faults", "all")
        page = Page(browser)
        page.open(report(log))
        compare(page, binary, log, [], "no filter")
        table = calls_of(binary, log)
        rng, times = random.Random(4), sorted(int(row["start_time"]) for row in table if row["start_time"])
        done = 0
        for options, fragment in filters(random.Random(20), table, args.filters):
            page.choose(fragment)
            compare(page, binary, log, options, " ".join(options) or "no filter")
            done += 1
        print(f"{done} filters: figures as `summarize` has them")
        check(not page.said, f"figures: {page.said}")

        # The time before.
        for _ in range(min(args.filters, 5)):
            since, until = sorted(rng.sample(range(times[0], times[-1]), 2))
            page.choose(f"since={since}&until={until}&compare=1")
            earlier = summary(binary, log, ["--since", str(since - (until - since)), "--until", str(since)])
            earlier.get("input", {}).pop("sources", None)
            for name, value in page.figures("before").items():
                check(same(value, earlier.get(name)), f"before {since}: {name} is {value}, not {earlier.get(name)}")
        keys(page)
        check(not page.said, f"keys: {page.said}")

        # A page that lists few calls counts all of them.
        small = Page(browser)
        small.open(report(log, "--max-calls", "50", name="few.html"))
        compare(small, binary, log, [], "few calls")
        for options, fragment in filters(random.Random(3), table, 12):
            if "user=" not in fragment:
                small.choose(fragment)
                compare(small, binary, log, options, "few calls: " + " ".join(options))

        without_script(browser, report(log))
        if args.axe:
            for scheme in ("light", "dark"):
                page = Page(browser, color_scheme=scheme, bypass_csp=True)
                page.open(report(log), "#" + urllib.parse.urlencode({"call": table[5]["call_id"]}))
                accessible(page, args.axe)
                page.open(report(log, "--lang", "zh", name="zh.html"))
                accessible(page, args.axe)

        # Hostile names.
        strings = hostile()
        text, names = renamed(simulated("plain.jsonl", "--calls", "400", "--seed", "5", "--format", "bare").read_text(), strings)
        bad = folder / "bad.jsonl"
        bad.write_text(text)
        path = report(bad, name="bad.html")
        hostile_page = Page(browser)
        hostile_page.open(path)
        ids = [row["call_id"] for row in calls_of(binary, bad)]
        for call_id in ids[:: max(len(ids) // 60, 1)]:
            hostile_page.choose(urllib.parse.urlencode({"call": call_id}))
            hostile_page.page.wait_for_selector("dialog[open] svg.ladder", timeout=10_000)
        hostile_page.choose("")
        for user in list(names.values())[:40]:
            hostile_page.choose(urllib.parse.urlencode({"user": user, "text": user[:5]}))
        check(not hostile_page.said, f"hostile names: {hostile_page.said[:5]}")
        print(f"{len(set(names.values()))} hostile names: no dialog, no error, no violation of the policy")

        # Time and size.
        large = simulated("large.jsonl", "--calls", str(args.calls), "--seed", "1")
        path = report(large, name="large.html")
        page = Page(browser)
        page.open(path)
        ready = page.page.evaluate("() => document.documentElement.dataset.ready")
        spent = page.page.evaluate(
            "async () => { const begin = performance.now(); location.hash = 'result=cancel&media=video';"
            " await new Promise(done => addEventListener('hashchange', () => done(), {once: true}));"
            " return performance.now() - begin; }"
        )
        print(f"{args.calls} calls: {path.stat().st_size / 1e6:.1f} MB, figures after {ready} ms, a filter within {spent:.0f} ms")
        check(path.stat().st_size < 10_000_000 * max(args.calls / 100_000, 1), "the page is too large")

        if args.pictures:
            args.pictures.mkdir(parents=True, exist_ok=True)
            path = report(log)
            for scheme in ("light", "dark"):
                for width in (1280, 390):
                    page = Page(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
                    page.open(path)
                    page.page.screenshot(path=args.pictures / f"report-{width}-{scheme}.png", full_page=True)
                    page.choose(urllib.parse.urlencode({"call": table[5]["call_id"]}))
                    page.page.wait_for_selector("dialog[open] svg.ladder")
                    page.page.screenshot(path=args.pictures / f"call-{width}-{scheme}.png")
                    check(not page.said, f"{width} {scheme}: {page.said[:3]}")
                    check(page.page.evaluate("() => document.documentElement.scrollWidth") <= width, f"{width}: the page is wider than the window")
        browser.close()
    print("FAILED" if FAILURES else "passed", f"{len(FAILURES)} failures")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
