// The console: connects the stream, the figures and the page. Start at connect().

import { Refused, ask, follow, key } from "./client.js";
import { Feed } from "./feed.js";
import { clock, count } from "./format.js";
import { PaymentPanel } from "./payment.js";
import { plots } from "./plots.js";

const STATS_EVERY_MS = 2_000;
/** Without a decision for this long the page says so, so that silence is not taken for a break. */
const QUIET_AFTER_MS = 5_000;

const at = (id) => document.getElementById(id);
const drawPlots = plots(at("plots"));
const dialog = at("key-dialog");

let stopFollowing = () => {};
let connection = { state: "refused" };
let lastDecisionAt = 0;
let figuresAt = 0;
const featureSets = new Map();

const feed = new Feed({ table: at("rows"), scroll: at("scroll"), held: at("held") }, choose, sayWhyEmpty);
const panel = new PaymentPanel(at("payment"), explain, closed);

/** Starts over with the token there is; without one asks for it. */
function connect() {
  stopFollowing();
  if (key.get() === "") {
    sayState();
    askForKey("");
    return;
  }
  connection = { state: "connecting" };
  stopFollowing = follow({
    open: () => { connection = { state: "open" }; readFigures(); sayState(); },
    decision: (decision) => { lastDecisionAt = Date.now(); feed.add(decision); },
    waiting: (reason) => { connection = { state: "waiting", reason }; sayState(); },
    refused,
  });
  sayState();
}

function refused(problem) {
  stopFollowing();
  key.forget();
  connection = { state: "refused" };
  sayState();
  askForKey(`Refused: ${problem}`);
}

function askForKey(problem) {
  at("key-problem").textContent = problem;
  if (!dialog.open) dialog.showModal();
  at("key").value = "";
  at("key").focus();
}

at("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set(at("key").value.trim());
  dialog.close();
  connect();
});
at("change-key").addEventListener("click", () => askForKey(""));
// Without a token there is nothing behind the dialog.
dialog.addEventListener("cancel", (event) => { if (key.get() === "") event.preventDefault(); });

/** Text that a screen reader may announce changes only when the state does. */
function sayState() {
  const quiet = Date.now() - lastDecisionAt > QUIET_AFTER_MS;
  const [state, text] = {
    connecting: ["connecting", "Connecting"],
    open: quiet ? ["quiet", "Connected, no payments"] : ["live", "Live"],
    waiting: ["broken", `Reconnecting: ${connection.reason}`],
    refused: ["refused", "Not connected"],
  }[connection.state];
  if (at("state-text").textContent !== text) at("state-text").textContent = text;
  at("state").dataset.state = state;
  document.body.dataset.state = state;
  if (feed.isEmpty) sayWhyEmpty(0);
}

/** In place of rows: why there are none. */
function sayWhyEmpty(rows) {
  at("empty").hidden = rows > 0;
  if (rows > 0) return;
  const found = at("find").value.trim();
  const text = !feed.isEmpty ? (found ? `None of the last decisions has “${found}”.` : "None of the last decisions.")
    : connection.state === "open" ? "No payments yet. Decisions appear here as they fall."
      : connection.state === "waiting" ? "The stream broke. The page comes back by itself."
        : connection.state === "connecting" ? "Connecting…" : "";
  at("empty").firstElementChild.textContent = text;
  at("look-up").hidden = found === "" || connection.state !== "open";
  at("look-up").textContent = `Look up ${found} in the record`;
}

async function readFigures() {
  if (connection.state !== "open") return;
  try {
    const figures = await ask("stats");
    figuresAt = Date.now();
    drawPlots(figures.seconds);
    for (const [decision, total] of Object.entries(figures.decisions)) at(`total-${decision}`).textContent = count(total);
    const degraded = Object.values(figures.degraded).reduce((sum, each) => sum + each, 0);
    at("total-degraded").textContent = count(degraded);
    at("total-degraded").title = Object.entries(figures.degraded).map(([code, n]) => `${code} ${count(n)}`).join("\n");
    at("total-outbox").textContent = count(figures.outbox.depth);
    at("plots").dataset.stalled = String(figures.pipeline.stalled);
  } catch (error) {
    if (error instanceof Refused) refused(error.message);
  }
}

setInterval(() => {
  sayState();
  const old = figuresAt > 0 && Date.now() - figuresAt > 3 * STATS_EVERY_MS;
  at("plots").classList.toggle("old", old);
  at("plots").title = old ? `As of ${clock(figuresAt)}` : "";
}, 1_000);
setInterval(() => { if (!document.hidden) readFigures(); }, STATS_EVERY_MS);

async function explain(id) {
  const explanation = await ask(`authorizations/${encodeURIComponent(id)}`);
  const version = explanation.featureSet;
  if (!featureSets.has(version)) {
    // A few versions in a page's life.
    featureSets.set(version, ask(`feature-sets/${encodeURIComponent(version)}`));
    featureSets.get(version).catch(() => featureSets.delete(version));
  }
  return { explanation, featureSet: await featureSets.get(version) };
}

function choose(record) {
  document.body.classList.add("with-payment");
  feed.choose(record.transactionId);
  panel.open(record.transactionId, record.order === undefined ? null : record);
}

function closed(byKeyboard) {
  document.body.classList.remove("with-payment");
  const last = document.querySelector('#rows tr[aria-selected="true"]');
  feed.choose(null);
  if (byKeyboard && last) last.focus();
}

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-show]")) other.setAttribute("aria-pressed", String(other === button));
    feed.show(button.dataset.show);
  });
}
at("find").addEventListener("input", () => feed.find(at("find").value));
at("look-up").addEventListener("click", () => choose({ transactionId: at("find").value.trim() }));
at("pause").addEventListener("click", () => {
  const paused = at("pause").getAttribute("aria-pressed") !== "true";
  at("pause").setAttribute("aria-pressed", String(paused));
  feed.pause(paused);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.isOpen && !event.defaultPrevented && !dialog.open
      && !(event.target.type === "search" && event.target.value !== "")) panel.close(true);
});

key.takeFromAddress();
connect();
