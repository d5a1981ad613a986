import { SandboxBusyError, SandboxStoppedError } from "./errors.ts";
import { MOST_WAITING } from "./limits.ts";
import type { Priority } from "./types.ts";

export interface Slot extends Disposable {
  readonly processes: number;
}

interface Waiter {
  readonly processes: number;
  readonly grant: (slot: Slot) => void;
  readonly refuse: (error: unknown) => void;
}

/** First served first. */
const ORDER: readonly Priority[] = ["run", "agent's run", "asked", "background"];

/** Places beyond the capacity that only runs may take: an agent does not wait for a stranger's endless test. */
const SPARE_FOR_RUNS = 1;
const RUNS: readonly Priority[] = ["run", "agent's run"];

/**
 * A bound on how many processes live at once. Work that needs two takes both at once: two pieces of work that
 * each hold one and wait for another would wait for ever. What is more urgent comes first, then who came first.
 */
export class Slots {
  readonly capacity: number;
  #taken = 0;
  readonly #waiting: Record<Priority, Waiter[]> = {
    run: [],
    "agent's run": [],
    asked: [],
    background: [],
  };
  #closed = false;

  /** @param capacity at least 2, so that an action and its test fit */
  constructor(capacity: number) {
    this.capacity = Math.max(2, capacity);
  }

  /** Pieces of work that wait, of all priorities. */
  get waiting(): number {
    return ORDER.reduce((sum, priority) => sum + this.#waiting[priority].length, 0);
  }

  /** @throws {SandboxBusyError | SandboxStoppedError} and the signal's reason */
  take(processes: number, signal?: AbortSignal, priority: Priority = "asked"): Promise<Slot> {
    signal?.throwIfAborted();
    if (this.#closed) return Promise.reject(new SandboxStoppedError());
    const queue = this.#waiting[priority];
    // A bound for each priority: whoever floods one cannot have the others turned away.
    if (queue.length >= MOST_WAITING) return Promise.reject(new SandboxBusyError(queue.length));
    return new Promise<Slot>((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(signal?.reason);
        this.#serve();
      };
      const waiter: Waiter = {
        processes: Math.min(processes, this.capacity),
        grant: (slot) => {
          signal?.removeEventListener("abort", leave);
          resolve(slot);
        },
        refuse: (error) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      queue.push(waiter);
      this.#serve();
    });
  }

  /** Refuses everybody who waits and everybody who comes. */
  close(): void {
    this.#closed = true;
    for (const priority of ORDER)
      for (const waiter of this.#waiting[priority].splice(0)) waiter.refuse(new SandboxStoppedError());
  }

  #serve(): void {
    for (const priority of ORDER) {
      const queue = this.#waiting[priority];
      const places = this.capacity + (RUNS.includes(priority) ? SPARE_FOR_RUNS : 0);
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        // Nobody overtakes, not even one who needs less: who needs two would wait for ever.
        if (this.#taken + next.processes > places) return;
        queue.shift();
        this.#taken += next.processes;
        next.grant(this.#slot(next.processes));
      }
    }
  }

  #slot(processes: number): Slot {
    let held = true;
    return {
      processes,
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#taken -= processes;
        this.#serve();
      },
    };
  }
}
