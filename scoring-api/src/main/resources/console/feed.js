// Decisions as they fall: a bounded list that never moves under the reader's pointer.

import { badge, clock, count, duration, element, words } from "./format.js";

/** Rows shown, and rows kept of each decision, so that a filter for rare declines finds some. */
const LIMIT = 200;
/** Four times a second is as fast as eyes follow; at 1,000 payments a second the page still rests most of the time. */
const REFRESH_MS = 250;

export class Feed {
  #kept = { APPROVE: [], STEP_UP: [], DECLINE: [] };
  #known = new Map();
  #ofRow = new WeakMap();
  #arrivals = 0;
  #waiting = 0;
  #show = "";
  #find = "";
  #paused = false;
  #pointing = false;
  #chosen = null;
  #body;
  #parts;
  #onChoose;
  #onView;
  #view = [];

  /** `parts`: table, scroll, empty, held. `onChoose(record)` when a row is opened; `onView(rows)` when others are shown. */
  constructor(parts, onChoose, onView) {
    this.#parts = parts;
    this.#body = parts.table.tBodies[0];
    this.#onChoose = onChoose;
    this.#onView = onView;
    // What one is about to click must stay where it is.
    parts.scroll.addEventListener("pointerenter", (event) => { this.#pointing = event.pointerType === "mouse"; });
    parts.scroll.addEventListener("pointerdown", () => { this.#pointing = true; });
    for (const end of ["pointerleave", "pointercancel"]) {
      parts.scroll.addEventListener(end, () => { this.#pointing = false; });
    }
    this.#body.addEventListener("click", (event) => this.#choose(event.target.closest("tr")));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("focusin", (event) => this.#rove(event.target.closest("tr")));
    setInterval(() => this.#refresh(), REFRESH_MS);
  }

  get isEmpty() { return this.#known.size === 0; }

  add(decision) {
    if (this.#known.has(decision.transactionId)) return;
    const record = { ...decision, order: this.#arrivals++, row: null };
    this.#known.set(record.transactionId, record);
    const kept = this.#kept[record.decision] ??= [];
    kept.push(record);
    if (kept.length > LIMIT) this.#known.delete(kept.shift().transactionId);
    this.#waiting++;
  }

  show(decision) {
    this.#show = decision;
    this.#render();
  }

  find(text) {
    this.#find = text.trim().toLowerCase();
    this.#render();
  }

  pause(paused) {
    this.#paused = paused;
    this.#refresh();
  }

  /** The record of a transaction that is still in the list. */
  record(transactionId) { return this.#known.get(transactionId); }

  /** Marks the row of the open payment; null for none. */
  choose(transactionId) {
    this.#chosen = transactionId;
    for (const row of this.#body.rows) row.setAttribute("aria-selected", row.dataset.id === transactionId);
  }

  focus(transactionId) {
    const record = this.#known.get(transactionId);
    const row = record?.row?.isConnected ? record.row : this.#body.rows[0];
    row?.focus();
  }

  #refresh() {
    const reading = this.#pointing || this.#body.contains(document.activeElement);
    const held = (this.#paused || reading) && this.#view.length > 0;
    this.#parts.held.textContent = held && this.#waiting > 0
      ? `${count(this.#waiting)} new, ${this.#paused ? "paused" : "held for you"}` : "";
    if (!held && this.#waiting > 0) this.#render();
  }

  #render() {
    this.#waiting = 0;
    const candidates = this.#show ? this.#kept[this.#show] : Object.values(this.#kept).flat();
    const view = candidates.filter((record) => this.#matches(record))
      .sort((a, b) => b.order - a.order).slice(0, LIMIT);
    const wanted = new Set(view);
    for (const gone of this.#view) if (!wanted.has(gone)) gone.row.remove();
    let at = this.#body.rows[0] ?? null;
    for (const record of view) {
      record.row ??= this.#row(record);
      if (record.row === at) at = at.nextElementSibling;
      else this.#body.insertBefore(record.row, at);
    }
    this.#view = view;
    this.#rove(this.#body.querySelector('tr[tabindex="0"]') ?? this.#body.rows[0]);
    this.#onView(view.length);
  }

  #matches(record) {
    if (!this.#find) return true;
    record.text ??= [record.transactionId, record.card, record.merchant, record.country, record.categoryCode,
      ...record.reasons.flatMap((reason) => [reason.code, reason.message]), ...record.degraded]
      .join(" ").toLowerCase();
    return record.text.includes(this.#find);
  }

  #row(record) {
    const reason = record.reasons[0];
    const more = record.reasons.length > 1 ? ` +${record.reasons.length - 1}` : "";
    const row = element("tr", {
      tabindex: "-1",
      "data-id": record.transactionId,
      "aria-selected": String(record.transactionId === this.#chosen),
    },
    element("td", { class: "time", text: clock(record.decidedAtMs) }),
    element("td", { class: "verdict" }, badge(record.decision)),
    element("td", { class: "num score", text: record.score === null ? "none" : record.score.toFixed(3) }),
    element("td", { class: "num amount", text: `${record.amount} ${record.currency}` }),
    element("td", { class: "card code", text: record.card }),
    element("td", { class: "merchant" }, element("span", { class: "code", text: record.merchant }),
      element("span", { class: "aside", text: ` ${record.country} ${record.categoryCode}` })),
    element("td", { class: "reason", title: record.reasons.map((each) => each.message).join("\n") },
      record.degraded.length === 0 ? null : element("span", {
        class: reason ? "degraded brief" : "degraded",
        title: `Decided on a fallback: ${record.degraded.map(words).join(", ")}`,
        text: words(record.degraded[0]) + (record.degraded.length > 1 ? ` +${record.degraded.length - 1}` : ""),
      }),
      reason ? reason.message : null, more ? element("span", { class: "aside", text: more }) : null),
    element("td", { class: "num took", text: duration(record.micros / 1_000) }),
    element("td", { class: "id code", text: record.transactionId }));
    this.#ofRow.set(row, record);
    return row;
  }

  /** One row is in the tab order; arrows move from there. */
  #rove(row) {
    if (!row) return;
    for (const other of this.#body.querySelectorAll('tr[tabindex="0"]')) if (other !== row) other.tabIndex = -1;
    row.tabIndex = 0;
  }

  #choose(row) {
    const record = row && this.#ofRow.get(row);
    if (record) this.#onChoose(record);
  }

  #key(event) {
    const row = event.target.closest("tr");
    const rows = this.#body.rows;
    const to = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling,
      Home: rows[0], End: rows[rows.length - 1] }[event.key];
    // The list stands still while a row has the focus.
    if (event.key === "Escape") event.target.blur();
    else if (event.key === "Enter" || event.key === " ") this.#choose(row);
    else if (!to) return;
    else to.focus();
    if (event.key !== "Escape") event.preventDefault();
  }
}
