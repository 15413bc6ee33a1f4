// One payment in full: why it was decided so, and every number that it was decided on.

import { badge, clock, duration, element, number, words } from "./format.js";

const OUTCOMES = {
  HIT: "found",
  STALE: "stale",
  MISS: "missed",
  NOT_APPLICABLE: "not in this payment",
};
/** Where features come from that no group holds. */
const REQUEST = "payment";

export class PaymentPanel {
  #node;
  #load;
  #onClose;
  #shown = null;

  /** `load(id)` gives `{explanation, featureSet}`; `onClose(byKeyboard)`. */
  constructor(node, load, onClose) {
    this.#node = node;
    this.#load = load;
    this.#onClose = onClose;
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // The first Escape empties the filter, as everywhere.
      if (event.target.type === "search" && event.target.value !== "") return;
      event.preventDefault();
      this.close(true);
    });
  }

  get isOpen() { return this.#shown !== null; }

  /** `seen` is what the list knows of it; null for a payment that is looked up. */
  async open(id, seen) {
    this.#shown = id;
    this.#node.hidden = false;
    this.#node.setAttribute("aria-busy", "true");
    this.#node.replaceChildren(this.#head(id, seen, null), element("p", { class: "quiet", text: "Reading…" }));
    this.#node.querySelector("h2").focus();
    let body;
    try {
      const { explanation, featureSet } = await this.#load(id);
      body = [this.#head(id, seen, explanation), ...sections(explanation, featureSet, seen)];
    } catch (error) {
      body = [this.#head(id, seen, null), element("p", { class: "problem", role: "alert", text: sentence(error.message) })];
    }
    if (this.#shown !== id) return;
    const focused = this.#node.contains(document.activeElement);
    this.#node.replaceChildren(...body);
    this.#node.removeAttribute("aria-busy");
    this.#node.scrollTop = 0;
    if (focused) this.#node.querySelector("h2").focus();
  }

  close(byKeyboard) {
    this.#shown = null;
    this.#node.hidden = true;
    this.#node.replaceChildren();
    this.#onClose(byKeyboard);
  }

  #head(id, seen, explanation) {
    const close = element("button", { type: "button", class: "close", "aria-label": "Close", text: "✕" });
    close.addEventListener("click", (event) => this.close(event.detail === 0));
    const verdict = explanation ?? seen;
    return element("header", {},
        element("div", { class: "line" }, verdict ? badge(verdict.decision) : null,
          element("h2", { class: "code", tabindex: "-1", text: id }), close),
        seen ? element("p", {}, element("b", { text: `${seen.amount} ${seen.currency}` }), " at ",
          element("span", { class: "code", text: seen.merchant }), `, ${seen.country} ${seen.categoryCode}, card `,
          element("span", { class: "code", text: seen.card }), `, ${words(seen.entryMode)}`) : null,
        seen ? element("p", { class: "quiet", text:
          `decided ${clock(seen.decidedAtMs, true)} in ${duration(seen.micros / 1_000)}` }) : null);
  }
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");

function sections(explanation, featureSet, seen) {
  return [score(explanation), reasons(explanation), versions(explanation, featureSet),
    ...(explanation.explained ? [features(explanation, featureSet, seen)]
      : [element("p", { class: "quiet", text:
        "It was decided on another feature set than the one that is active now; its numbers cannot be named here." })])];
}

function score({ score: value, degraded }) {
  const known = value !== null;
  const bar = element("span", { class: "meter", "aria-hidden": "true" }, element("i"));
  bar.firstChild.style.width = `${known ? Math.max(0.5, value * 100) : 0}%`;
  return element("section", { class: "score" },
      element("p", {}, "Score ", element("b", { text: known ? value.toFixed(4) : "none" }), known ? bar : null),
      degraded.length === 0 ? null : element("p", {}, "On a fallback: ",
        ...degraded.map((code) => element("span", { class: "degraded", text: words(code) }))));
}

function reasons({ reasons: list }) {
  const largest = Math.max(...list.map((reason) => Math.abs(reason.weight ?? 0)), 1e-9);
  return element("section", { class: "reasons", "aria-label": "Reasons" }, element("h3", { text: "Reasons" }),
      list.length === 0 ? element("p", { class: "quiet", text: "None: no rule objected and the score is low." })
        : element("ol", {}, ...[...list].sort((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0)).map((reason) => {
          const bar = element("span", { class: "meter", "aria-hidden": "true" }, element("i"));
          bar.firstChild.style.width = `${Math.max(1, (100 * Math.abs(reason.weight ?? 0)) / largest)}%`;
          return element("li", {},
              element("span", { class: "message", text: reason.message }),
              element("span", { class: "weight", title: "Weight", text: number(reason.weight ?? NaN) }),
              element("span", { class: "code aside", text: reason.code }), bar);
        })));
}

function versions(explanation, featureSet) {
  const entry = (name, value) => element("div", {}, element("dt", { text: name }), element("dd", { class: "code", text: value }));
  return element("section", { class: "versions" }, element("dl", {},
      entry("Feature set", `${featureSet.name}-${explanation.featureSet}`),
      entry("Model", explanation.model ?? "none"), entry("Policy", explanation.policy)));
}

function features(explanation, featureSet, seen) {
  const find = element("input", { type: "search", placeholder: "Find a feature", "aria-label": "Find a feature",
    autocomplete: "off", spellcheck: "false" });
  const byGroup = new Map(explanation.groups.map((group) => [group.group, { group, specs: [] }]));
  byGroup.set(REQUEST, { group: null, specs: [] });
  for (const spec of featureSet.features) byGroup.get(spec.group ?? REQUEST).specs.push(spec);
  const blocks = [...byGroup.values()].filter(({ specs }) => specs.length > 0)
    .map(({ group, specs }) => block(group, specs, explanation, seen));
  const none = element("p", { class: "quiet", hidden: true, text: "No feature like this." });
  const total = element("span", { class: "aside", role: "status" });
  const filter = () => {
    const text = find.value.trim().toLowerCase();
    let shown = 0;
    for (const { node, rows } of blocks) {
      let here = 0;
      for (const row of rows) {
        row.hidden = !row.dataset.text.includes(text);
        here += row.hidden ? 0 : 1;
      }
      node.hidden = here === 0;
      shown += here;
    }
    none.hidden = shown > 0;
    total.textContent = text === "" ? `${shown}` : `${shown} of ${featureSet.features.length}`;
  };
  find.addEventListener("input", filter);
  filter();
  return element("section", { class: "features", "aria-label": "Features" },
      element("div", { class: "line" }, element("h3", {}, "Features ", total), find),
      none, ...blocks.map(({ node }) => node));
}

/** A group with its outcome and age, and its features below. */
function block(group, specs, explanation, seen) {
  const defaults = group !== null && group.outcome !== "HIT" && group.outcome !== "STALE";
  const rows = specs.map((spec) => element("tr", {
    "data-text": [spec.name, spec.description, spec.unit, group?.group ?? REQUEST].join(" ").toLowerCase(),
  },
  element("th", { scope: "row" }, element("span", { class: "code", text: spec.name }),
    element("span", { class: "about", text: spec.description })),
  element("td", { class: "num", title: defaults ? `Default: ${spec.defaultReason}` : null },
    value(spec, explanation.features[spec.name]),
    defaults ? element("span", { class: "default", text: "default" }) : null),
  element("td", { class: "unit", text: spec.type === "FLAG" ? "" : spec.unit })));
  const title = group === null ? "From the payment and from other features" : group.group;
  const node = element("table", {}, element("caption", {},
      element("span", { class: group === null ? null : "code", text: title }),
      group === null ? null : element("span", { class: "outcome", "data-outcome": group.outcome,
        text: [OUTCOMES[group.outcome], ...(group.cause ? [words(group.cause)] : [])].join(": ") }),
      group === null ? null : element("span", { class: "aside", title: "Before this payment", text: age(group, explanation, seen) })),
  element("thead", { class: "unseen" }, element("tr", {}, ...["Feature", "Value", "Unit"].map((name) =>
    element("th", { scope: "col", text: name })))),
  element("tbody", {}, ...rows));
  return { node, rows };
}

function value(spec, served) {
  if (served === null || served === undefined) return "none";
  return spec.type === "FLAG" ? (served === 0 ? "no" : "yes") : number(served);
}

/** How old the group was: when it was published, and the last payment that it knew of. */
function age(group, explanation, seen) {
  if (group.publishedAt === undefined) return "";
  const published = Date.parse(explanation.decidedAt) - group.publishedAt;
  const parts = [`published ${duration(Math.max(0, published))} before`];
  if (seen) parts.push(`last event ${duration(Math.max(0, Date.parse(seen.occurredAt) - group.asOf))} before`);
  return parts.join(", ");
}
