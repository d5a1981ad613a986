import type { SandboxChild } from "./child.ts";
import type { LogKeeper } from "./log-keeper.ts";

/** A process that has started and was told nothing yet. */
export interface Prestarted {
  readonly child: SandboxChild;
  readonly logs: LogKeeper;
}

export interface PoolParts {
  /** Starts one more. @throws {SandboxUnavailableError} */
  readonly start: () => Prestarted;
  /** Nobody waits for a place, and there is memory to spare. */
  readonly mayStart: () => boolean;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface PoolOptions {
  /** Processes kept; 0 keeps none. */
  readonly size: number;
  /** Milliseconds after which one that nobody took is replaced. */
  readonly oldestMs?: number;
}

/** What lies idle is swapped out, and the machine it started on changes: ten minutes is a pause between two tasks. */
const OLDEST_MS = 10 * 60_000;
/** Ages are looked at this many times in the life of one. */
const LOOKS = 10;

/** As many as anybody needs at one time; each idle one holds about 13 MB. */
export const MOST_PRESTARTED = 16;

/**
 * A few processes started ahead of time, all with one command line. Each is given away once and never comes back.
 * Refilling waits until nobody waits for anything.
 */
export class ProcessPool {
  readonly #parts: PoolParts;
  readonly #size: number;
  readonly #oldestMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #idle: { readonly process: Prestarted; readonly startedAt: number }[] = [];
  #soon: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(parts: PoolParts, { size, oldestMs = OLDEST_MS }: PoolOptions) {
    this.#parts = parts;
    this.#size = Math.min(size, MOST_PRESTARTED);
    this.#oldestMs = oldestMs;
    if (this.#size === 0) return;
    this.#timer = setInterval(() => this.#replaceOld(), Math.max(1, oldestMs / LOOKS));
    this.#timer.unref();
    this.refill();
  }

  /** Processes that wait to be taken. */
  get idle(): number {
    return this.#idle.length;
  }

  /** The one that has had most time to start; undefined when none is there. */
  take(): Prestarted | undefined {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift())
      if (next.process.child.alive) return next.process;
    return undefined;
  }

  /** Starts what is missing once the work at hand is done. Cheap; call it whenever work has ended. */
  refill(): void {
    if (this.#stopped || this.#idle.length >= this.#size) return;
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#start();
    });
  }

  /** Keeps nothing and starts nothing any more; the processes are its owner's to kill. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearImmediate(this.#soon);
    this.#idle = [];
  }

  #start(): void {
    while (!this.#stopped && this.#idle.length < this.#size && this.#parts.mayStart()) {
      const process = this.#started();
      if (process === undefined) return;
      const entry = { process, startedAt: this.#parts.now() };
      this.#idle.push(entry);
      // It is replaced at the next look or the next end of a run, not at once: one that cannot live would never rest.
      void process.child.ended.then(() => {
        this.#idle = this.#idle.filter((other) => other !== entry);
      });
    }
  }

  /** A pool that cannot be filled is no failure: whoever finds it empty starts a process and is told what is wrong. */
  #started(): Prestarted | undefined {
    try {
      return this.#parts.start();
    } catch {
      return undefined;
    }
  }

  #replaceOld(): void {
    const born = this.#parts.now() - this.#oldestMs;
    for (const { process, startedAt } of this.#idle)
      if (startedAt <= born) process.child.kill({ status: "unavailable", message: "nobody needed it" });
    this.#idle = this.#idle.filter(({ process }) => process.child.alive);
    this.refill();
  }
}
