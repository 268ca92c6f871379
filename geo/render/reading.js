/* Reads units to whoever has no pointer: arrows lead to the neighbour on that side, Enter opens the card. */
window.klastryReading = (function () {
  "use strict";
  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const here = { state: null, stop: null, said: null, list: null, at: null, ring: null };
  const shapes = window.klastryOutlines;

  function units() {
    return here.state.shown ? here.state.shown.units : [];
  }

  function centre(unit) {
    return shapes.bounds(unit).getCenter();
  }

  function place(unit) {
    return here.state.map.project(centre(unit), 8);
  }

  /* Of the units in the territory the one nearest to the middle of what is seen. */
  function nearest() {
    const scope = here.state.payload.scope;
    const middle = here.state.map.project(here.state.map.getCenter(), 8);
    let best = null, least = Infinity;
    units().forEach((unit, i) => {
      const away = place(unit).distanceTo(middle);
      if (scope.length && !scope.some((code) => unit.code.startsWith(code) || code.startsWith(unit.code))) return;
      if (away < least) [best, least] = [i, away];
    });
    return best;
  }

  /* The nearest unit within 45 degrees of the way; what lies aside counts twice. */
  function neighbour(from, [right, down]) {
    const start = place(units()[from]);
    let best = from, least = Infinity;
    units().forEach((unit, i) => {
      const to = place(unit).subtract(start);
      const along = to.x * right + to.y * down, aside = Math.abs(to.x * down) + Math.abs(to.y * right);
      if (i === from || along <= 0 || aside > along) return;
      if (along + aside < least) [best, least] = [i, along + aside];
    });
    return best;
  }

  function mark() {
    unmark();
    const unit = units()[here.at];
    here.ring = L.polygon(shapes.latlngs(unit, shapes.tierOf(here.state.map.getZoom())), { pane: "lines", fill: false, color: "#0b57d0", weight: 4, interactive: false }).addTo(here.state.map);
    here.ring.getElement().classList.add("klastry-read-unit");
    if (!here.state.map.getBounds().contains(centre(unit))) {
      here.state.moved = true;
      here.state.map.panTo(centre(unit), { animate: false });
    }
  }

  function unmark() {
    if (here.ring) here.ring.remove();
    here.ring = null;
  }

  function say() {
    here.said.textContent = here.state.tell(units()[here.at], here.at);
  }

  function opened() {
    here.state.card(units()[here.at], here.at, centre(units()[here.at]), here.stop);
  }

  function pressed(event) {
    const way = WAYS[event.key];
    if ((!way && event.key !== "Enter" && event.key !== "Escape") || event.ctrlKey || event.altKey || event.metaKey || !units().length) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      here.at = null;
      here.said.textContent = "";
      return unmark();
    }
    const begins = here.at === null || here.at >= units().length;
    if (begins) here.at = nearest();
    else if (way) here.at = neighbour(here.at, way);
    if (here.at === null) return;
    mark();
    say();
    if (!way && !begins) opened();
  }

  /* Units of another level have other places in the list; a new painting tells other things of the same ones. */
  function painted(payload) {
    here.stop.setAttribute("aria-label", payload.text.read);
    here.stop.textContent = payload.text.read;
    const list = units();
    if (here.list !== list) {
      here.list = list;
      here.at = null;
      here.said.textContent = "";
      unmark();
    }
  }

  function start(state) {
    here.state = state;
    const container = state.map.getContainer();
    here.stop = document.createElement("div");
    here.stop.className = "klastry-read";
    here.stop.tabIndex = 0;
    here.stop.setAttribute("role", "application");
    here.stop.addEventListener("keydown", pressed);
    here.stop.addEventListener("focusout", (event) => { if (!container.contains(event.relatedTarget)) unmark(); });
    here.stop.addEventListener("focusin", () => { if (here.at !== null && here.at < units().length && !here.ring) mark(); });
    L.DomEvent.disableClickPropagation(here.stop);
    here.said = document.createElement("div");
    here.said.className = "klastry-said";
    here.said.setAttribute("aria-live", "polite");
    const box = document.createElement("div");
    box.className = "klastry-reader";
    box.append(here.stop, here.said);
    container.prepend(box);
  }

  return { start: start, painted: painted };
})();
