// Four small plots over the same five minutes. They share one cursor: what the pointer or the arrow keys choose in one
// is read off in all of them.

import { clock, count, duration } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const WINDOW_MS = 300_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** A gap of more than this is drawn as one: the page or the service was not there. */
const GAP_MS = 3_500;
/** With few payments a second without any is no reason for the legend to go blank. */
const RECENT_SECONDS = 10;
const MARGIN = { left: 44, right: 8, top: 8, bottom: 18 };
const HEIGHT = 132;
/** Logarithmic axes begin here: a decision that took less is drawn on the axis. */
const FLOOR_MS = 0.1;

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Round steps of 1, 2 or 5 that give three to five lines. */
export function linearTicks(max) {
  const rough = Math.max(max, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  for (let i = 0; i * step < max + step; i++) ticks.push(i * step);
  return ticks;
}

/** Powers of ten around what was seen. */
export function logTicks(min, max) {
  const ticks = [];
  const last = Math.max(Math.ceil(Math.log10(max)), Math.floor(Math.log10(min)) + 1);
  for (let power = Math.floor(Math.log10(min)); power <= last; power++) ticks.push(10 ** power);
  return ticks;
}

const perSecond = (point) => point.approve + point.stepUp + point.decline;
const hitRate = (point) => (point.hit + point.miss > 0 ? (100 * point.hit) / (point.hit + point.miss) : null);
const whenDecided = (field) => (point) => (perSecond(point) > 0 ? Math.max(FLOOR_MS, point[field]) : null);

/**
 * What each plot shows. `value(point)` is null where there is nothing to show; an axis reaches `max` or, so that noise
 * looks like noise, `atLeast`.
 */
const PLOTS = [
  {
    id: "rate", title: "Decisions", unit: "per second", stacked: true, atLeast: 4, format: count,
    series: [
      { id: "decline", label: "Decline", value: (point) => point.decline },
      { id: "step-up", label: "Step up", value: (point) => point.stepUp },
      { id: "approve", label: "Approve", value: (point) => point.approve },
    ],
  },
  {
    id: "latency", title: "Latency", unit: "log scale", log: true, format: duration,
    series: [
      { id: "p50", label: "p50", value: whenDecided("p50Ms") },
      { id: "p99", label: "p99", value: whenDecided("p99Ms") },
    ],
  },
  {
    id: "freshness", title: "Freshness", unit: "since last publish", atLeast: 1_000, format: duration,
    note: "How long ago the pipeline last published features",
    series: [{ id: "staleness", label: "age", value: (point) => (point.stalenessMs > 0 ? point.stalenessMs : null) }],
    none: "No pipeline heard of yet",
  },
  {
    id: "hits", title: "Feature hits", unit: "share of groups read", max: 100, format: (value) => `${value.toFixed(1)}%`,
    series: [{ id: "hit", label: "hit", value: hitRate }],
  },
];

class Plot {
  #spec;
  #points = [];
  #svg;
  #legend;
  #cursor = null;
  #width = 0;
  node;

  constructor(spec, onCursor) {
    this.#spec = spec;
    this.node = document.createElement("figure");
    this.node.id = `plot-${spec.id}`;
    const caption = document.createElement("figcaption");
    const title = document.createElement("b");
    title.textContent = spec.title;
    if (spec.note) caption.title = spec.note;
    const unit = document.createElement("span");
    unit.className = "aside";
    unit.textContent = ` ${spec.unit}`;
    this.#legend = document.createElement("span");
    this.#legend.className = "legend";
    caption.append(title, unit, this.#legend);
    this.#svg = shape("svg", { role: "img", tabindex: "0", height: HEIGHT, });
    this.node.append(caption, this.#svg);
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry.contentRect.width);
      this.draw();
    }).observe(this.#svg);
    this.#svg.addEventListener("pointermove", (event) => onCursor(this.#timeAt(event)));
    this.#svg.addEventListener("pointerleave", () => onCursor(null));
    this.#svg.addEventListener("blur", () => onCursor(null));
    this.#svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -5, ArrowRight: 5, PageUp: -30, PageDown: 30 }[event.key];
      if (step) onCursor((this.#cursor ?? this.#end()) + step * SECOND_MS);
      else if (event.key === "Escape") onCursor(null);
      else return;
      event.preventDefault();
    });
  }

  set(points) {
    this.#points = points;
    this.draw();
  }

  cursor(time) {
    this.#cursor = time === null ? null : Math.min(this.#end(), Math.max(this.#end() - WINDOW_MS, time));
    this.draw();
  }

  #end() { return this.#points.at(-1)?.at ?? Date.now(); }

  #timeAt(event) {
    const box = this.#svg.getBoundingClientRect();
    const share = (event.clientX - box.left - MARGIN.left) / (this.#width - MARGIN.left - MARGIN.right);
    return this.#end() - WINDOW_MS * (1 - share);
  }

  draw() {
    if (this.#width < 80) return;
    const inner = { right: this.#width - MARGIN.right, bottom: HEIGHT - MARGIN.bottom };
    const end = this.#end();
    const x = (time) => inner.right - ((end - time) / WINDOW_MS) * (inner.right - MARGIN.left);
    const { ticks, y } = this.#scale(inner.bottom);
    const parts = [];
    for (const tick of ticks) {
      parts.push(shape("line", { class: "grid", x1: MARGIN.left, x2: inner.right, y1: y(tick), y2: y(tick) }));
      const label = this.#spec.format(tick).replace(/\.0+(?=\D|$)/, "");
      parts.push(shape("text", { class: "axis", x: MARGIN.left - 5, y: y(tick) + 3.5, "text-anchor": "end" }, label));
    }
    const everyMinutes = inner.right - MARGIN.left < 220 ? 2 : 1;
    for (let t = Math.ceil((end - WINDOW_MS) / MINUTE_MS) * MINUTE_MS; t <= end; t += MINUTE_MS) {
      if ((t / MINUTE_MS) % everyMinutes !== 0) continue;
      parts.push(shape("line", { class: "tick", x1: x(t), x2: x(t), y1: inner.bottom, y2: inner.bottom + 3 }));
      if (x(t) < MARGIN.left + 14 || x(t) > inner.right - 14) continue;
      parts.push(shape("text", { class: "axis", x: x(t), y: HEIGHT - 4, "text-anchor": "middle" }, clock(t).slice(0, 5)));
    }
    parts.push(...(this.#spec.stacked ? this.#areas(x, y) : this.#lines(x, y)));
    const chosen = this.#chosen();
    if (chosen && this.#cursor !== null) {
      const side = x(chosen.at) > this.#width / 2 ? "end" : "start";
      parts.push(shape("text", { class: "axis when", x: x(chosen.at) + (side === "end" ? -4 : 4), y: MARGIN.top + 9,
        "text-anchor": side }, clock(chosen.at)));
      parts.push(shape("line", { class: "cursor", x1: x(chosen.at), x2: x(chosen.at), y1: MARGIN.top, y2: inner.bottom }));
    }
    const nothing = !this.#points.some((point) => this.#spec.series.some((series) => series.value(point) !== null
      && (!this.#spec.stacked || perSecond(point) > 0)));
    if (nothing) {
      parts.push(shape("text", { class: "none", x: (MARGIN.left + inner.right) / 2, y: HEIGHT / 2, "text-anchor": "middle" },
          this.#spec.none ?? "Nothing in the last five minutes"));
    }
    this.#svg.replaceChildren(...parts);
    this.#tell(chosen);
  }

  /** The point under the cursor, or the newest. */
  #chosen() {
    const time = this.#cursor ?? this.#end();
    let best = null;
    for (const point of this.#points) if (!best || Math.abs(point.at - time) <= Math.abs(best.at - time)) best = point;
    return best;
  }

  #scale(bottom) {
    const { series, stacked, log, max, atLeast } = this.#spec;
    const values = this.#points.flatMap((point) => stacked ? [perSecond(point)]
      : series.map((each) => each.value(point)).filter((value) => value !== null));
    const height = bottom - MARGIN.top;
    if (log) {
      const ticks = values.length ? logTicks(Math.min(...values), Math.max(...values)) : logTicks(1, 100);
      const low = Math.log10(ticks[0]);
      const span = Math.log10(ticks.at(-1)) - low;
      return { ticks, y: (value) => bottom - (height * (Math.log10(value) - low)) / span };
    }
    const ticks = max ? [0, max / 2, max] : linearTicks(Math.max(atLeast, ...values));
    return { ticks, y: (value) => bottom - (height * value) / ticks.at(-1) };
  }

  /** Runs of neighbouring points that have a value. */
  #runs(value) {
    const runs = [];
    let last = null;
    for (const point of this.#points) {
      const at = value(point);
      if (at === null) last = null;
      else {
        if (!last || point.at - last.at > GAP_MS) runs.push([]);
        runs.at(-1).push([point.at, at, point]);
        last = point;
      }
    }
    return runs;
  }

  #areas(x, y) {
    const below = new Map();
    return this.#spec.series.flatMap((series) => this.#runs(series.value).map((run) => {
      const top = run.map(([at, value, point]) => {
        const base = below.get(point) ?? 0;
        below.set(point, base + value);
        return [x(at), y(base + value), y(base)];
      });
      const path = `M${top.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join("L")}L${
        top.reverse().map(([px, , base]) => `${px.toFixed(1)},${base.toFixed(1)}`).join("L")}Z`;
      return shape("path", { class: `area ${series.id}`, d: path });
    }));
  }

  #lines(x, y) {
    return this.#spec.series.flatMap((series) => this.#runs(series.value).map((run) => shape("path", {
      class: `line ${series.id}`,
      // Of length 0 or more, so that a second that stands alone is a dot.
      d: `M${run.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join("L")}h0`,
    })));
  }

  /** What there was to see last, unless that is long ago. */
  #newest(series) {
    return this.#points.slice(-RECENT_SECONDS).map(series.value).filter((value) => value !== null).at(-1) ?? null;
  }

  /** The legend carries the chosen values; the same sentence names the picture for those who do not see it. */
  #tell(point) {
    const told = this.#spec.series.map((series) => {
      const value = this.#cursor === null ? this.#newest(series) : point ? series.value(point) : null;
      return { series, text: value === null ? "–" : this.#spec.format(value) };
    });
    // The stack's first is at its bottom; the legend reads from the top.
    if (this.#spec.stacked) told.reverse();
    this.#legend.replaceChildren(...told.map(({ series, text }) => {
      const item = document.createElement("span");
      item.className = `key ${series.id}`;
      const value = document.createElement("b");
      value.textContent = text;
      item.append(`${series.label} `, value);
      return item;
    }));
    const when = point ? (this.#cursor === null ? "now" : `at ${clock(point.at)}`) : "no data";
    this.#svg.setAttribute("aria-label", `${this.#spec.title}, ${this.#spec.unit}, ${when}: ${
      told.map(({ series, text }) => `${series.label} ${text}`).join(", ")}. Arrow keys move in time.`);
    this.node.dataset.points = String(this.#points.length);
  }
}

/** Puts the plots into a section; the returned function takes the service's list of seconds. */
export function plots(section) {
  const all = [];
  const onCursor = (time) => {
    for (const plot of all) plot.cursor(time);
  };
  for (const spec of PLOTS) all.push(new Plot(spec, onCursor));
  section.append(...all.map((plot) => plot.node));
  return (seconds) => {
    for (const plot of all) plot.set(seconds);
  };
}
