// Numbers, times and small pieces of page. Everything that came from outside goes in as text, never as markup.

/** An element: attributes by name, `class` and `text` included, then its children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") made.textContent = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const DECISIONS = {
  APPROVE: { label: "Approve", mark: "✓" },
  STEP_UP: { label: "Step up", mark: "!" },
  DECLINE: { label: "Decline", mark: "✕" },
};

export function count(value) {
  return Number.isFinite(value) ? whole.format(value) : "–";
}

/** Three significant digits where there is a fraction, all digits where there is none. */
export function number(value) {
  if (!Number.isFinite(value)) return "–";
  if (Number.isInteger(value)) return whole.format(value);
  const size = Math.abs(value);
  const digits = size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** Milliseconds in the unit that people would say; `0` has none. */
export function duration(ms) {
  if (!Number.isFinite(ms)) return "–";
  const size = Math.abs(ms);
  if (ms === 0) return "0";
  if (size < 1) return `${Math.round(ms * 1000)} µs`;
  if (size < 10) return `${ms.toFixed(1)} ms`;
  if (size < 1_000) return `${Math.round(ms)} ms`;
  if (size < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (size < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (size < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (size < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

export function clock(ms, withMillis = false) {
  const at = new Date(ms);
  const pad = (value, size) => String(value).padStart(size, "0");
  const text = `${pad(at.getHours(), 2)}:${pad(at.getMinutes(), 2)}:${pad(at.getSeconds(), 2)}`;
  return withMillis ? `${text}.${pad(at.getMilliseconds(), 3)}` : text;
}

/** Colour is never the only sign: each decision has its mark and its word. */
export function badge(decision) {
  const known = DECISIONS[decision] ?? { label: decision, mark: "?" };
  return element("span", { class: "badge", "data-decision": decision },
      element("span", { "aria-hidden": "true", class: "mark", text: known.mark }), known.label);
}

/** `FEATURES_TIMEOUT` as "features timeout". */
export function words(code) {
  return code.toLowerCase().replaceAll("_", " ");
}
