"""Run the real app and drive it as a visitor does."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.error import URLError
from urllib.request import urlopen

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
# The app says that it runs only once the server has said so; until then a question stands unanswered. A few
# questions of the library have no answer.
LISTENS = """window.klastryAsked = window.klastryAnswered = 0;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...data) {
  if (!this.klastryHeard) this.addEventListener("message", () => window.klastryAnswered = window.klastryAsked);
  this.klastryHeard = true;
  window.klastryAsked += 1;
  window.klastryAskedAt = performance.now();
  return send.apply(this, data);
};"""
# For some frames on end, since what is chosen leaves the page only once it is drawn.
CALM_FRAMES = 3
CALLS = count()
SETTLED = """([call, frames]) => {
  const calm = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
    && (window.klastryAnswered === window.klastryAsked || performance.now() - window.klastryAskedAt > 2000)
    && !document.querySelector('[data-stale="true"]');
  if (window.klastryCall !== call) [window.klastryCall, window.klastryCalm] = [call, 0];
  window.klastryCalm = calm ? window.klastryCalm + 1 : 0;
  return window.klastryCalm >= frames;
}"""
DESKTOP = {"viewport": {"width": 1440, "height": 900}, "locale": "pl-PL"}


def free_port():
    with socket.socket() as s:
        s.bind(("localhost", 0))
        return s.getsockname()[1]


class Address(str):
    """
    Where an app answers.

    Attributes
    ----------
    log
        File of what the app prints.
    process
        The app.
    """

    __slots__ = ("log", "process", "spent")

    @property
    def key(self):
        """The address with the key that the app printed, None where it printed none."""
        found = re.search(r"http://\S+\?klucz=\S+", self.log.read_text(encoding="utf-8"))
        return found and found.group()

    def owner(self):
        """Return the owner's cookie as the browser takes it; the key is spent once for all tests."""
        if not hasattr(self, "spent"):
            answer = httpx.get(self.key)
            assert answer.status_code == 303
            ((name, value),) = answer.cookies.items()
            self.spent = {"name": name, "value": value, "url": str(self), "httpOnly": True, "sameSite": "Strict"}
        return [self.spent]


@contextmanager
def running_app(*options, port=None, command=None, **environment):
    """
    Run `streamlit run app.py` on a free port until the block ends.

    It keeps its clusters in a folder of its own, unless the environment names another.
    """
    port = port or free_port()
    command = command or [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *options]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"KLASTRY_DATA_DIR": f"{folder}/dane"} | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        url = Address(f"http://localhost:{port}")
        url.log, url.process = Path(log.name), process
        try:
            deadline = time.monotonic() + START_SECONDS
            while not healthy(port):
                assert process.poll() is None, url.log.read_text()
                assert time.monotonic() < deadline, "the app did not start"
            yield url
        finally:
            # With whatever started it and whatever it started.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def healthy(port):
    try:
        with urlopen(f"http://localhost:{port}/_stcore/health", timeout=1) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


class Window:
    """
    A context of a browser that serves one test after the other, each with pages, cookies and storage of its own.

    What pages have fetched once, such as scripts of the library, stays with the browser, as it does with a visitor's.
    """

    def __init__(self, browser, app, **options):
        self._context, self._app = browser.new_context(**options), app
        # It stays open, so that the browser need not make a new window for every test.
        self._first = self._context.new_page()
        self._tools = self._context.new_cdp_session(self._first)

    @contextmanager
    def visit(self, *, owner=False):
        """Open a page until the block ends."""
        if owner:
            self._context.add_cookies(self._app.owner())
        try:
            yield Visit(self._context.new_page(), self._app)
        finally:
            for page in self._context.pages:
                if page is not self._first:
                    page.close()
            self._context.clear_cookies()
            self._tools.send("Storage.clearDataForOrigin", {"origin": str(self._app), "storageTypes": "all"})

    def close(self):
        """Close it."""
        self._context.close()


class Visit:
    """A page that counts requests to other hosts and errors of scripts."""

    # Those of the test that runs, for what is said of it when it fails.
    opened: ClassVar = []

    def __init__(self, page, base):
        self.opened.append(self)
        self.page = page
        self.base = base
        self.foreign = []
        self.errors = []
        self.dialogs = []
        self.asked = []
        self.static = []
        page.add_init_script(LISTENS)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog):
        # Whoever leaves an unsaved list is asked once, and goes; any other box is nobody's wish.
        if dialog.type == "beforeunload":
            self.asked.append(dialog.message)
            dialog.accept()
        else:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

    def _request(self, request):
        if "/app/static/" in request.url or "/app/outlines/" in request.url:
            self.static.append(request.url.rsplit("/", 1)[1])
        if not request.url.startswith((self.base, self.base.replace("http", "ws"), "data:", "blob:", "about:")):
            self.foreign.append(request.url)

    def open(self, path=""):
        """Open a page and wait for its footer."""
        self.page.goto(f"{self.base}/{path}")
        self.page.get_by_test_id("stCaptionContainer").filter(has_text="PRNG").last.wait_for(timeout=60_000)
        return self

    @property
    def map(self):
        """The frame of the map; while the page is being drawn anew there may be that of before beside it."""
        return self.page.frame_locator('iframe[src*="streamlit_folium"]').first

    def painted(self, key=None):
        """Wait until the map is painted, with a key if given."""
        wanted = "body[data-painted]" if key is None else f'body[data-key="{key}"]'
        self.map.locator(wanted).wait_for(state="attached", timeout=60_000)
        return self

    def script(self, expression):
        """Evaluate an expression in the map's frame; an object of Leaflet, with all that hangs on it, is not sent."""
        frame = next(f for f in self.page.frames if "streamlit_folium" in f.url)
        return frame.evaluate("code => { const v = eval(code); return v && v._leaflet_id ? null : v; }", expression)

    def pick(self, label, option, *, exact=True):
        """Choose an option of a select box by typing, as a user does who knows its words."""
        box = self.page.get_by_role("combobox", name=label)
        found = self.page.get_by_role("option", name=option, exact=True)
        if not exact:
            found = self.page.get_by_role("option").filter(has_text=option).first
        box.click()
        box.fill(option)
        found.click()

    def tab(self, name):
        """Choose a tab of a place and wait until it is shown."""
        self.page.get_by_role("radio", name=name, exact=True).click()
        return self.settled()

    def press(self, button, answer):
        """Press a button once and wait for the answer."""
        self.page.get_by_role("button", name=button).click()
        self.page.get_by_text(answer).wait_for()

    def settled(self):
        """Wait until the app has answered and nothing of the answer before is left on the page."""
        # A page behind another draws once a second, and takes what is typed into what it has not drawn anew.
        self.page.bring_to_front()
        self.page.wait_for_function(SETTLED, arg=[next(CALLS), CALM_FRAMES], timeout=60_000)
        return self

    def clean(self):
        """Assert that nothing left the house and no script failed."""
        assert self.foreign == [], self.foreign
        assert self.errors == [], self.errors
        assert self.dialogs == []
