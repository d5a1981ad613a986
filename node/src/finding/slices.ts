import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";

/** How long a search may hold the event loop: several at once, and gossip beside them, still get their turns. */
const SLICE_MS = 5;

/** Cuts long synchronous work into slices. */
export class Slices {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Call it often: it gives others their turn when the slice is used up. Throws the signal's reason once aborted. */
  async pause(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (performance.now() - this.#since < SLICE_MS) return;
    await nextTurn();
    this.#since = performance.now();
  }
}
