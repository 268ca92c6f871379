// Say quietly, in the language of the page, that the connection is gone; Streamlit's own words are English.
(() => {
  const words = LINK_WORDS;
  if (window.klastryLink) {
    window.klastryLink.words = words;
    return;
  }
  const link = { words, later: 30000, timers: [] };
  window.klastryLink = link;
  const place = document.createElement("div");
  place.id = "klastry-link";
  place.setAttribute("role", "status");
  document.body.append(place);
  const say = (text) => {
    place.textContent = text;
  };
  say("");
  const dismiss = () => {
    if (!document.body.classList.contains("klastry-offline")) return;
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      dialog.querySelector('button[aria-label="Close"]')?.click();
    }
  };
  const look = () => {
    const state = document.querySelector('[data-testid="stApp"]')?.dataset.testConnectionState;
    const offline = Boolean(state) && state !== "CONNECTED" && state !== "INITIAL";
    if (offline === document.body.classList.contains("klastry-offline")) return;
    document.body.classList.toggle("klastry-offline", offline);
    link.timers.forEach(clearTimeout);
    link.timers = [];
    if (!offline) return say("");
    link.timers = [
      setTimeout(() => say(link.words[0]), 1000),
      setTimeout(() => say(link.words[1]), link.later),
    ];
  };
  new MutationObserver(() => {
    look();
    dismiss();
  }).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
  });
  look();
})();
