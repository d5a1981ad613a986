import type { PeerEvent, Status } from "@action-collective/protocol";
import { signal } from "@preact/signals";
import { ApiFailure, ask } from "./api.ts";
import { eventsIn } from "./event-stream.ts";
import { session } from "./session.ts";

/** Events that the pages remember; more than that nobody reads back. */
const REMEMBERED = 200;
const FIRST_WAIT_MS = 1_000;
/** It is a try on this very machine: people look at the page meanwhile. */
const LONGEST_WAIT_MS = 5_000;
/** The peer writes at least a comment each 15 s; a stream that is silent for longer is dead. */
const SILENCE_MS = 45_000;

/** The peer's status as it told it last; undefined until it did. */
export const status = signal<Status | undefined>(undefined);
/** Whether the stream of events is open. */
export const connected = signal(false);
/** Why the stream could not be opened at the last try; undefined while it is open, and before the first try. */
export const trouble = signal<ApiFailure | undefined>(undefined);
export interface Heard {
  readonly event: PeerEvent;
  /** Counts up; a key for lists. */
  readonly number: number;
  /** When this page heard it, in milliseconds since 1970. */
  readonly at: number;
}
/** The last events, newest first, without `status`. */
export const events = signal<readonly Heard[]>([]);

type Of<T extends PeerEvent["type"]> = Extract<PeerEvent, { type: T }>;
const listeners = new Set<(event: PeerEvent) => void>();
let counted = 0;

/** Calls `f` with each event of a type; returns how to stop that. */
export function onEvent<T extends PeerEvent["type"]>(type: T, f: (event: Of<T>) => void): () => void {
  const listener = (event: PeerEvent) => {
    if (event.type === type) f(event as Of<T>);
  };
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function heard(event: PeerEvent): void {
  if (event.type === "status") status.value = event.status;
  else events.value = [{ event, number: counted++, at: Date.now() }, ...events.peek()].slice(0, REMEMBERED);
  for (const listener of listeners) listener(event);
}

let listening = 0;

/** Listens as long as the session is open, again and again when the stream breaks. Called anew, it begins anew. */
export async function listen(): Promise<void> {
  const turn = ++listening;
  const goesOn = () => session.peek() === "open" && turn === listening;
  let wait = FIRST_WAIT_MS;
  while (goesOn()) {
    try {
      await readStream(() => {
        wait = FIRST_WAIT_MS;
        trouble.value = undefined;
      });
    } catch (error) {
      // A stream that broke off says nothing yet: the peer may have cut it, or the machine slept. The next try tells.
      if (goesOn() && error instanceof ApiFailure) trouble.value = error;
    }
    if (turn === listening) connected.value = false;
    if (!goesOn()) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

async function readStream(opened: () => void): Promise<void> {
  const abort = new AbortController();
  let silence = setTimeout(() => abort.abort(), SILENCE_MS);
  const leave = () => abort.abort();
  addEventListener("pagehide", leave);
  try {
    const response = await ask("/api/v1/events", {
      headers: { accept: "text/event-stream" },
      signal: abort.signal,
    });
    if (response.body === null) return;
    connected.value = true;
    opened();
    const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
      const read = eventsIn(rest + value);
      rest = read.rest;
      for (const event of read.events) heard(event);
    }
  } finally {
    clearTimeout(silence);
    removeEventListener("pagehide", leave);
    abort.abort();
  }
}
