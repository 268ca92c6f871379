"""Walk a page by keyboard: where the focus is, whether it is seen, and what was said."""

import io
import re

import numpy as np
from PIL import Image
from playwright.sync_api import TimeoutError as TimedOut

# The name of what has the focus, in frames of maps too; icons are letters that nobody hears.
ACTIVE = """() => {
  let node = document.activeElement;
  while (node?.tagName === "IFRAME" && node.contentDocument?.activeElement) node = node.contentDocument.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const tag = node?.tagName.toLowerCase() ?? "";
  if (["", "body", "main"].includes(tag)) return tag;
  const copy = node.cloneNode(true);
  copy.querySelectorAll?.("[aria-hidden=true], script, style").forEach((part) => part.remove());
  const labelled = node.labels?.[0]?.textContent ?? "";
  const told = node.getAttribute("aria-label") || labelled || copy.textContent;
  const name = told || node.getAttribute("placeholder") || "";
  return `${tag} ${name.replace(/\\s+/g, " ").trim().slice(0, 120)}`;
}"""
LISTEN = """() => {
  window.spoken = [];
  const place = document.querySelector("#klastry-live");
  new MutationObserver(() => window.spoken.push(place.textContent.trim())).observe(place, { childList: true });
}"""
# What a glance at the keyboard's place shows: the element, or the label that is drawn for it.
PLACE = """() => {
  let node = document.activeElement, left = 0, top = 0;
  while (node.tagName === "IFRAME" && node.contentDocument?.activeElement) {
    const box = node.getBoundingClientRect();
    [left, top] = [left + box.left, top + box.top];
    node = node.contentDocument.activeElement;
  }
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  let box = node.getBoundingClientRect();
  const drawn = node.closest("label, [data-rac]") ?? node.parentElement;
  if (box.width < 4 || box.height < 4) box = drawn.getBoundingClientRect();
  return [box.left + left, box.top + top, box.width, box.height];
}"""
BLUR = """() => {
  let node = document.activeElement, at = document;
  window.held = [];
  document.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  while (node.tagName === "IFRAME" && node.contentDocument?.activeElement) {
    at = node.contentDocument;
    node = at.activeElement;
  }
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  window.held = node;
  node.blur();
}"""
MARGIN, RATIO, LEAST = 8, 3.0, 60


class Keyboard:
    """
    A visitor without a pointer.

    Attributes
    ----------
    tabs
        How often Tab was pressed.
    trail
        What had the focus at each step.
    """

    def __init__(self, visit):
        self.visit, self.page = visit, visit.page
        self.tabs, self.trail = 0, []

    def listen(self):
        """Write down from now on what the page says."""
        self.page.wait_for_selector("#klastry-live", state="attached")
        self.page.evaluate(LISTEN)
        return self

    def heard(self, words):
        """Wait until the page has said something."""
        try:
            self.page.wait_for_function("words => window.spoken.some((said) => said.includes(words))", arg=words)
        except TimedOut as error:
            msg = f"{words!r} was not said, but {self.page.evaluate('window.spoken')}; the focus is at {self.place}"
            raise AssertionError(msg) from error

    @property
    def place(self):
        """What has the focus: its tag and its name."""
        return self.page.evaluate(ACTIVE)

    def at(self, words):
        """Wait until something has the focus, and see that it is seen."""
        self.page.wait_for_function(f"words => ({ACTIVE})().includes(words)", arg=words)
        self.trail.append(self.place)
        assert self.is_seen(), f"{self.place}: the focus is not seen"

    def tab_to(self, words, *, most=60):
        """Press Tab until something has the focus, its name a pattern, and see that it is seen."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            if re.search(words, place := self.place):
                self.at(place)
                return self
        msg = f"{words} not reached by {most} Tabs, at {self.place}"
        raise AssertionError(msg)

    def press(self, *keys):
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def is_seen(self):
        """Say whether a picture around the focus changes by 3:1 in more than a few pixels when the focus goes."""
        # What the app draws anew meanwhile is looked at again.
        return any(self._changes(self.visit.settled().page.evaluate(PLACE)) for _ in range(3))

    def _changes(self, box):
        left, top, width, height = box
        view = self.page.viewport_size
        x, y = max(0, left - MARGIN), max(0, top - MARGIN)
        right, bottom = min(view["width"], left + width + MARGIN), min(view["height"], top + height + MARGIN)
        clip = {"x": x, "y": y, "width": right - x, "height": bottom - y}
        focused = self._luminance(clip)
        self.page.evaluate(BLUR)
        without = self._luminance(clip)
        self.page.evaluate("() => window.held.focus({ preventScroll: true })")
        ratio = (np.maximum(focused, without) + 0.05) / (np.minimum(focused, without) + 0.05)
        return int((ratio >= RATIO).sum()) >= LEAST

    def _luminance(self, clip):
        picture = Image.open(io.BytesIO(self.page.screenshot(clip=clip, animations="disabled", caret="hide")))
        rgb = np.asarray(picture.convert("RGB"), dtype=float) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ np.array([0.2126, 0.7152, 0.0722])
