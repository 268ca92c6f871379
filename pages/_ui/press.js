// Lose no press of a button: one that makes a file waits until the app has answered what was typed or chosen
// before it, and one of a button or a switch that a redraw has swallowed is given to the one that stands there now.
(() => {
  if (window.klastryPress) return;
  const press = { held: 0, given: 0 };
  window.klastryPress = press;
  const TICK_MS = 30, STILL_MS = 150, LIMIT_MS = 30000, HAND_PX = 8;
  const FILES = '[data-testid="stDownloadButton"] button';
  const BUTTONS = `${FILES}, [data-testid="stButton"] button, [data-testid="stFormSubmitButton"] button`;
  const SWITCHES = '[data-testid="stCheckbox"] label';
  const waiting = new Set();
  let passing = false;
  let down = null;

  const answered = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";
  const keyOf = (node) => [...(node.closest('[class*="st-key-"]')?.classList ?? [])].find((c) => c.startsWith("st-key-"));
  const standing = (key) => document.querySelector(`.${CSS.escape(key)} button, .${CSS.escape(key)} label input`);

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
      const there = standing(key);
      // Between two drawings of the page the button may be gone for a moment.
      if ((now - still < STILL_MS || !there) && now - began < LIMIT_MS) return;
      clearInterval(timer);
      waiting.delete(key);
      there?.removeAttribute("aria-busy");
      if (there) pass(there);
    }, TICK_MS);
  };

  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.(`${BUTTONS}, ${SWITCHES}`);
    const key = button && !button.disabled && keyOf(button);
    down = key ? { key, x: event.clientX, y: event.clientY, done: false } : null;
  }, true);

  document.addEventListener("pointerup", (event) => {
    const was = down;
    if (!was || Math.hypot(event.clientX - was.x, event.clientY - was.y) > HAND_PX) return;
    setTimeout(() => {
      const there = was.done ? null : standing(was.key);
      if (!there || there.disabled) return;
      press.given += 1;
      there.click();
    }, TICK_MS);
  }, true);

  document.addEventListener("click", (event) => {
    if (passing) return;
    const button = event.target.closest?.(`${BUTTONS}, ${SWITCHES}`);
    if (button && down && keyOf(button) === down.key) down.done = true;
    if (!button?.matches(FILES) || button.disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    hold(button);
  }, true);
})();
