/* Paints units, members and surfaces on a Leaflet map. All text is written with textContent. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const shapes = window.klastryOutlines, moves = window.klastryMoves, reading = window.klastryReading;
  /* Pixels by which Leaflet may simplify what it draws; the borders themselves are off by one at most. */
  const SMOOTH = 0.5;
  /* A tip stays so many milliseconds, in which the pointer may move onto it; so many organisations name a mark. */
  const LINGER_MS = 300, NAMED = 5;
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const state = { map: null, layers: {}, shown: null, extra: null, fit: null, painted: 0, classes: "", level: "", pending: null, lines: [], marks: [], marked: "" };
  if (moves.calm()) L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });

  function el(tag, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  function decode(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  function unitLayer(key, units) {
    if (!state.layers[key]) {
      const polygons = units.map((unit) => L.polygon(shapes.latlngs(unit, 0), { pane: "units", weight: 0.6, color: "#5f6973", fillOpacity: 0, smoothFactor: SMOOTH }));
      polygons.forEach((polygon, i) => {
        polygon.bindTooltip(() => unitTip(units[i], i), { sticky: true, className: "klastry-tip" });
        polygon.on("click", (event) => card(units[i], i, event.latlng));
        /* Shapes are read in the table; thousands of stops would bury the points. */
        polygon.on("add", () => { const node = polygon.getElement(); if (node) node.setAttribute("tabindex", "-1"); });
      });
      state.layers[key] = { group: L.layerGroup(polygons), polygons: polygons, units: units };
    }
    return state.layers[key];
  }

  function unitTip(unit, i) {
    const node = el("div");
    node.append(el("b", unit.name), el("span", unit.kind));
    node.append(el("div", (state.payload.tips || {})[i] || state.payload.tipDefaults[state.payload.classes[i]] || ""));
    return node;
  }

  /* The same in one line, for who hears it. */
  function tell(unit, i) {
    return [...unitTip(unit, i).children].map((part) => part.textContent).filter(Boolean).join(", ");
  }

  /* What a unit says, where it was clicked or tapped, with the way to its report; not where a click is an answer. */
  function card(unit, i, at, back) {
    const told = window.__GLOBAL_DATA__;
    if ((state.payload.report || []).includes("last_clicked")) return null;
    const node = unitTip(unit, i);
    node.className = "klastry-card";
    if (told && state.payload.open && unit.code.length >= 4) {
      const button = el("button", state.payload.open);
      button.type = "button";
      button.addEventListener("click", () => {
        button.disabled = true;
        /* The page hears of this one click only. */
        told.returned_objects = ["last_clicked"];
        state.map.fire("click", { latlng: at });
      });
      node.append(button);
    }
    const popup = L.popup({ maxWidth: 280 }).setLatLng(at).setContent(node).openOn(state.map);
    attend(popup, unit.name, back || state.map.getContainer());
    return popup;
  }

  /* What was opened takes the focus; Escape closes it, and the focus goes back to where it came from. */
  function attend(popup, name, back) {
    const box = popup.getElement(), content = box.querySelector(".leaflet-popup-content");
    const close = box.querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", state.payload.text.close);
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", name);
    box.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      state.map.closePopup(popup);
    };
    content.tabIndex = -1;
    (content.querySelector("button") || content).focus({ preventScroll: true });
    popup.once("remove", () => {
      if (box.contains(document.activeElement) || document.activeElement === document.body) back.focus({ preventScroll: true });
    });
  }

  /* Opens the card of a unit that was read; where a click is an answer, this is one too. */
  function read(unit, i, at, back) {
    if (!card(unit, i, at, back)) state.map.fire("click", { latlng: at });
  }

  /* Patterns, so that no meaning hangs on colour alone. They are defined once in the map's own SVG. */
  function patterns(fills) {
    const svg = state.map.getPane("units").querySelector("svg");
    if (!svg) return;
    let defs = svg.querySelector("defs");
    if (!defs) defs = svg.insertBefore(document.createElementNS(SVG, "defs"), svg.firstChild);
    Object.entries(fills).forEach(([key, fill]) => {
      if (!fill.stripe) return;
      const id = "klastry-" + fill.stripe.replace("#", "") + "-" + fill.color.replace("#", "") + "-" + fill.angle;
      fill.url = "url(#" + id + ")";
      if (svg.querySelector("#" + id)) return;
      const pattern = document.createElementNS(SVG, "pattern");
      const size = 9;
      Object.entries({ id: id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(" + fill.angle + ")" }).forEach(([k, v]) => pattern.setAttribute(k, v));
      [[0, size, fill.color], [0, 1.6, fill.stripe]].forEach(([x, width, color]) => {
        const rect = document.createElementNS(SVG, "rect");
        Object.entries({ x: x, y: 0, width: width, height: size, fill: color }).forEach(([k, v]) => rect.setAttribute(k, v));
        pattern.append(rect);
      });
      defs.append(pattern);
    });
  }

  function paintUnits(payload, units) {
    const layer = unitLayer(payload.base + payload.level, units);
    if (state.shown !== layer) {
      if (state.shown) state.map.removeLayer(state.shown.group);
      layer.group.addTo(state.map);
      state.shown = layer;
    }
    patterns(payload.fills);
    const scope = payload.scope;
    layer.polygons.forEach((polygon, i) => {
      const inside = !scope.length || scope.some((code) => units[i].code.startsWith(code) || code.startsWith(units[i].code));
      const key = payload.classes[i];
      const fill = payload.fills[key];
      const quiet = !inside && payload.blank.includes(key);
      const style = {
        fillColor: fill.url || fill.color,
        fillOpacity: quiet ? 0 : inside ? payload.opacity : payload.opacity * payload.faint,
        weight: inside ? 0.6 : 0.4,
        opacity: inside ? 1 : 0.5,
      };
      const last = polygon.klastryStyle || {};
      if (Object.keys(style).some((k) => style[k] !== last[k])) polygon.setStyle(style);
      polygon.klastryStyle = style;
    });
  }

  function memberLine(member) {
    const item = el("li");
    item.append(el("b", member.n));
    [member.cl, [member.k, member.s, member.st].filter(Boolean).join(" · "), member.p, member.src].forEach((line) => { if (line) item.append(el("div", line)); });
    return item;
  }

  function memberList(group, limit) {
    const list = el("ul", null, "klastry-list");
    group.slice(0, limit).forEach((member) => list.append(memberLine(member)));
    if (group.length > limit) list.append(el("li", state.payload.text.more.replace("{n}", group.length - limit)));
    return list;
  }

  /* A mark as it is heard: how many, where, who, of which sector and status. */
  function spoken(group) {
    const words = state.payload.text, forms = words.organisations;
    const who = group.slice(0, NAMED).map((member) => {
      const what = [member.cl, member.s, member.st].filter(Boolean).join(", ") || member.k;
      return what ? member.n + " (" + what + ")" : member.n;
    });
    if (group.length > NAMED) who.push(words.more.replace("{n}", group.length - NAMED));
    const many = forms[new Intl.PluralRules(words.language).select(group.length)] || forms.other;
    return [group.length > 1 ? group.length + " " + many : "", group[0].p].filter(Boolean).join(", ") + ": " + who.join(", ");
  }

  /* A tip can be pointed at, to read or to copy it. */
  function linger(marker) {
    let timer = 0;
    const close = () => { timer = setTimeout(() => marker.closeTooltip(), LINGER_MS); };
    const stay = () => clearTimeout(timer);
    marker.off("mouseout", marker.closeTooltip, marker);
    marker.on({ mouseout: close, mouseover: stay, tooltipopen: () => { state.tip = marker; } });
    marker.getTooltip().on({ mouseout: close, mouseover: stay });
  }

  function mark(group) {
    const first = group[0], label = spoken(group);
    const size = Math.min(46, 16 + 5 * Math.sqrt(group.length));
    const rank = ["member", "declared", "undated", "potential", "proposal"].find((status) => group.some((member) => member.sk === status));
    const sectors = [...new Set(group.map((member) => member.c))];
    const icon = el("span", group.length > 1 ? String(group.length) : first.l, "klastry-member " + rank);
    icon.style.width = icon.style.height = size + "px";
    icon.style.background = sectors.length > 1 ? "#1b2733" : sectors[0];
    if (rank !== "member") icon.style.borderColor = sectors.length > 1 ? "#1b2733" : sectors[0];
    const marker = L.marker([first.y, first.x], { icon: L.divIcon({ html: icon, className: "", iconSize: [size, size] }), alt: label, keyboard: true, riseOnHover: true });
    marker.bindTooltip(() => memberList(group, 5), { className: "klastry-tip", interactive: true });
    linger(marker);
    marker.bindPopup(() => {
      const list = memberList(group, 200);
      /* A long one is scrolled by keyboard. */
      list.tabIndex = 0;
      return list;
    }, { maxWidth: 320 });
    marker.on("popupopen", (event) => {
      marker.closeTooltip();
      attend(event.popup, label, marker.getElement());
    });
    marker.on("add", () => {
      const node = marker.getElement();
      if (node) { node.setAttribute("role", "button"); node.setAttribute("aria-label", label); node.setAttribute("data-members", group.length); }
    });
    return marker;
  }

  function paintMembers(payload, extra) {
    const groups = new Map();
    payload.members.forEach((member) => {
      const key = member.y + " " + member.x;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(member);
    });
    state.marks = [...groups.values()].sort((one, other) => other[0].y - one[0].y || one[0].x - other[0].x).map(mark);
    state.marks.forEach((marker) => extra.addLayer(marker));
  }

  /* Marks are one stop of the keyboard: from north to south, arrows lead on and back, Home and End to the ends. */
  function rove(to) {
    state.marks.forEach((marker, i) => { marker.getElement().tabIndex = i === to ? 0 : -1; });
    state.marked = state.marks.length ? state.marks[to].options.alt : "";
  }

  function marksHeard(held) {
    const pane = state.map.getPane("markerPane");
    pane.setAttribute("role", "group");
    pane.setAttribute("aria-label", state.payload.text.marks);
    const at = state.marks.findIndex((marker) => marker.options.alt === state.marked);
    rove(Math.max(0, at));
    if (held && state.marks.length) state.marks[Math.max(0, at)].getElement().focus({ preventScroll: true });
  }

  function listenToMarks() {
    const pane = state.map.getPane("markerPane");
    const here = () => state.marks.findIndex((marker) => marker.getElement() === document.activeElement);
    pane.addEventListener("focusin", () => { if (here() >= 0) rove(here()); });
    pane.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || here() < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      state.marks[Math.min(state.marks.length - 1, Math.max(0, here() + step))].getElement().focus({ preventScroll: true });
    });
  }

  /* Closes what hovers over the map. */
  function hush() {
    state.map.eachLayer((layer) => { if (layer instanceof L.Tooltip) state.map.closeTooltip(layer); });
  }

  /* Outlines of some units, or all borders of a level, each drawn once. */
  function outline(line, base, extra) {
    return shapes.load(base, line.level).then((units) => {
      const style = Object.assign({ pane: "lines", fill: false, interactive: false, smoothFactor: SMOOTH }, line.style);
      if (line.codes === null) {
        const drawn = L.polyline(shapes.borders(line.level, 0), style);
        extra.addLayer(drawn);
        return [{ drawn: drawn, level: line.level, detail: 0 }];
      }
      return units.filter((unit) => line.codes.includes(unit.code)).map((unit) => {
        const drawn = L.polygon(shapes.latlngs(unit, 0), style);
        extra.addLayer(drawn);
        return { drawn: drawn, unit: unit, detail: 0 };
      });
    });
  }

  function redraw(entry, tier) {
    if (entry.unit) {
      const detail = tier && shapes.detail(entry.unit, tier);
      if (detail === entry.detail) return;
      entry.detail = detail;
      entry.drawn.setLatLngs(shapes.latlngs(entry.unit, tier));
    } else {
      const detail = tier && tier * 1e6 + shapes.store.loaded;
      if (detail === entry.detail) return;
      entry.detail = detail;
      entry.drawn.setLatLngs(shapes.borders(entry.level, tier));
    }
  }

  function writeNames() {
    if (state.payload && state.shown) window.klastryNames.draw(state.map, shapes, state.payload, state.extra);
  }

  function nameUnits() {
    cancelAnimationFrame(state.naming);
    state.naming = requestAnimationFrame(writeNames);
  }

  /* Draws what is in view as finely as the zoom asks; until the finer borders are here, the coarser stay. */
  function refine() {
    const payload = state.payload;
    if (!payload || !state.shown) return;
    const tier = shapes.tierOf(state.map.getZoom());
    const view = state.map.getBounds().pad(0.1);
    const turn = (state.refining = (state.refining || 0) + 1);
    shapes.refine(payload.base, view, tier).then(() => {
      if (turn !== state.refining) return;
      state.shown.polygons.forEach((polygon, i) => {
        const unit = state.shown.units[i];
        if (tier && !shapes.bounds(unit).intersects(view)) return;
        polygon.klastryEntry = polygon.klastryEntry || { drawn: polygon, unit: unit, detail: 0 };
        redraw(polygon.klastryEntry, tier);
      });
      state.lines.forEach((entry) => redraw(entry, tier));
      document.body.setAttribute("data-detail", tier);
    }).catch(() => { document.body.setAttribute("data-detail", "failed"); });
  }

  function paintPayload(payload) {
    state.payload = payload;
    const turn = (state.turn = (state.turn || 0) + 1);
    return shapes.load(payload.base, payload.level).then(async (units) => {
      const extra = L.layerGroup();
      const lines = await Promise.all(payload.outlines.map((line) => outline(line, payload.base, extra)));
      if (turn !== state.turn) return;
      state.lines = lines.flat();
      /* First, so that units are drawn once and where one looks. */
      if (payload.fit.key !== state.fit) {
        const first = state.fit === null;
        state.fit = payload.fit.key;
        moves.turn(first);
      }
      paintUnits(payload, units);
      const held = state.map.getPane("markerPane").contains(document.activeElement);
      if (state.extra) state.map.removeLayer(state.extra);
      if (payload.basemap) extra.addLayer(L.tileLayer(payload.basemap.url, { attribution: payload.basemap.attribution, pane: "tilePane" }));
      if (payload.surface) extra.addLayer(L.imageOverlay(payload.surface.png, payload.surface.bounds, { pane: "surface", alt: payload.text.surface }));
      (payload.circles || []).forEach((circle) => extra.addLayer(L.circle([circle.y, circle.x], { pane: "lines", radius: circle.r, fill: false, color: circle.c, weight: 1, interactive: false })));
      (payload.dots || []).forEach((dot) => {
        const mark = L.circleMarker([dot.y, dot.x], { pane: "dots", radius: dot.r, color: "#ffffff", weight: 1, fillColor: dot.c, fillOpacity: 0.85 });
        mark.bindTooltip(() => el("div", dot.n), { className: "klastry-tip" });
        extra.addLayer(mark);
      });
      paintMembers(payload, extra);
      (payload.arcs || []).forEach((arc) => {
        const line = L.polyline(arc.p, { pane: "arcs", color: arc.c, weight: arc.w, opacity: 0.85, dashArray: arc.d || null });
        if (arc.n) line.bindTooltip(() => el("div", arc.n), { sticky: true, className: "klastry-tip" });
        extra.addLayer(line);
      });
      (payload.labels || []).forEach((label) => extra.addLayer(L.marker([label.y, label.x], {
        icon: L.divIcon({ html: el("span", label.t, "klastry-label"), className: "", iconSize: [0, 0], iconAnchor: [-label.o, -(label.v || 0)] }),
        interactive: false, keyboard: false, pane: "labels",
      })));
      extra.addTo(state.map);
      state.extra = extra;
      marksHeard(held);
      follow(payload.sync);
      refine();
      nameUnits();
      words(payload);
      reading.painted(payload);
      state.classes = payload.classes;
      state.level = payload.level;
      state.memberCount = payload.members.length;
      state.painted += 1;
      document.body.setAttribute("data-painted", state.painted);
      document.body.setAttribute("data-key", payload.key);
      report(payload.report || []);
    }).catch((error) => {
      if (turn !== state.turn) return;
      const box = el("div", payload.text.failed + " (" + error.message + ")", "klastry-error");
      box.setAttribute("role", "alert");
      state.map.getContainer().append(box);
    });
  }

  /* Tells the page what it asks for: which part is shown, while somebody makes a file of it, or where it was clicked. */
  function report(wanted) {
    const frame = window.__GLOBAL_DATA__;
    if (!frame) return;
    frame.returned_objects = wanted;
    if (wanted.includes("bounds")) state.map.fire("moveend");
  }

  /* Moves together with the other maps of the page that carry the same word, without asking the server. */
  function follow(word) {
    if (state.sync === (word || null)) return;
    if (state.channel) state.channel.close();
    state.sync = word || null;
    state.channel = null;
    if (!word) return;
    state.channel = new BroadcastChannel("klastry-" + word);
    state.channel.onmessage = (event) => {
      const [lat, lng, zoom] = event.data;
      const here = state.map.getCenter();
      if (Math.abs(here.lat - lat) + Math.abs(here.lng - lng) < 1e-6 && state.map.getZoom() === zoom) return;
      state.moved = true;
      state.following = true;
      state.map.setView([lat, lng], zoom, { animate: false });
      state.following = false;
    };
  }

  function tellOthers() {
    if (!state.channel || state.following || !state.moved) return;
    const here = state.map.getCenter();
    state.channel.postMessage([here.lat, here.lng, state.map.getZoom()]);
  }

  /* Names for screen readers and texts of controls, in the language of the page. */
  function words(payload) {
    const container = state.map.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", payload.text.map);
    if (window.frameElement) window.frameElement.title = payload.text.map;
    document.documentElement.lang = payload.text.language;
    document.title = payload.text.map;
    /* Two fingers may enlarge the page; folium's own template forbids it. */
    document.querySelectorAll('meta[name="viewport"]').forEach((meta) => { meta.content = "width=device-width, initial-scale=1"; });
    [["in", payload.text.zoomIn], ["out", payload.text.zoomOut]].forEach(([way, label]) => {
      const button = container.querySelector(".leaflet-control-zoom-" + way);
      if (button) { button.title = label; button.setAttribute("aria-label", label); }
    });
    if (state.credit !== payload.text.credit) {
      if (state.credit) state.map.attributionControl.removeAttribution(state.credit);
      state.map.attributionControl.addAttribution(payload.text.credit);
      state.credit = payload.text.credit;
    }
    moves.words(payload);
    container.querySelectorAll(".klastry-error").forEach((box) => box.remove());
  }

  window.klastry = {
    state: state,
    /* At once: paper waits for no frame. */
    writeNames: writeNames,
    start(map) {
      state.map = map;
      [["units", 390], ["surface", 395], ["lines", 410], ["dots", 420], ["arcs", 430], ["names", 440], ["labels", 610]].forEach(([name, z]) => { map.createPane(name).style.zIndex = z; });
      map.getPane("surface").style.pointerEvents = "none";
      ["lines", "labels", "names"].forEach((name) => { map.getPane(name).style.pointerEvents = "none"; });
      /* The tables and the tips say them too. */
      map.getPane("names").setAttribute("aria-hidden", "true");
      map.on("zoomstart", () => { map.getPane("names").style.visibility = "hidden"; });
      map.on("moveend", nameUnits);
      map.attributionControl.setPrefix(false);
      L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
      L.control.zoom().addTo(map);
      listenToMarks();
      /* On its way to the tip of a mark the pointer goes over units. */
      map.on("tooltipopen", ({ tooltip }) => { if (tooltip.options.sticky && state.tip && state.tip.isTooltipOpen()) map.closeTooltip(tooltip); });
      document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); }, true);
      map.on("moveend", tellOthers);
      map.on("moveend", refine);
      moves.start(state);
      reading.start(Object.assign(state, { tell: tell, card: read }));
      if (state.pending) paintPayload(state.pending);
    },
    hush: () => { if (state.map) hush(); },
    paint(base64) {
      const payload = decode(base64);
      if (state.map) paintPayload(payload);
      else state.pending = payload;
    },
  };
})();
