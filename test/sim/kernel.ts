import { setImmediate } from "node:timers/promises";

interface Event {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
  cancelled: boolean;
}

export interface Timer {
  cancel(): void;
}

/**
 * Virtual time: events in order of (time, sequence), nothing else. Code under test may use promises: whoever starts one
 * hands it over with `hold`, and time stands still until everything that follows from it has run.
 */
export class Kernel {
  /** Milliseconds since the simulation began. */
  now = 0;
  /** Events run so far. */
  ran = 0;
  readonly #queue: Event[] = [];
  #sequence = 0;
  #held = false;
  #failure: { error: unknown } | undefined;

  after(delayMs: number, run: () => void): Timer {
    const at = this.now + Math.max(0, delayMs);
    const event: Event = { at, sequence: this.#sequence++, run, cancelled: false };
    this.#push(event);
    return {
      cancel: () => {
        event.cancelled = true;
      },
    };
  }

  /** A failure of the promise is a failure of the simulation. */
  hold(promise: Promise<unknown>): void {
    this.#held = true;
    promise.catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Runs everything that is due up to and including `until`. */
  async run(until: number): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined && next.at <= until; next = this.#queue[0]) {
      this.#pop();
      if (next.cancelled) continue;
      this.now = next.at;
      this.ran++;
      next.run();
      if (this.#held) await this.#settle();
    }
    this.now = Math.max(this.now, until);
  }

  /** A macrotask comes after all promise reactions, whatever they start in turn. */
  async #settle(): Promise<void> {
    this.#held = false;
    await setImmediate();
    if (this.#failure) throw this.#failure.error;
  }

  #push(event: Event): void {
    const queue = this.#queue;
    let at = queue.length;
    queue.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = queue[parent];
      if (above === undefined || !isBefore(event, above)) break;
      queue[at] = above;
      at = parent;
    }
    queue[at] = event;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop();
    if (last === undefined || queue.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let smaller = queue[child];
      if (smaller === undefined) break;
      const other = queue[child + 1];
      if (other !== undefined && isBefore(other, smaller)) {
        child++;
        smaller = other;
      }
      if (!isBefore(smaller, last)) break;
      queue[at] = smaller;
      at = child;
    }
    queue[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
