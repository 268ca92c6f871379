/* Keeps the borders of units, each once, as fine as the map needs them. */
window.klastryOutlines = (function () {
  "use strict";
  /* Up to which zoom the country's borders do, then those of voivodeships; above, those of powiaty. */
  const COARSE_TO = 8, MIDDLE_TO = 10.5;
  const PARTS = [null, "voivodeship", "powiat"];
  const store = { files: {}, arcs: [], rank: [], units: {}, loaded: 0 };

  /* Every file is fetched once a page; it comes from our own server. */
  function file(base, name) {
    if (!store.files[name]) {
      /* A page that is one file carries them. */
      const inside = window.KLASTRY_FILES;
      const got = inside ? Promise.resolve(inside[name] || null) : fetch(base + name + ".json").then((answer) => {
        if (!answer.ok) throw new Error(name + ": " + answer.status);
        return answer.json();
      });
      store.files[name] = got;
      got.catch(() => { delete store.files[name]; });
    }
    return store.files[name];
  }

  function line(steps, scale) {
    const out = [];
    let lat = 0, lng = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lng += steps[i + 1];
      out.push([lat / scale, lng / scale]);
    }
    return out;
  }

  function keep(data, tier) {
    data.arcs.forEach((steps, k) => {
      const id = data.ids ? data.ids[k] : data.first + k;
      (store.arcs[id] = store.arcs[id] || [])[tier] = line(steps, data.scale);
    });
    store.loaded += 1;
  }

  /* Once a file, however often it is asked for. */
  function kept(base, name, tier) {
    const key = name + "!";
    if (!store.files[key]) {
      store.files[key] = file(base, name).then((data) => {
        if (!data) return null;
        keep(data, tier);
        if (data.rank) store.rank = data.rank;
        ["gmina", "powiat", "voivodeship"].forEach((level) => { if (data[level]) store.units[level] = named(data[level]); });
        return data;
      });
      store.files[key].catch(() => { delete store.files[key]; });
    }
    return store.files[key];
  }

  function named(data) {
    return data.codes.map((code, i) => ({ code: code, name: data.names[i], kind: data.kinds[data.kind[i]], rings: data.rings[i] }));
  }

  /* Fetches what a level needs and gives its units. Outlines of another state are other borders. */
  function load(base, level) {
    if (store.base !== base) Object.assign(store, { base: base, files: {}, arcs: [], rank: [], units: {}, loaded: 0 });
    const files = [kept(base, "granice", 0)];
    if (level === "gmina") files.push(kept(base, "gminy", 0));
    return Promise.all(files).then(() => store.units[level]);
  }

  function best(id, tier) {
    const lines = store.arcs[id];
    for (let t = tier; t > 0; t -= 1) if (lines[t]) return t;
    return 0;
  }

  function ring(refs, tier) {
    const out = [];
    refs.forEach((ref) => {
      const id = ref < 0 ? ~ref : ref;
      const points = store.arcs[id][best(id, tier)];
      /* The end of an arc is the beginning of the next one. */
      if (ref < 0) for (let i = points.length - 1; i > 0; i -= 1) out.push(points[i]);
      else for (let i = 0; i < points.length - 1; i += 1) out.push(points[i]);
    });
    return out;
  }

  /* How fine a unit can be drawn now; it changes only when the drawing would. */
  function detail(unit, tier) {
    let sum = 0;
    unit.rings.forEach((polygon) => polygon.forEach((refs) => refs.forEach((ref) => { sum += best(ref < 0 ? ~ref : ref, tier); })));
    return sum;
  }

  function latlngs(unit, tier) {
    return unit.rings.map((polygon) => polygon.map((refs) => ring(refs, tier)));
  }

  function bounds(unit) {
    if (!unit.bounds) unit.bounds = L.latLngBounds(latlngs(unit, 0).map((polygon) => polygon[0]).flat());
    return unit.bounds;
  }

  /* All borders of a level, each once. */
  function borders(level, tier) {
    const least = level === "powiat" ? 1 : 2;
    const lines = [];
    store.rank.forEach((rank, id) => { if (rank >= least) lines.push(store.arcs[id][best(id, tier)]); });
    return lines;
  }

  function tierOf(zoom) {
    return zoom <= COARSE_TO ? 0 : zoom <= MIDDLE_TO ? 1 : 2;
  }

  /* Fetches the finer borders of what is in view. */
  function refine(base, view, tier) {
    if (!tier) return Promise.resolve();
    const near = store.units[PARTS[tier]].filter((unit) => bounds(unit).intersects(view));
    return Promise.all(near.map((unit) => kept(base, unit.code, tier)));
  }

  return { store: store, load: load, refine: refine, latlngs: latlngs, detail: detail, bounds: bounds, borders: borders, tierOf: tierOf };
})();
