// Lead the browser's Back out of a place in one press: a changed setting stands in the entry of the place, another
// place or another subject is an entry of its own; and keep where the map looks (#mapa=…) while the subject stays.
(() => {
  if (window.klastryHistory) return;
  const SUBJECT = ["klaster", "powiat", "karta", "widok"];
  // Until a visitor does something, what the app writes only completes the address that led here.
  const history = { replaced: 0, arriving: true };
  window.klastryHistory = history;
  const push = window.history.pushState.bind(window.history);
  const replace = window.history.replaceState.bind(window.history);
  const arrive = () => (history.arriving = true);

  const sameSubject = (to) => {
    const [now, then] = [new URLSearchParams(location.search), to.searchParams];
    return SUBJECT.every((name) => now.get(name) === then.get(name));
  };
  const address = (url) => new URL(url ?? location.href, location.href);
  const stays = (to) => to.pathname === location.pathname && (history.arriving || sameSubject(to));
  const kept = (to) => {
    if (!to.hash && location.hash.startsWith("#mapa=")) to.hash = location.hash;
    return to.href;
  };

  window.history.pushState = (state, title, url) => {
    const to = address(url);
    if (stays(to)) {
      history.replaced += 1;
      return replace(state, title, kept(to));
    }
    if (to.pathname !== location.pathname) arrive();
    return push(state, title, to.href);
  };
  window.history.replaceState = (state, title, url) => {
    const to = address(url);
    return replace(state, title, stays(to) ? kept(to) : to.href);
  };
  window.addEventListener("popstate", arrive);
  // Whoever has gone into a frame does something too.
  window.addEventListener("blur", () => (history.arriving = false));
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, (event) => event.isTrusted && (history.arriving = false), true);
  }

  // Before this ran, the app has completed the address by an entry of its own: Back goes on over the one before.
  const first = performance.getEntriesByType("navigation")[0]?.name ?? location.href;
  const bare = (url) => url.split("#")[0];
  const left = bare(first) !== bare(location.href) && address(first).pathname === location.pathname ? bare(first) : null;
  window.addEventListener("popstate", (event) => {
    const at = window.navigation?.currentEntry?.index;
    // Where nothing stands before it, or a browser cannot tell, the place is shown.
    const more = at > 0 || (at === 0 && window.history.length > window.navigation.entries().length);
    if (bare(location.href) !== left || !more) return;
    event.stopImmediatePropagation();
    window.history.back();
  }, true);

  // A link may say where the map looks as a field; the app knows none of that name and may have left it out by now.
  const place = address().searchParams.get("mapa") ?? (left && address(left).searchParams.get("mapa"));
  // The page of a cluster has a field of this name; a place begins with a number.
  if (!/^-?\d/.test(place ?? "")) return;
  const to = address();
  to.searchParams.delete("mapa");
  replace(window.history.state, "", to.pathname + to.search + (to.hash || `#mapa=${place}`));
})();
