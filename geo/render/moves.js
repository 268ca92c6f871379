/* Lets a map be moved as one expects within a page: gestures, bounds, buttons, and where it looks in the address. */
window.klastryMoves = (function () {
  "use strict";
  /* Beside the country so much of its size may be seen; a hint stays and a movement rests for so many milliseconds. */
  const MARGIN = 0.3, HINT_MS = 1800, REST_MS = 500, LEAST_PX = 60;
  const PADDING = [14, 14];
  const PLACE = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?),(\d{1,2}(?:\.\d+)?)$/;
  const shapes = window.klastryOutlines;
  const here = { state: null, country: null, timer: 0, hint: null, fading: 0, buttons: {} };

  /* The page around the frame; a map that is a file of its own has none. */
  function page() {
    try {
      return window.__GLOBAL_DATA__ && window.parent !== window && window.parent.location.href ? window.parent : null;
    } catch (error) {
      return null;
    }
  }

  function calm() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function country() {
    if (!here.country && shapes.store.units.voivodeship) {
      here.country = shapes.store.units.voivodeship.reduce((box, unit) => box.extend(shapes.bounds(unit)), L.latLngBounds([]));
    }
    return here.country;
  }

  /* A frame that the page is still making room for may be a line; nothing can be fitted into it. */
  function roomy() {
    const size = here.state.map.getSize();
    return size.x >= LEAST_PX && size.y >= LEAST_PX;
  }

  /* From the country, as large as the frame shows it, inwards; again whenever the frame gets another size. */
  function bound() {
    const map = here.state.map, size = map.getSize();
    if (!country() || !roomy()) return;
    map.options.minZoom = 0;
    const least = map.options.minZoom = map.getBoundsZoom(country(), false, L.point(PADDING).multiplyBy(2));
    map.fire("zoomlevelschange");
    const middle = map.project(country().getCenter(), least), half = size.divideBy(2);
    const seen = L.latLngBounds(map.unproject(middle.subtract(half), least), map.unproject(middle.add(half), least));
    /* A frame wider than the country shows more beside it. */
    map.options.maxBounds = country().pad(MARGIN).extend(seen);
    if (map.getZoom() < least) map.setZoom(least, { animate: false });
  }

  /* The frame looks at what the painting is about. */
  function look() {
    if (roomy()) here.state.map.fitBounds(here.state.payload.fit.bounds, { padding: PADDING, animate: false });
  }

  function asked() {
    const around = page();
    return around && new URLSearchParams(around.location.hash.slice(1)).get("mapa");
  }

  function write(words) {
    const around = page();
    if (!around) return;
    around.klastryMapa = words;
    const address = around.location.pathname + around.location.search + (words ? "#mapa=" + words : "");
    /* Not through what keeps the place when the app writes the address. */
    around.History.prototype.replaceState.call(around.history, around.history.state, "", address);
  }

  /* Looks where the address says; what it says is left alone where it makes no sense. */
  function open() {
    const words = asked(), found = PLACE.exec(words || "");
    if (!found || !country()) return false;
    const at = L.latLng(Number(found[1]), Number(found[2])), map = here.state.map;
    if (!map.options.maxBounds.contains(at)) return false;
    here.state.moved = true;
    map.setView(at, Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), Number(found[3]))), { animate: false });
    page().klastryMapa = words;
    clearTimeout(here.timer);
    return true;
  }

  function forget() {
    const around = page();
    clearTimeout(here.timer);
    if (asked()) write("");
    else if (around) around.klastryMapa = "";
  }

  /* Another subject: where the address leads, else at all of it. What was written for the one before is not kept. */
  function turn(first) {
    here.state.moved = false;
    bound();
    const around = page();
    if ((first || (around && asked() !== around.klastryMapa)) && open()) return;
    if (!first) forget();
    look();
  }

  /* Half a second after somebody has moved the map, the address says where it looks. */
  function note() {
    clearTimeout(here.timer);
    wayBack();
    if (!here.state.moved || here.state.following || !page()) return;
    here.timer = setTimeout(() => {
      const map = here.state.map, at = map.getCenter();
      const words = [at.lat.toFixed(4), at.lng.toFixed(4), map.getZoom().toFixed(2)].map(Number).join(",");
      if (words !== asked()) write(words);
    }, REST_MS);
  }

  function say(words) {
    if (!words || !here.hint) return;
    here.hint.textContent = words;
    here.hint.classList.add("shown");
    clearTimeout(here.fading);
    here.fading = setTimeout(() => here.hint.classList.remove("shown"), HINT_MS);
  }

  function text(key) {
    return (here.state.payload && here.state.payload.text[key]) || "";
  }

  /* The wheel and one finger are the page's; Ctrl with the wheel and two fingers are the map's. */
  function gestures(map, container) {
    const apple = /Mac|iPhone|iPad/.test(navigator.platform);
    container.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) {
        here.state.moved = true;
        return;
      }
      event.stopImmediatePropagation();
      if (!event.target.closest(".leaflet-popup")) say(apple ? text("wheel").replace("Ctrl", "⌘") : text("wheel"));
    }, { capture: true, passive: true });
    container.addEventListener("pointerdown", (event) => {
      here.state.moved = true;
      if (event.pointerType === "touch") map.dragging.disable();
      else map.dragging.enable();
    }, { capture: true, passive: true });
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Tab" && event.key !== "Escape") here.state.moved = true;
    }, { passive: true });
    let fingers = 0;
    container.addEventListener("touchstart", (event) => { fingers = event.touches.length; }, { capture: true, passive: true });
    /* The browser has taken the finger to scroll the page. */
    container.addEventListener("pointercancel", (event) => { if (event.pointerType === "touch" && fingers === 1) say(text("fingers")); });
    here.hint = document.createElement("div");
    here.hint.className = "klastry-hint";
    here.hint.setAttribute("aria-hidden", "true");
    container.append(here.hint);
  }

  function button(box, pressed) {
    const node = document.createElement("button");
    node.type = "button";
    node.addEventListener("click", pressed);
    box.append(node);
    return node;
  }

  function controls(map) {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const box = document.createElement("div");
      box.className = "leaflet-bar klastry-places";
      L.DomEvent.disableClickPropagation(box);
      here.buttons.whole = button(box, () => {
        if (!country() || !roomy()) return;
        here.state.moved = true;
        map.fitBounds(country(), { padding: PADDING, animate: !calm() });
      });
      here.buttons.back = button(box, () => {
        /* Maps that move together go back together. */
        here.state.moved = true;
        look();
        here.state.moved = false;
        forget();
        wayBack();
      });
      /* Without words they would be buttons without a name. */
      here.buttons.whole.hidden = here.buttons.back.hidden = true;
      return box;
    };
    control.addTo(map);
  }

  function words(payload) {
    here.buttons.whole.textContent = payload.text.whole;
    here.buttons.whole.hidden = false;
    here.buttons.back.textContent = payload.text.back;
    wayBack();
  }

  /* Only for whoever has left a part of the country. */
  function wayBack() {
    const { whole, back } = here.buttons, hidden = !here.state.moved || !here.state.payload || !here.state.payload.scope.length;
    if (hidden && document.activeElement === back) whole.focus();
    back.hidden = hidden;
  }

  function start(state) {
    here.state = state;
    const map = state.map, container = map.getContainer();
    map.options.maxBoundsViscosity = 1;
    controls(map);
    gestures(map, container);
    map.on("moveend", note);
    /* As `setMaxBounds` does, which would set off a movement each time. */
    map.on("moveend", () => { if (map.options.maxBounds) map.panInsideBounds(map.options.maxBounds, { animate: false }); });
    new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      bound();
      if (state.fit && !state.moved) look();
    }).observe(container);
    const around = page();
    if (!around) return;
    /* Somebody has written another place into the address. */
    const gone = new AbortController();
    around.addEventListener("hashchange", () => { if (state.fit && asked() !== around.klastryMapa) open(); }, { signal: gone.signal });
    window.addEventListener("pagehide", () => { clearTimeout(here.timer); gone.abort(); });
  }

  return { start: start, turn: turn, words: words, calm: calm };
})();
