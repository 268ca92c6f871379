"""Measure how smoothly a map of all gminy of the country moves, with the names of units and without them."""

from __future__ import annotations

import shutil
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.web_change import map_frame, serving, wait_for

SECONDS, RUNS = 2.0, 5
# Longest frame in the middle of a pan that a person still takes for smooth, in milliseconds.
SMOOTH_MS = 33.0
_PAN = """([milliseconds, named]) => new Promise((done) => {
  const map = klastry.state.map, names = map.getPane("names");
  names.style.display = named ? "" : "none";
  map.setView([52.1, 19.4], 8, { animate: false });
  const frames = [];
  let last = performance.now();
  const end = last + milliseconds;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    if (now > end) return done(frames.slice(1));
    map.panBy([6 * Math.sin(now / 300), 4], { animate: false });
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    """Print the median frame of a pan of two seconds, with names and without, in turn."""
    with serving("app.py") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}/cluster?klaster=regionalne-klastry-seniora&lang=pl")
        wait_for(page, "document.body.hasAttribute('data-names')")
        frame = map_frame(page)
        if frame is None:
            msg = "the map has no frame"
            raise RuntimeError(msg)
        found: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(RUNS):
            for named in (True, False):
                frames = frame.evaluate(_PAN, [SECONDS * 1000, named])
                found[named].append(statistics.median(frames))
        browser.close()
    with_names, without = (statistics.median(found[named]) for named in (True, False))
    print("\nA pan of two seconds over all gminy of the country, median frame")
    print(f"  with names     {with_names:6.1f} ms  ({min(found[True]):.1f}–{max(found[True]):.1f})")
    print(f"  without names  {without:6.1f} ms  ({min(found[False]):.1f}–{max(found[False]):.1f})")
    print(f"  with / without {with_names / without:6.2f}×  (aim: {SMOOTH_MS:.0f} ms, or 1.20×)")
