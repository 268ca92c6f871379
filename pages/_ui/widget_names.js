// Give the controls of the library names in the language of the page; it knows them in English only.
(() => {
  const pairs = WIDGET_PAIRS;
  const known = window.klastryWidgets ?? { rules: [] };
  known.rules = pairs.map(([theirs, ours]) => {
    const pattern = theirs.split(/(\{\w+\})/).map((part) => /^\{\w+\}$/.test(part) ? "(.+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const slots = theirs.match(/\{\w+\}/g) ?? [];
    return [new RegExp(`^${pattern.join("")}$`), (...found) => ours.replace(/\{\w+\}/g, (slot) => found[slots.indexOf(slot) + 1])];
  });
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];
  const WORDS = '[data-testid="stFileUploader"], [data-testid="stSkipToContent"], [role="listbox"], [role="dialog"], a[href="#main-content"]';
  const named = (text) => {
    for (const [pattern, ours] of known.rules) if (pattern.test(text)) return text.replace(pattern, ours);
    return null;
  };
  // What the library said where ours stands now; a text that is no longer ours is a new one of the library.
  known.held = known.held ?? new WeakMap();
  const renamed = (node, slot, text) => {
    const held = known.held.get(node) ?? {};
    const theirs = held[slot]?.ours === text ? held[slot].theirs : text;
    const ours = named(theirs.trim()) ?? theirs;
    known.held.set(node, Object.assign(held, { [slot]: { theirs, ours } }));
    return ours;
  };
  known.node = (node) => {
    for (const name of ATTRIBUTES) {
      const text = node.getAttribute(name);
      if (text === null) continue;
      const ours = renamed(node, name, text);
      if (ours !== text) node.setAttribute(name, ours);
    }
  };
  known.words = (within) => {
    const walk = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    for (let at = walk.nextNode(); at; at = walk.nextNode()) {
      const ours = renamed(at, "words", at.nodeValue);
      if (ours !== at.nodeValue) at.nodeValue = ours;
    }
  };
  known.all = (within) => {
    const nodes = within.querySelectorAll?.(ATTRIBUTES.map((name) => `[${name}]`).join(",")) ?? [];
    [within, ...nodes].forEach((node) => node.getAttribute && known.node(node));
    const place = within.closest?.(WORDS);
    if (place) known.words(place);
    within.querySelectorAll?.(WORDS).forEach(known.words);
  };
  known.all(document.body);
  if (window.klastryWidgets) return;
  window.klastryWidgets = known;
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") known.node(change.target);
      else if (change.type === "characterData") known.all(change.target.parentElement ?? document.body);
      else change.addedNodes.forEach((node) => known.all(node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement ?? document.body));
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
})();
