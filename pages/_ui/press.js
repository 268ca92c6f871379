// Lose no press and no choice: a button that makes a file waits until the app has answered what was typed or chosen
// before it; a press of a button, a switch, an answer or a folded part that a redraw has swallowed is given to what
// stands there now; a list of options that a moving page or a redraw has closed is opened again as it was.
(() => {
  if (window.klastryPress) return;
  const press = { held: 0, given: 0, reopened: 0, again: 0 };
  window.klastryPress = press;
  const TICK_MS = 30, STILL_MS = 150, LIMIT_MS = 30000, REPLY_MS = 5000, HAND_PX = 8;
  const FILES = '[data-testid="stDownloadButton"] button';
  const BUTTONS = `${FILES}, [data-testid="stButton"] button, [data-testid="stFormSubmitButton"] button`;
  const SWITCHES = '[data-testid="stCheckbox"] label';
  const ANSWERS = '[data-testid="stRadio"] label';
  const FOLDED = '[data-testid="stExpander"] summary';
  const BOX = 'input[role="combobox"]';
  const REST_MS = 120, TRIES = 5, AGAIN = 2;
  const waiting = new Set();
  let passing = false;
  let down = null;

  // Until the server has said anything to what was sent last, the page does not know that it is to be drawn anew.
  const wire = { sent: 0, got: 0, heard: new WeakSet() };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...data) {
    wire.sent = performance.now();
    if (!wire.heard.has(this)) {
      wire.heard.add(this);
      this.addEventListener("message", () => (wire.got = performance.now()));
    }
    return send.apply(this, data);
  };
  const replied = () => wire.got >= wire.sent || performance.now() - wire.sent > REPLY_MS;

  const idle = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";
  const answered = () => idle() && replied();
  const keyOf = (node) => [...(node.closest('[class*="st-key-"]')?.classList ?? [])].find((c) => c.startsWith("st-key-"));
  // An answer is known by its words: others may stand before it by now.
  const wordsOf = (node) => node?.textContent.trim();
  // Its icon is another one under the pointer.
  const titleOf = (summary) => wordsOf(summary.querySelector('[data-testid="stMarkdownContainer"]') ?? summary);
  const standing = ({ key, answer, folded }) => folded
    ? [...document.querySelectorAll(FOLDED)].find((s) => titleOf(s) === folded.words)
    : answer
    ? [...document.querySelectorAll(`.${CSS.escape(key)} label`)].find((l) => wordsOf(l) === answer)?.querySelector("input")
    : document.querySelector(`.${CSS.escape(key)} button, .${CSS.escape(key)} label input`);

  const pass = (button) => {
    passing = true;
    try {
      button.click();
    } finally {
      passing = false;
    }
  };

  const hold = (button) => {
    const key = keyOf(button);
    if (!key) return pass(button);
    if (waiting.has(key)) return;
    waiting.add(key);
    press.held += 1;
    button.setAttribute("aria-busy", "true");
    const began = performance.now();
    let still = began;
    const timer = setInterval(() => {
      const now = performance.now();
      if (!answered()) still = now;
      const there = standing({ key });
      // Between two drawings of the page the button may be gone for a moment.
      if ((now - still < STILL_MS || !there) && now - began < LIMIT_MS) return;
      clearInterval(timer);
      waiting.delete(key);
      there?.removeAttribute("aria-busy");
      if (!there) return;
      pass(there);
      repeat(key);
    }, TICK_MS);
  };

  // A file that was asked for just before the form was drawn anew is not found: the one drawn now is asked for.
  const asked = new Map();
  const repeat = (key) => {
    const began = performance.now(), heard = window.klastryHeard;
    clearInterval(asked.get(key)?.timer);
    const tries = asked.get(key)?.tries ?? 0;
    let making = false;
    const timer = setInterval(() => {
      const place = document.querySelector(`.${CSS.escape(key)}`);
      const busy = Boolean(place?.querySelector("button")?.disabled);
      if (busy !== making && !place?.querySelector('[data-testid="stDownloadButtonError"]')) {
        making = busy;
        heard?.say(busy ? heard.words.making : heard.words.made);
      }
      // Streamlit does not say why: a file that cannot be made fails again, and then it is said.
      const lost = place?.querySelector('[data-testid="stDownloadButtonError"]');
      if (!lost && performance.now() - began < LIMIT_MS) return;
      clearInterval(timer);
      asked.delete(key);
      const button = place?.querySelector("button");
      if (lost && tries >= AGAIN) heard?.say(heard.words.unmade);
      if (!lost || !button || tries >= AGAIN) return;
      press.again += 1;
      asked.set(key, { timer: 0, tries: tries + 1 });
      hold(button);
    }, TICK_MS);
    asked.set(key, { timer, tries });
  };

  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.(`${BUTTONS}, ${SWITCHES}, ${ANSWERS}, ${FOLDED}`);
    // A folded part is known by its words, as not each has a key.
    const folded = button?.matches(FOLDED) ? { words: titleOf(button), open: button.parentElement.open } : null;
    const key = folded ? folded.words : button && !button.disabled && keyOf(button);
    const answer = key && button.matches(ANSWERS) && button.querySelector("input") ? wordsOf(button) : null;
    down = key ? { key, answer, folded, x: event.clientX, y: event.clientY, done: false } : null;
  }, true);

  document.addEventListener("pointerup", (event) => {
    const was = down;
    if (!was || Math.hypot(event.clientX - was.x, event.clientY - was.y) > HAND_PX) return;
    setTimeout(() => {
      const there = was.done ? null : standing(was);
      if (!there || there.disabled || (was.answer && there.checked)) return;
      if (was.folded && there.parentElement.open !== was.folded.open) return;
      press.given += 1;
      there.click();
    }, TICK_MS);
  }, true);

  document.addEventListener("click", (event) => {
    if (passing) return;
    const button = event.target.closest?.(`${BUTTONS}, ${SWITCHES}, ${ANSWERS}, ${FOLDED}`);
    if (button && down && (down.folded ? button.matches(FOLDED) && titleOf(button) : keyOf(button)) === down.key) down.done = true;
    if (!button?.matches(FILES) || button.disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    hold(button);
  }, true);

  // The list that the visitor has opened and not yet left.
  let list = null;
  let moved = 0;
  const boxOf = (key) => document.querySelector(`.${CSS.escape(key)} ${BOX}`);
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

  const watch = (box, typed) => {
    const key = keyOf(box);
    if (!key || box.disabled || boxOf(key) !== box) return;
    if (list?.key === key) {
      list.typed = typed;
      return;
    }
    list = { key, typed, tries: 0, since: performance.now() };
    const mine = list;
    const timer = setInterval(() => {
      const now = performance.now(), there = boxOf(key);
      if (list !== mine || now - mine.since > LIMIT_MS) return clearInterval(timer);
      if (there?.getAttribute("aria-expanded") === "true") {
        mine.since = now;
        return;
      }
      // Opened while the page moves it would be closed again at once.
      if (!there || now - moved < REST_MS || now - mine.since < REST_MS) return;
      // Who has gone on to another field, to the map or to another window has left the list.
      const at = document.activeElement;
      if (!document.hasFocus() || (at !== document.body && at !== there)) return void (list = null);
      if (++mine.tries > TRIES) return void (list = null);
      press.reopened += 1;
      there.focus({ preventScroll: true });
      if (mine.typed) {
        // What stands there already would be no news.
        for (const typed of ["", mine.typed]) {
          write.call(there, typed);
          there.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }
      } else {
        there.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", code: "ArrowDown", bubbles: true }));
      }
      mine.since = now;
    }, TICK_MS);
  };

  document.addEventListener("scroll", () => (moved = performance.now()), { capture: true, passive: true });
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.('[role="listbox"]')) return;
    const box = event.target.closest?.('[data-testid="stSelectbox"], [data-testid="stMultiSelect"]')?.querySelector(BOX);
    list = null;
    if (event.target.closest?.('[data-testid="stWidgetLabel"]')) return;
    if (box && box.getAttribute("aria-expanded") !== "true") watch(box, "");
  }, true);
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target.matches?.(BOX)) watch(event.target, event.target.value);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[role="option"]')) list = null;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.isTrusted && ["Escape", "Enter", "Tab"].includes(event.key)) list = null;
  }, true);
})();
