// The key of this browser's drafts, in its own storage, never in an address; and one question before an unsaved list is left.
const NAME = "klastry-szkice";

function made() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function key() {
  try {
    const held = localStorage.getItem(NAME);
    if (/^[0-9a-f]{64}$/.test(held || "")) return held;
    const fresh = made();
    localStorage.setItem(NAME, fresh);
    return localStorage.getItem(NAME) === fresh ? fresh : "-";
  } catch {
    // A browser that keeps nothing has no drafts.
    return "-";
  }
}

const ask = (event) => event.preventDefault();

export default function ({ data, setStateValue }) {
  if (!data.known) setStateValue("key", key());
  window.removeEventListener("beforeunload", ask);
  if (data.unsaved) window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}
