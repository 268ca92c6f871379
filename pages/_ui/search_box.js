// A combobox whose answers come from the server while somebody types, by the pattern of the ARIA Authoring Practices:
// the field keeps the focus, arrows move through the list, Enter takes an answer, Escape closes the list.
const PAUSE_MS = 200;
const boxes = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  if (!boxes.has(parentElement)) boxes.set(parentElement, build(parentElement));
  boxes.get(parentElement)(component);
}

function build(root) {
  const input = root.querySelector("input"), list = root.querySelector(".list");
  const status = root.querySelector(".status"), label = root.querySelector("label");
  let held = null, timer = null, active = -1, asked = null;
  const options = () => [...list.querySelectorAll(".answer")];
  const open = (yes) => {
    list.hidden = !yes || !list.childElementCount;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) move(-1);
  };
  const move = (to) => {
    const all = options();
    active = all.length && to >= 0 ? (to + all.length) % all.length : -1;
    all.forEach((one, i) => one.setAttribute("aria-selected", String(i === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  };
  const take = (one) => {
    if (!one) return;
    open(false);
    held.setTriggerValue("taken", { query: held.data.query, id: Number(one.dataset.id) });
  };
  const ask = () => {
    clearTimeout(timer);
    const words = input.value.trim();
    if (words === asked) return;
    asked = words;
    if (words) status.textContent = held.data.words.searching;
    held.setStateValue("query", words);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("focus", () => open(input.value.trim() !== "" && asked === input.value.trim()));
  input.addEventListener("blur", () => setTimeout(() => open(false), 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest(".answer")));
  let enter = false;
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (list.hidden) open(true);
      move(active < 0 && steps[event.key] < 0 ? options().length - 1 : active + steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Whoever is faster than the answers gets the first of them when they come.
      if (held.data.query === input.value.trim()) take(options()[Math.max(active, 0)]);
      else { enter = true; ask(); }
    } else if (event.key === "Escape") {
      if (!list.hidden) open(false);
      else { input.value = ""; ask(); }
    }
  });

  const draw = ({ query, groups, note, words, said, guessed }) => {
    label.textContent = words.label;
    input.placeholder = words.placeholder;
    list.setAttribute("aria-label", words.label);
    if (query !== input.value.trim()) return;
    list.replaceChildren();
    active = -1;
    if (note) {
      const line = document.createElement("p");
      line.className = "note";
      line.textContent = note;
      list.append(line);
    }
    for (const [n, group] of groups.entries()) {
      const part = document.createElement("div"), head = document.createElement("div");
      part.setAttribute("role", "group");
      head.className = "kind";
      head.id = `szukaj-rodzaj-${n}`;
      head.textContent = group.kind;
      part.setAttribute("aria-labelledby", head.id);
      part.append(head);
      for (const answer of group.answers) {
        const one = document.createElement("div");
        one.className = "answer";
        one.id = `szukaj-odpowiedz-${answer.id}`;
        one.dataset.id = answer.id;
        one.setAttribute("role", "option");
        one.setAttribute("aria-selected", "false");
        one.textContent = answer.label;
        part.append(one);
      }
      list.append(part);
    }
    input.removeAttribute("aria-activedescendant");
    status.textContent = query ? said : "";
    const focused = root.activeElement === input || document.activeElement === input;
    open(Boolean(query) && focused);
    if (enter && query) {
      enter = false;
      if (!guessed) take(options()[0]);
    }
  };

  return (component) => {
    const first = held === null;
    held = component;
    if (first && component.data.query && !input.value) {
      input.value = component.data.query;
      asked = component.data.query;
    }
    draw(component.data);
  };
}
