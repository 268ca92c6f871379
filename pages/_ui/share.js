// Share the map above by what the browser shows at the moment of the press: its address and the part of the map.
const MAP = 'iframe[src*="streamlit_folium"]', HEIGHT_PX = 760;
const ANSWER_MS = 60000, FOLLOW_MS = 500, TRIES = 2;
const rows = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  if (!rows.has(parentElement)) rows.set(parentElement, build(parentElement));
  rows.get(parentElement)(component);
}

function build(root) {
  const part = (selector) => root.querySelector(selector);
  const button = (name) => part(`[data-does="${name}"]`);
  const status = part(".status"), byHand = part(".by-hand"), code = part("textarea");
  let held = null, shown = "", shownFor = "", number = Date.now(), follow = 0;
  const waiting = { image: null, qr: null };

  const say = (words) => (status.textContent = words);
  const address = () => {
    const here = new URL(location.href);
    // A key is for whoever started the app; written anew only where there is one, as that respells the rest.
    if (here.searchParams.has(held.data.key)) here.searchParams.delete(held.data.key);
    return here.href;
  };
  const ofSession = () => [...new URL(address()).searchParams.values()]
    .some((value) => value.split(",").some((one) => one.startsWith(held.data.session)));
  const refused = () => {
    if (!ofSession()) return false;
    open("");
    say(held.data.words.session);
    return true;
  };

  const copy = async (words, said, field) => {
    try {
      await navigator.clipboard.writeText(words);
      say(said);
    } catch {
      // No clipboard but on https and localhost.
      field.value = words;
      field.hidden = false;
      field.focus();
      field.select();
      say(held.data.words.by_hand);
    }
  };

  // The server answers by the data of the next drawing, with the number of the question.
  const ask = (what, question) => new Promise((resolve, reject) => {
    const n = ++number;
    waiting[what]?.reject(new Error(""));
    const timer = setTimeout(() => waiting[what].reject(new Error(held.data.words.image_failed)), ANSWER_MS);
    const done = (way) => (value) => { clearTimeout(timer); waiting[what] = null; way(value); };
    waiting[what] = { n, resolve: done(resolve), reject: done(reject) };
    held.setStateValue(what, { n, ...question });
  });
  const hear = (what) => {
    const answer = held.data[what];
    if (waiting[what] && answer?.n === waiting[what].n) waiting[what].resolve(answer);
  };

  const map = () => {
    let node = root.host ?? root;
    while (node && !node.querySelector?.(MAP)) node = node.parentNode ?? node.host;
    return node?.querySelector(MAP);
  };
  const extent = (frame) => {
    try {
      const seen = frame.contentWindow.klastry.state.map.getBounds();
      return [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()];
    } catch {
      return null;
    }
  };
  const picture = async (tries = TRIES) => {
    const frame = map();
    const { address: where, name, problem } = await ask("image", { extent: extent(frame) });
    // The app may stand below a path of its host, as its frames do.
    const answer = where ? await fetch(frame.src.split("/component/")[0] + where) : null;
    if (answer?.ok) return { name, image: new Blob([await answer.arrayBuffer()], { type: "image/png" }) };
    // A page that was drawn anew meanwhile has dropped the file.
    if (answer && tries > 1) return picture(tries - 1);
    throw new Error(problem ?? held.data.words.image_failed);
  };
  const save = ({ name, image }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(image);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), ANSWER_MS);
  };

  const does = {
    async link() {
      if (!refused()) await copy(address(), held.data.words.link_copied, byHand);
    },
    async image() {
      const pressed = button("image"), { words } = held.data;
      if (pressed.getAttribute("aria-busy") === "true") return;
      pressed.setAttribute("aria-busy", "true");
      say(words.making);
      const made = picture();
      const image = made.then((one) => one.image);
      image.catch(() => {});
      try {
        // Begun at once: browsers let a page write only right after a press, but wait for what it writes.
        await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
        say(words.image_copied);
      } catch {
        try {
          save(await made);
          say(words.image_saved);
        } catch (error) {
          say(error.message);
        }
      } finally {
        pressed.removeAttribute("aria-busy");
      }
    },
    qr: () => toggle("qr"),
    embed: () => toggle("embed"),
    code: () => copy(code.value, held.data.words.code_copied, code),
  };

  const toggle = (name) => {
    if (shown === name) return open("");
    say("");
    if (!refused()) open(name);
  };
  const open = (name) => {
    shown = name;
    for (const panel of root.querySelectorAll("[data-panel]")) {
      panel.hidden = panel.dataset.panel !== name;
      button(panel.dataset.panel).setAttribute("aria-expanded", String(!panel.hidden));
    }
    clearInterval(follow);
    if (!name) return;
    draw[name](shownFor = address());
    // What stands open follows the address, once that stands still.
    let last = shownFor;
    follow = setInterval(() => {
      if (!root.isConnected) return clearInterval(follow);
      const here = address(), still = here === last;
      last = here;
      if (here !== shownFor && still && !refused()) open(name);
    }, FOLLOW_MS);
  };

  const escaped = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const draw = {
    async qr(here) {
      const image = part(".code"), link = part(".save"), words = part(".address");
      image.hidden = link.hidden = true;
      words.textContent = here;
      const made = await ask("qr", { address: here }).catch(() => ({}));
      if (shown !== "qr" || shownFor !== here) return;
      if (!made.svg) return void (words.textContent = made.problem ?? "");
      image.src = `data:image/svg+xml;base64,${made.svg}`;
      image.alt = held.data.words.qr_alt;
      link.href = `data:image/png;base64,${made.png}`;
      link.download = `${held.data.words.qr_file}.png`;
      image.hidden = link.hidden = false;
    },
    embed(here) {
      const { title, language } = held.data;
      const [whole] = here.split("#"), fields = new URL(whole).searchParams;
      const more = [fields.has("lang") ? "" : `lang=${language}`, "embed=true"].filter(Boolean).join("&");
      const source = `${whole}${whole.includes("?") ? "&" : "?"}${more}`;
      code.value = `<iframe src="${escaped(source)}" title="${escaped(title)}" width="100%" height="${HEIGHT_PX}" `
        + `style="border:0" loading="lazy"></iframe>`;
    },
  };
  root.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-does]");
    if (!pressed) return;
    byHand.hidden = true;
    does[pressed.dataset.does]();
  });

  return (component) => {
    held = component;
    const { words } = held.data;
    for (const name of ["link", "qr", "image", "embed"]) button(name).textContent = words[name];
    button("code").textContent = words.code_copy;
    part(".row").setAttribute("aria-label", words.row);
    part("label").textContent = words.code;
    part(".save").textContent = words.qr_save;
    part(".note").textContent = words.frame;
    byHand.setAttribute("aria-label", words.link);
    hear("image");
    hear("qr");
  };
}
