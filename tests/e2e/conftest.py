"""Start the app and the browser once for all browser tests."""

import os
import shutil
from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright

from support.browser import DESKTOP, Visit, Window, running_app
from support.restarted import Server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Say what stood on the pages when a test failed."""
    report = yield
    if report.when == "call" and report.failed:
        for number, visit in enumerate(Visit.opened):
            with suppress(Error):
                words = visit.page.inner_text("body", timeout=2000)[:4000]
                report.sections.append((f"page {number}: {visit.page.url}", words))
    if report.when == "call":
        Visit.opened.clear()
    return report


@pytest.fixture(scope="session")
def app():
    with running_app() as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert executable, "no chromium; run `make chromium`"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return an app that a module may end and start again."""
    made = Server(tmp_path_factory.mktemp("dane"))
    yield made
    made.end()


@pytest.fixture(scope="session")
def window(app, browser):
    opened = Window(browser, app, **DESKTOP)
    yield opened
    opened.close()


@pytest.fixture
def visit(window):
    with window.visit(owner=True) as page:
        yield page
