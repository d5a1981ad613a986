import type { PeerEvent } from "@action-collective/protocol";

/** What waits for one reader: a page that keeps up has one or two. */
const MOST_EVENTS = 256;

/** The events that one reader has not taken yet. Beyond its bound the oldest go, and the reader hears how many. */
export class EventBuffer {
  readonly #most: number;
  #events: PeerEvent[] = [];
  #leftOut = 0;
  #wake: (() => void) | undefined;

  constructor(most: number = MOST_EVENTS) {
    this.#most = most;
  }

  push(event: PeerEvent): void {
    if (event.type === "left-out") this.#leftOut += event.events;
    else this.#events.push(event);
    if (this.#events.length > this.#most) {
      this.#events.shift();
      this.#leftOut++;
    }
    this.wake();
  }

  /** All that waits, in the order it happened; how much was left out comes first. */
  take(): PeerEvent[] {
    const taken = this.#events;
    const missing = this.#leftOut;
    this.#events = [];
    this.#leftOut = 0;
    return missing === 0 ? taken : [{ type: "left-out", events: missing }, ...taken];
  }

  /** Resolves once something waits, after `ms`, or at `wake`. One caller at a time. */
  async filled(ms: number): Promise<void> {
    if (this.#events.length > 0 || this.#leftOut > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  wake(): void {
    this.#wake?.();
  }
}
