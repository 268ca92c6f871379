// Say what has changed to whoever does not see it, and keep the keyboard's place when a redraw takes it away.
(() => {
  const words = HEARD_WORDS;
  if (window.klastryHeard) {
    window.klastryHeard.words = words;
    return;
  }
  const heard = { words, focused: 0 };
  window.klastryHeard = heard;
  const TICK_MS = 60, REST_MS = 200, STILL_MS = 120, LIMIT_MS = 60000, TRIES = 3, SILENT_MS = 4000;
  const RESULTS = '[class*="st-key-wynik"]', TOASTS = '[data-testid="stToast"]', GOAL = ".klastry-focus";
  const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

  const place = document.createElement("div");
  place.id = "klastry-live";
  place.className = "klastry-unseen";
  place.setAttribute("role", "status");
  document.body.append(place);
  let timer = 0, silence = 0;
  const queue = [];
  // A slider or a quick hand says only where it has come to.
  heard.say = (text) => {
    if (text && queue.at(-1) !== text) queue.push(text);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const next = queue.splice(0).join(" ");
      // The same words again are news only if something about them differs.
      place.textContent = place.textContent === next ? `${next}\u00a0` : next;
      clearTimeout(silence);
      silence = setTimeout(() => (place.textContent = ""), SILENT_MS);
    }, REST_MS);
  };

  const app = () => document.querySelector('[data-testid="stApp"]');
  const idle = () => app()?.dataset.testScriptState === "notRunning";
  const drawn = () => !document.querySelector('[data-stale="true"]');
  const clean = (text) => text.replace(/\s+/g, " ").trim();
  const results = () => [...document.querySelectorAll(RESULTS)].map((node) => clean(node.textContent)).filter(Boolean);

  // What a visitor had in hand, to be found again in what is drawn anew.
  let hand = null;
  const keyed = (node) => {
    const found = [];
    for (let at = node; at; at = at.parentElement) {
      const key = [...at.classList].find((name) => name.startsWith("st-key-"));
      if (key) found.push(key);
    }
    return found;
  };
  const wordsOf = (node) => clean(node.getAttribute("aria-label") || node.textContent || node.getAttribute("value") || "");
  document.addEventListener("focusin", (event) => {
    const node = event.target;
    if (node.closest?.("h1, h2, h3")) return;
    if (hand?.node !== node) hand = { node, keys: keyed(node), tag: node.tagName, words: wordsOf(node), tries: 0 };
  }, true);
  // Who has gone on meanwhile is not called back.
  let moved = 0, began = 0;
  document.addEventListener("pointerdown", () => {
    hand = null;
    moved = performance.now();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (hand) hand.tries = 0;
    if (event.key === "Tab") moved = performance.now();
  }, true);
  // Who has gone into a frame holds nothing of the page.
  window.addEventListener("blur", () => { if (document.activeElement?.tagName === "IFRAME") hand = null; });

  const give = (node, still = false) => {
    if (!node) return false;
    if (!node.matches(STOPS)) node.tabIndex = -1;
    node.focus({ preventScroll: still });
    heard.focused += 1;
    return document.activeElement === node;
  };
  const stops = (within) => [...within.querySelectorAll(STOPS)].filter((node) => node.tabIndex >= 0 && node.checkVisibility());
  const again = () => {
    for (const key of hand.keys) {
      const within = document.querySelector(`.${CSS.escape(key)}`);
      if (!within) continue;
      const there = stops(within).filter((node) => node.tagName === hand.tag);
      return there.find((node) => wordsOf(node) === hand.words) ?? (there.length === 1 ? there[0] : stops(within)[0]) ?? within;
    }
    const alike = stops(document.body).filter((node) => node.tagName === hand.tag && wordsOf(node) === hand.words);
    return hand.words ? alike[0] : null;
  };
  const title = () => document.querySelector(".stMain h1");

  // While a file is made its button cannot hold the focus; it gets it back.
  let waiting = 0;
  const recover = () => {
    const lost = hand;
    if (!lost || document.activeElement !== document.body || !document.hasFocus()) return;
    // What does not want to keep the focus is not forced to.
    lost.tries += 1;
    if (lost.tries > TRIES) return;
    const node = lost.node.isConnected ? lost.node : again();
    if (node?.disabled) {
      clearInterval(waiting);
      const began = performance.now();
      waiting = setInterval(() => {
        const now = node.isConnected ? node : again();
        if (hand !== lost || performance.now() - began > LIMIT_MS || document.activeElement !== document.body) {
          clearInterval(waiting);
        } else if (!now?.disabled) {
          clearInterval(waiting);
          give(now ?? title(), true);
        }
      }, REST_MS);
      return;
    }
    give(node, true) || give(title());
  };

  // A page says where to go on after what was just done.
  let gone = null;
  const goal = () => {
    const mark = document.querySelector(GOAL);
    const turn = mark?.dataset.turn ?? "";
    if (!turn || turn === gone) return false;
    gone = turn;
    if (moved > began && document.activeElement !== document.body) return false;
    const within = document.querySelector(`.st-key-${CSS.escape(mark.dataset.to)}`);
    return Boolean(within) && give(stops(within)[0] ?? within);
  };

  let path = location.pathname, told = null, still = 0, busy = true;
  const finished = () => {
    if (location.pathname !== path) {
      path = location.pathname;
      told = null;
      const at = document.activeElement;
      // A link of the navigation that is still there keeps its place.
      if (at === document.body || !at.isConnected || at.tagName === "IFRAME") give(title());
      heard.say(document.title);
      return;
    }
    if (!goal()) recover();
  };
  const seen = new WeakSet();
  const report = () => {
    // A run is over before all of its words are on the page.
    const now = results(), before = told;
    told = now;
    if (before) now.filter((text) => !before.includes(text)).forEach(heard.say);
    for (const node of document.querySelectorAll(TOASTS)) {
      if (seen.has(node)) continue;
      seen.add(node);
      heard.say(clean(node.textContent));
    }
  };
  // A run may be over between two looks.
  new MutationObserver(() => {
    if (!busy) began = performance.now();
    busy = true;
    still = 0;
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] });
  setInterval(() => {
    if (!idle()) {
      busy = true;
      still = 0;
      return;
    }
    still = still || performance.now();
    if (performance.now() - still < STILL_MS) return;
    if (busy) {
      if (!drawn()) return;
      busy = false;
      finished();
    } else {
      recover();
    }
    report();
  }, TICK_MS);

  // On paper a map is as wide as on the screen, made smaller until it fits.
  const PAPER_PX = 680;
  window.addEventListener("beforeprint", () => {
    for (const frame of document.querySelectorAll('iframe[src*="streamlit_folium"]')) {
      const scale = Math.min(1, PAPER_PX / frame.offsetWidth);
      frame.style.setProperty("--paper-width", `${frame.offsetWidth}px`);
      frame.style.setProperty("--paper-scale", scale);
      frame.style.setProperty("--paper-gap", `${frame.offsetHeight * (scale - 1)}px`);
    }
  });
  // What hovers goes away without the pointer, in the frames of maps too.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const frame of document.querySelectorAll('iframe[src*="streamlit_folium"]')) frame.contentWindow?.klastry?.hush();
  }, true);
})();
