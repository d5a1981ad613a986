/** Lets at most `width` tasks run and at most `maxWaiting` wait; first come, first served. */
export class Turns {
  readonly #width: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(width: number, maxWaiting: number) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
  }

  get full(): boolean {
    return this.#running >= this.#width && this.#waiting.length >= this.#maxWaiting;
  }

  /** Runs `work` when a place is free; rejects with the signal's reason when it aborts before that. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#running >= this.#width) await this.#wait(signal);
    else this.#running++;
    try {
      return await work();
    } finally {
      // The place passes to the next in line, if any, without ever being free in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        const at = this.#waiting.indexOf(start);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.push(start);
    });
  }
}
