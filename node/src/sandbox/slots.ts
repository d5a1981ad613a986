import { SandboxBusyError, SandboxStoppedError } from "./errors.ts";
import { MOST_WAITING } from "./limits.ts";

export interface Slot extends Disposable {
  readonly processes: number;
}

interface Waiter {
  readonly processes: number;
  readonly grant: (slot: Slot) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * A bound on how many processes live at once. Work that needs two takes both at once: two pieces of work that
 * each hold one and wait for another would wait for ever. First come, first served.
 */
export class Slots {
  readonly capacity: number;
  #free: number;
  #waiting: Waiter[] = [];
  #closed = false;

  /** @param capacity at least 2, so that an action and its test fit */
  constructor(capacity: number) {
    this.capacity = Math.max(2, capacity);
    this.#free = this.capacity;
  }

  /** @throws {SandboxBusyError | SandboxStoppedError} and the signal's reason */
  take(processes: number, signal?: AbortSignal): Promise<Slot> {
    signal?.throwIfAborted();
    if (this.#closed) return Promise.reject(new SandboxStoppedError());
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new SandboxBusyError(MOST_WAITING));
    return new Promise<Slot>((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
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
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  /** Refuses everybody who waits and everybody who comes. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(new SandboxStoppedError());
  }

  #serve(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || next.processes > this.#free) return;
      this.#waiting.shift();
      this.#free -= next.processes;
      next.grant(this.#slot(next.processes));
    }
  }

  #slot(processes: number): Slot {
    let held = true;
    return {
      processes,
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#free += processes;
        this.#serve();
      },
    };
  }
}
