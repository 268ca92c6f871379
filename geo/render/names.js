/* Writes the names of units and of territories where there is room: cities and large units first, no name over another
   or over a mark. */
window.klastryNames = (function () {
  "use strict";
  const LEVELS = ["gmina", "powiat", "voivodeship"];
  const FONT = '600 12px "Source Sans Pro", "Source Sans", system-ui, sans-serif';
  const HEIGHT = 16, PAD = 3, LINES = 9;
  /* A name may stick out of its unit by so much; of a level, so many names must fit, else the next coarser is written. */
  const OVER = 1.3, ENOUGH = 0.4;
  /* Where the middle of a unit is taken, the name goes up or down by so many pixels. */
  const SHIFTS = [0, -20, 20, -34, 34];
  /* The name of a territory: font, height of a row, most signs in one, first wide and then narrow, and rows; by how much
     it may be wider than the stretch it stands on. */
  const ITALIC = 'italic 600 16px "Source Sans Pro", "Source Sans", system-ui, sans-serif';
  const TALL = 20, LETTERS = [24, 13], ROWS = 3, WIDER = 1.1;
  /* Where so many units of it are seen, it may take the place of one of them; else it takes what they leave. */
  const MANY = 12;
  const ruler = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  function width(text, level) {
    const key = level + text;
    if (!widths.has(key)) {
      ruler.font = FONT;
      widths.set(key, ruler.measureText(text).width * (level === "voivodeship" ? 1.25 : 1) + 4);
    }
    return widths.get(key);
  }

  /* The longest stretch from west to east within a unit, near its middle: there its name stands. */
  function spot(shapes, unit) {
    if (!unit.stretches) stretches(shapes, unit);
    return unit.stretches[0];
  }

  /* The stretches from west to east within the largest part of a unit, the best first. */
  function stretches(shapes, unit) {
    const polygons = shapes.latlngs(unit, 0).map((rings) => ({ rings: rings, box: L.latLngBounds(rings[0]) }));
    const size = (box) => (box.getNorth() - box.getSouth()) * (box.getEast() - box.getWest());
    const largest = polygons.reduce((a, b) => (size(b.box) > size(a.box) ? b : a));
    const south = largest.box.getSouth(), tall = largest.box.getNorth() - south;
    const found = [];
    for (let k = 1; k <= LINES; k += 1) {
      const lat = south + (tall * k) / (LINES + 1);
      const cuts = [];
      largest.rings.forEach((ring) => ring.forEach((from, i) => {
        const to = ring[(i + 1) % ring.length];
        if ((from[0] > lat) !== (to[0] > lat)) cuts.push(from[1] + ((lat - from[0]) / (to[0] - from[0])) * (to[1] - from[1]));
      }));
      cuts.sort((a, b) => a - b);
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        const score = (cuts[i + 1] - cuts[i]) * (1 - 0.6 * Math.abs(k / (LINES + 1) - 0.5));
        found.push({ score: score, lat: lat, west: cuts[i], east: cuts[i + 1] });
      }
    }
    if (!found.length) found.push({ score: 0, lat: south + tall / 2, west: largest.box.getWest(), east: largest.box.getEast() });
    unit.stretches = found.sort((a, b) => b.score - a.score);
  }

  /* A town and a village of one name in one powiat are told apart, as registers do. */
  function title(unit, level, twice) {
    if (level === "powiat" && !unit.kind.startsWith("miasto")) return "pow. " + unit.name;
    if (level === "gmina" && twice.get(unit.code.slice(0, 4) + unit.name) > 1) return unit.name + (unit.kind.includes("wiejska") && !unit.kind.includes("miejsko") ? " (w.)" : " (m.)");
    return unit.name;
  }

  function within(code, scope) {
    return !scope.length || scope.some((own) => code.startsWith(own) || own.startsWith(code));
  }

  function candidates(map, shapes, units, level, scope) {
    const view = map.getBounds(), twice = new Map();
    if (level === "gmina") units.forEach((unit) => { const key = unit.code.slice(0, 4) + unit.name; twice.set(key, (twice.get(key) || 0) + 1); });
    return units.filter((unit) => shapes.bounds(unit).intersects(view)).map((unit) => {
      const place = spot(shapes, unit);
      const from = map.latLngToLayerPoint([place.lat, place.west]), to = map.latLngToLayerPoint([place.lat, place.east]);
      const text = title(unit, level, twice);
      const needs = width(text, level);
      const city = unit.kind.startsWith("miasto") || (level === "gmina" && unit.kind === "gmina miejska");
      return { text: text, level: level, room: to.x - from.x, needs: needs, x: (from.x + to.x) / 2, y: from.y, inside: within(unit.code, scope), city: city, fits: needs <= OVER * (to.x - from.x) };
    });
  }

  /* The finest level, from that of the map on, whose names mostly fit. */
  function chosen(map, shapes, payload) {
    const levels = LEVELS.slice(LEVELS.indexOf(payload.level)).filter((level) => shapes.store.units[level]);
    let found = [];
    for (const level of levels) {
      found = candidates(map, shapes, shapes.store.units[level], level, payload.scope || []);
      const own = found.filter((one) => one.inside);
      const fitting = own.filter((one) => one.fits).length;
      if (fitting >= ENOUGH * own.length) return found;
    }
    return found;
  }

  function marks(map, extra) {
    const found = [];
    const look = (layer) => {
      if (layer.getLayers) return layer.getLayers().forEach(look);
      const icon = layer.options && layer.options.icon;
      if (!(layer instanceof L.Marker) || !icon) return;
      const at = map.latLngToLayerPoint(layer.getLatLng());
      const half = (Array.isArray(icon.options.iconSize) ? icon.options.iconSize[0] : 24) / 2 || 12;
      found.push({ left: at.x - half, right: at.x + half, top: at.y - half, bottom: at.y + half });
    };
    if (extra) look(extra);
    /* Nor under a button. */
    const container = map.getContainer(), frame = container.getBoundingClientRect(), origin = map.containerPointToLayerPoint([0, 0]);
    container.querySelectorAll(".leaflet-control-container .leaflet-control").forEach((control) => {
      const box = control.getBoundingClientRect();
      if (box.width) found.push({ left: box.left - frame.left + origin.x, right: box.right - frame.left + origin.x, top: box.top - frame.top + origin.y, bottom: box.bottom - frame.top + origin.y });
    });
    return found;
  }

  function free(box, taken) {
    return taken.every((other) => box.right + PAD < other.left || box.left - PAD > other.right || box.bottom + PAD < other.top || box.top - PAD > other.bottom);
  }

  function placed(list, taken, seen) {
    const out = [];
    list.filter((one) => one.fits || one.city).sort((a, b) => b.inside - a.inside || b.city - a.city || b.room - a.room).forEach((one) => {
      for (const shift of SHIFTS) {
        const box = { left: one.x - one.needs / 2, right: one.x + one.needs / 2, top: one.y + shift - HEIGHT / 2, bottom: one.y + shift + HEIGHT / 2 };
        if (box.left < seen.left || box.right > seen.right || box.top < seen.top || box.bottom > seen.bottom || !free(box, taken)) continue;
        taken.push(box);
        out.push(Object.assign({ box: box }, one));
        return;
      }
    });
    return out;
  }

  /* A name in rows of a few words; what is left of a very long one is left out, as every list says all of it. */
  function rows(name, most) {
    const out = [""];
    const cut = (text) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
    name.split(/\s+/).filter(Boolean).forEach((word) => {
      const last = out.length - 1;
      const longer = out[last] ? out[last] + " " + word : word;
      if (longer.length <= most || !out[last]) out[last] = longer;
      else out.push(word);
    });
    const kept = out.slice(0, ROWS).map(cut);
    if (out.length > ROWS) kept[ROWS - 1] = cut(kept[ROWS - 1] + " …");
    return kept;
  }

  /* Names of territories, the largest first, each where its own units leave room. */
  function ofTerritories(map, shapes, payload, taken, seen) {
    const named = (payload.territories || []).map((territory) => {
      const units = territory.codes.map((code) => (shapes.store.units[LEVELS[(6 - code.length) / 2]] || []).find((unit) => unit.code === code)).filter(Boolean);
      if (!units.length) return null;
      const box = units.reduce((all, unit) => all.extend(shapes.bounds(unit)), L.latLngBounds([]));
      const low = map.latLngToLayerPoint(box.getSouthWest()), high = map.latLngToLayerPoint(box.getNorthEast());
      return { name: territory.n, units: units, west: low.x, east: high.x, north: high.y, south: low.y, wide: high.x - low.x, tall: low.y - high.y };
    });
    const out = [];
    named.filter(Boolean).sort((a, b) => b.wide * b.tall - a.wide * a.tall).forEach((territory) => {
      const places = territory.units.flatMap((unit) => {
        spot(shapes, unit);
        return unit.stretches.map((one) => {
          const from = map.latLngToLayerPoint([one.lat, one.west]), to = map.latLngToLayerPoint([one.lat, one.east]);
          return { x: (from.x + to.x) / 2, y: from.y, room: to.x - from.x };
        });
      }).sort((a, b) => b.room - a.room);
      for (const most of LETTERS) {
        const lines = rows(territory.name, most), tall = TALL * lines.length;
        ruler.font = ITALIC;
        const needs = Math.max(...lines.map((line) => ruler.measureText(line).width)) + 6;
        if (needs > territory.wide || tall > territory.tall) continue;
        /* Of several units each is narrow, and the name may reach from one into another. */
        const box = places.filter((place) => territory.units.length > 1 || needs <= WIDER * place.room).map((place) => (
          { left: place.x - needs / 2, right: place.x + needs / 2, top: place.y - tall / 2, bottom: place.y + tall / 2 }
        )).find((one) => one.left >= Math.max(seen.left, territory.west) && one.right <= Math.min(seen.right, territory.east) && one.top >= Math.max(seen.top, territory.north) && one.bottom <= Math.min(seen.bottom, territory.south) && free(one, taken));
        if (!box) continue;
        taken.push(box);
        out.push({ text: lines.join("\n"), level: "territory", inside: true, needs: needs, box: box });
        return;
      }
    });
    return out;
  }

  /* Draws anew what is in view; names move with the map until it stands. */
  function draw(map, shapes, payload, extra) {
    const pane = map.getPane("names");
    const size = map.getSize(), origin = map.containerPointToLayerPoint([0, 0]);
    const seen = { left: origin.x, right: origin.x + size.x, top: origin.y, bottom: origin.y + size.y };
    const taken = marks(map, extra), units = chosen(map, shapes, payload);
    const first = units.filter((one) => one.inside).length >= MANY;
    const before = first ? ofTerritories(map, shapes, payload, taken, seen) : [];
    const names = [...before, ...placed(units, taken, seen)];
    if (!first) names.push(...ofTerritories(map, shapes, payload, taken, seen));
    pane.replaceChildren(...names.map((one) => {
      const node = document.createElement("span");
      node.textContent = one.text;
      node.className = "klastry-name " + one.level + (one.inside ? "" : " outside");
      node.style.transform = "translate(" + Math.round(one.box.left) + "px," + Math.round(one.box.top) + "px)";
      if (one.level === "territory") node.style.height = Math.ceil(one.box.bottom - one.box.top) + "px";
      node.style.width = Math.ceil(one.needs) + "px";
      return node;
    }));
    pane.style.visibility = "";
    document.body.setAttribute("data-names", names.length);
  }

  return { draw: draw };
})();
