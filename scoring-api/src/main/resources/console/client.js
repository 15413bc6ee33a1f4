// All that goes over the wire: one bearer token, questions with an answer, and the stream of decisions.
// EventSource cannot send an Authorization header, so the stream is read from fetch.

const BASE = new URL("../v1/", document.baseURI);
const STORED = "tollgate-key";
const QUESTION_LIMIT_MS = 10_000;
/** The service says something every 15 s; after more than two silences the connection is dead. */
const SILENCE_LIMIT_MS = 40_000;
const FIRST_DELAY_MS = 500;
/** Soon enough for a person who watches, rare enough for a service that is starting. */
const MAX_DELAY_MS = 10_000;
/** A line of the stream is about 600 characters; more than this without an end is not our stream. */
const MAX_PENDING = 1_000_000;

export class Refused extends Error {}
export class NotFound extends Error {}

/** The token, kept for this tab only. A `#key=` in the address is taken once and removed from the address. */
export const key = {
  get: () => sessionStorage.getItem(STORED) ?? "",
  set: (value) => sessionStorage.setItem(STORED, value),
  forget: () => sessionStorage.removeItem(STORED),
  takeFromAddress() {
    const given = new URLSearchParams(location.hash.slice(1)).get("key");
    if (given) {
      key.set(given);
      history.replaceState(null, "", location.pathname + location.search);
    }
  },
};

async function open(path, accept, signal) {
  const response = await fetch(new URL(path, BASE), {
    headers: { Authorization: `Bearer ${key.get()}`, Accept: accept },
    cache: "no-store",
    signal,
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const detail = problem.detail ?? `the service answered ${response.status}`;
  if (response.status === 401 || response.status === 403) throw new Refused(detail);
  if (response.status === 404) throw new NotFound(detail);
  throw new Error(detail);
}

/** One question, one JSON answer. */
export async function ask(path) {
  const response = await open(path, "application/json", AbortSignal.timeout(QUESTION_LIMIT_MS));
  return response.json();
}

/** The data of each event in a text/event-stream (WHATWG HTML, section 9.2), fed in pieces. */
export class EventReader {
  #pending = "";

  read(piece) {
    this.#pending += piece;
    const events = this.#pending.split(/\r?\n\r?\n/);
    this.#pending = events.pop();
    if (this.#pending.length > MAX_PENDING) throw new Error("the stream of decisions is not readable");
    return events
      .map((event) => event.split(/\r?\n/)
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(line[5] === " " ? 6 : 5))
        .join("\n"))
      .filter((data) => data !== "");
  }
}

/**
 * Follows the decisions until stopped, and comes back by itself after a break.
 * `on.open()`, `on.decision(object)`, `on.waiting(reason)`, `on.refused(reason)`; after `refused` it has ended.
 */
export function follow(on) {
  const stop = new AbortController();
  run(on, stop.signal);
  return () => stop.abort();
}

async function run(on, stopped) {
  let delay = FIRST_DELAY_MS;
  while (!stopped.aborted) {
    let reason = "the stream ended";
    try {
      await readStream(on, stopped, () => { delay = FIRST_DELAY_MS; });
    } catch (error) {
      if (stopped.aborted) return;
      if (error instanceof Refused) {
        on.refused(error.message);
        return;
      }
      reason = error instanceof TypeError ? "the service cannot be reached" : error.message;
    }
    on.waiting(reason);
    await new Promise((resume) => setTimeout(resume, delay));
    delay = Math.min(MAX_DELAY_MS, delay * 2);
  }
}

async function readStream(on, stopped, opened) {
  const silence = new AbortController();
  const stopSilence = () => silence.abort();
  stopped.addEventListener("abort", stopSilence);
  let alarm = setTimeout(stopSilence, SILENCE_LIMIT_MS);
  try {
    const response = await open("decisions/stream", "text/event-stream", silence.signal);
    opened();
    on.open();
    const source = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventReader();
    for (;;) {
      const { done, value } = await source.read();
      if (done) return;
      clearTimeout(alarm);
      alarm = setTimeout(stopSilence, SILENCE_LIMIT_MS);
      for (const data of events.read(value)) on.decision(JSON.parse(data));
    }
  } finally {
    clearTimeout(alarm);
    stopped.removeEventListener("abort", stopSilence);
  }
}
