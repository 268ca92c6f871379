"""Take the picture in README: the page of Kluczewski klaster, from the running code."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.web_change import OURS_DONE, serving, wait_for  # noqa: E402

if __name__ == "__main__":
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with serving("app.py") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{url}/cluster?klaster=kluczewski&statusy=member,declared,potential")
        wait_for(page, OURS_DONE.format(before=0))
        page.get_by_role("heading", name="Lista organizacji").wait_for()
        page.screenshot(path=ROOT / "scripts" / "gestosc.png")
        browser.close()
