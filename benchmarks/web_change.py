"""A change of the cluster on the map of all gminy: the plain folium way beside ours, in a browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import CDPSession, Frame, Page, Route, sync_playwright

from geo.io.clusters import load_clusters, load_members

ROOT = Path(__file__).resolve().parents[1]
GMINY = 2479
# Clusters with members on the map: each change is news to the browser the first time round.
PLACED = set(load_members().dropna(subset="geometry")["cluster_id"])
CLUSTERS = [c.name for c in load_clusters() if c.cluster_id in PLACED]
NAMES = [*CLUSTERS[1:], CLUSTERS[0]]
ROUNDS = 3
OURS_DONE = "window.klastry && klastry.state.painted > {before}"
PLAIN_DONE = f"!window.marked && document.querySelectorAll('path.leaflet-interactive').length >= {GMINY}"


@dataclass
class Traffic:
    """Bytes that reached the browser."""

    total: int = 0
    waits: list[float] = field(default_factory=list)

    def watch(self, session: CDPSession) -> None:
        """Count HTTP bodies and WebSocket frames."""
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda e: self._add(e["encodedDataLength"]))
        session.on("Network.webSocketFrameReceived", lambda e: self._add(len(e["response"]["payloadData"]) * 3 / 4))

    def _add(self, size: float) -> None:
        self.total += int(size)


@contextmanager
def serving(script: str) -> Iterator[str]:
    """Run a Streamlit script on a free port."""
    with socket.socket() as s:
        s.bind(("localhost", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(1200):
                try:
                    urlopen(f"http://localhost:{port}/_stcore/health", timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def map_frame(page: Page) -> Frame | None:
    """Return the map's frame once there is one."""
    return next((f for f in page.frames if "streamlit_folium" in f.url), None)


def wait_for(page: Page, condition: str) -> None:
    """Wait until a condition holds in the map's frame, even if the frame is replaced meanwhile."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        frame = map_frame(page)
        try:
            if frame and frame.evaluate(condition):
                return
        except Exception as error:  # noqa: BLE001  a frame may go away while it is asked
            del error
        page.wait_for_timeout(15)
    msg = f"not reached: {condition}"
    raise TimeoutError(msg)


def local_leaflet(route: Route) -> None:
    """Answer the plain way's CDN requests from the package, and the rest with nothing."""
    folder = resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    name = route.request.url.rsplit("/", 1)[1]
    kind = "text/css" if name.endswith("css") else "text/javascript"
    wanted = name in ("leaflet.js", "leaflet.css")
    route.fulfill(body=(folder / name).read_bytes() if wanted else "", content_type=kind)


def measure(page: Page, url: str, *, plain: bool) -> dict[str, float]:
    """Open a page, change the cluster many times, and return seconds, bytes and heap."""
    traffic = Traffic()
    session = page.context.new_cdp_session(page)
    traffic.watch(session)
    start = time.perf_counter()
    page.goto(url)
    wait_for(page, PLAIN_DONE if plain else OURS_DONE.format(before=0))
    first, first_bytes = time.perf_counter() - start, traffic.total
    heap_before = heap(session)
    page.wait_for_timeout(1500)
    traffic.total = 0
    sizes = []
    for name in NAMES * ROUNDS:
        frame = map_frame(page)
        before = 0 if plain or not frame else frame.evaluate("klastry.state.painted")
        if frame:
            frame.evaluate("window.marked = true")
        box = page.get_by_role("combobox", name="Klaster")
        box.click()
        box.fill(name)
        option = page.get_by_role("option", name=name, exact=True)
        option.wait_for()
        traffic.total = 0
        start = time.perf_counter()
        option.click()
        wait_for(page, PLAIN_DONE if plain else OURS_DONE.format(before=before))
        traffic.waits.append(time.perf_counter() - start)
        page.wait_for_timeout(700)
        sizes.append(traffic.total)
    return {
        "first": first,
        "first_bytes": first_bytes,
        "change": statistics.median(traffic.waits),
        "change_bytes": statistics.median(sizes[: len(NAMES)]),
        "heap_before": heap_before,
        "heap_after": heap(session),
    }


def heap(session: CDPSession) -> float:
    """Return the JavaScript heap in use after a collection, MB."""
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def main() -> None:
    """Print both ways side by side."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        results = {}
        for name, script, path in (("ours", "app.py", "/cluster"), ("plain", "benchmarks/plain_app.py", "")):
            with serving(script) as url:
                for visit in ("warm-up", "counted"):
                    context = browser.new_context(viewport={"width": 1440, "height": 900})
                    page = context.new_page()
                    page.route(re.compile("^https://"), local_leaflet)
                    if visit == "warm-up":
                        page.goto(url + path)
                        wait_for(page, PLAIN_DONE if name == "plain" else OURS_DONE.format(before=0))
                    else:
                        results[name] = measure(page, url + path, plain=name == "plain")
                    context.close()
        browser.close()
    ours, plain = results["ours"], results["plain"]
    print(f"\nMap of {GMINY} gminy in a browser ({len(NAMES) * ROUNDS} changes of the cluster, medians)")
    print(f"  {'':<34}{'plain folium':>14}{'ours':>12}{'ratio':>9}")
    for key, label, unit in (
        ("first", "open the page to painted map", "s"),
        ("first_bytes", "bytes to open", "B"),
        ("change", "change to repainted map", "s"),
        ("change_bytes", "bytes per change", "B"),
        ("heap_before", "JavaScript heap at first", "MB"),
        ("heap_after", f"JavaScript heap after {len(NAMES) * ROUNDS} changes", "MB"),
    ):
        a, b = plain[key], ours[key]
        digits = 0 if unit == "B" else 2
        print(f"  {label:<34}{a:>11,.{digits}f} {unit:<2}{b:>9,.{digits}f} {unit:<2}{a / b:>7.1f}×")


if __name__ == "__main__":
    main()
