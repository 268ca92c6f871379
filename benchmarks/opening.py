"""Open the start page and a cluster's page, with an empty cache and again, beside the plain folium page."""

from __future__ import annotations

import base64
import os
import shutil
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.web_change import NAMES, OURS_DONE, PLAIN_DONE, Traffic, map_frame, serving, wait_for

RUNS, QUIET_MS = 5, 1000
PLAIN, START = "plain folium", "start page"
PATHS = {START: "/", "cluster page": "/cluster?klaster=kluczewski"}
# What a visitor chooses on each page, and what the choice is made with.
CHOICES = {PLAIN: ("Klaster", NAMES[0]), "cluster page": ("Jednostki", "Powiaty")}
AIMS = "aims of the start page: cold 4 s, warm 2.5 s, 2.5 MB, 5 s of CPU; of a choice: 0.5 s, 100 KB"
SETTLED = """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && !document.querySelector('[data-stale="true"]')"""
# Counts how often the app has finished a run.
WATCH_RUNS = """() => {
  window.finished = 0;
  const app = document.querySelector('[data-testid="stApp"]');
  new MutationObserver(() => { window.finished += app.dataset.testScriptState === "notRunning"; })
    .observe(app, { attributeFilter: ["data-test-script-state"] });
}"""


@dataclass(frozen=True)
class Cost:
    """
    What something took until it was done.

    Attributes
    ----------
    seconds
        Until the map was painted, or the run over.
    size
        Bytes on the wire until nothing more came.
    cpu
        Seconds of processors that all of the browser used until then.
    """

    seconds: float
    size: float
    cpu: float


class Meter:
    """
    Measures what a page costs.

    Parameters
    ----------
    browser
        The browser whose processes are counted.
    page
        The page whose traffic is counted.
    """

    def __init__(self, browser: Browser, page: Page) -> None:
        self.page, self.traffic = page, Traffic()
        session = page.context.new_cdp_session(page)
        self.traffic.watch(session)
        answer_cdn(session)
        self.processes = browser.new_browser_cdp_session()

    def __call__(self, begin: Callable[[], object], done: Callable[[], object]) -> Cost:
        """Begin something, wait until it is done and then until nothing more comes."""
        self.traffic.total, before = 0, processor_seconds(self.processes)
        start = time.perf_counter()
        begin()
        done()
        seconds = time.perf_counter() - start
        self.page.wait_for_function(SETTLED)
        quiet(self.page, self.traffic)
        after = processor_seconds(self.processes)
        return Cost(seconds, self.traffic.total, sum(used - before.get(one, 0.0) for one, used in after.items()))


def processor_seconds(session: CDPSession) -> dict[int, float]:
    """Return the seconds of processors that each process of the browser has used."""
    return {p["id"]: p["cpuTime"] for p in session.send("SystemInfo.getProcessInfo")["processInfo"]}


def quiet(page: Page, traffic: Traffic) -> None:
    """Wait until nothing has come for a while."""
    before = -1
    while before != traffic.total:
        before = traffic.total
        page.wait_for_timeout(QUIET_MS)


@contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Give a context of the browser with an empty cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="pl-PL")
    yield context
    context.close()


def answer_cdn(session: CDPSession) -> None:
    """
    Answer the plain way's CDN requests from the package, and the rest with nothing.

    Not by routes of Playwright: they would turn the cache off.
    """
    folder = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"

    def answer(event: dict[str, Any]) -> None:
        name = event["request"]["url"].rsplit("/", 1)[1]
        wanted = name in ("leaflet.js", "leaflet.css")
        kind = "text/css" if name.endswith("css") else "text/javascript"
        body = base64.b64encode((folder / name).read_bytes() if wanted else b"").decode("ascii")
        headers = [
            {"name": "Content-Type", "value": kind},
            {"name": "Cache-Control", "value": "public, max-age=31536000"},
            {"name": "Access-Control-Allow-Origin", "value": "*"},
        ]
        asked = {"requestId": event["requestId"], "responseCode": 200, "responseHeaders": headers, "body": body}
        session.send("Fetch.fulfillRequest", asked)

    session.on("Fetch.requestPaused", answer)
    session.send("Fetch.enable", {"patterns": [{"urlPattern": "https://*"}]})


def painted(page: Page, *, plain: bool, before: int = 0) -> None:
    """Wait until the map is painted."""
    wait_for(page, PLAIN_DONE if plain else OURS_DONE.format(before=before))


def opened(browser: Browser, context: BrowserContext, url: str, *, plain: bool) -> tuple[Meter, Cost]:
    """Open a page in a new tab."""
    meter = Meter(browser, page := context.new_page())
    return meter, meter(lambda: page.goto(url, wait_until="commit"), lambda: painted(page, plain=plain))


def run_again(meter: Meter) -> Cost:
    """Have the page made anew though nothing has changed."""
    page = meter.page
    page.evaluate(WATCH_RUNS)
    return meter(lambda: page.keyboard.press("r"), lambda: page.wait_for_function("window.finished > 0"))


def choose(meter: Meter, label: str, words: str, *, plain: bool) -> Cost:
    """Choose an option and wait for the map."""
    page, frame = meter.page, map_frame(meter.page)
    before = 0 if plain or not frame else frame.evaluate("klastry.state.painted")
    if frame:
        frame.evaluate("window.marked = true")
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(words)
    option = page.get_by_role("option", name=words, exact=True)
    option.wait_for()
    return meter(option.click, lambda: painted(page, plain=plain, before=before))


def visited(browser: Browser, name: str, url: str) -> dict[str, Cost]:
    """Open a page twice as the same visitor, run it again and choose something."""
    plain, costs = name == PLAIN, {}
    with visitor(browser) as context:
        meter, costs["opened, empty cache"] = opened(browser, context, url, plain=plain)
        meter.page.close()
        meter, costs["opened again"] = opened(browser, context, url, plain=plain)
        costs["run again, nothing new"] = run_again(meter)
        if name in CHOICES:
            costs["something chosen"] = choose(meter, *CHOICES[name], plain=plain)
    return costs


def main() -> None:
    """Print the medians of each page and how they compare with the plain way."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found: defaultdict[tuple[str, str], list[Cost]] = defaultdict(list)
    with serving("app.py") as ours, serving("benchmarks/plain_app.py") as plain, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        addresses = {PLAIN: plain} | {name: ours + path for name, path in PATHS.items()}
        for name, url in addresses.items():
            visited(browser, name, url)
        for _ in range(RUNS):
            for name, url in addresses.items():
                for step, cost in visited(browser, name, url).items():
                    found[step, name].append(cost)
        browser.close()
    print(f"\nOpening a page until its map is painted (medians of {RUNS}; {AIMS})")
    print(f"  {'':<24}{'':<14}{'seconds':>9}{'':>16}{'bytes':>12}{'CPU s':>8}   plain takes times as many")
    for step in dict.fromkeys(step for step, _ in found):
        peer = median(found[step, PLAIN])
        for name in addresses:
            if costs := found[step, name]:
                _print(step, name, costs, peer)


def median(costs: list[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(statistics.median(getattr(c, figure) for c in costs) for figure in ("seconds", "size", "cpu")))


def _print(step: str, name: str, costs: list[Cost], peer: Cost) -> None:
    own = median(costs)
    spread = f"({min(c.seconds for c in costs):.2f}–{max(c.seconds for c in costs):.2f})"
    line = f"  {step:<24}{name:<14}{own.seconds:>9.2f}{spread:>16}{own.size:>12,.0f}{own.cpu:>8.2f}"
    if name != PLAIN:
        line += f"   {peer.seconds / own.seconds:.2f}× s, {peer.size / own.size:.2f}× B, {peer.cpu / own.cpu:.2f}× CPU"
    print(line)


if __name__ == "__main__":
    main()
