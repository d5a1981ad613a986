import type { Log } from "../network/options.ts";

/** The same few kinds of work come again and again; what waits does for those that come now. */
const MOST_WAITING = 8;

/** Work in the background, one piece after the other. What fails is logged, and the next one runs all the same. */
export class Lane {
  readonly #log: Log;
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** `failure` begins the line that is logged. */
  add(failure: string, work: (signal: AbortSignal) => Promise<unknown>): void {
    const { signal } = this.#stop;
    if (signal.aborted || this.#waiting >= MOST_WAITING) return;
    this.#waiting++;
    this.#last = this.#last
      .then(async () => {
        if (!signal.aborted) await work(signal);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) this.#log("warn", failure, { reason: String(error) });
      })
      .finally(() => {
        this.#waiting--;
      });
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the peer is stopping"));
    await this.#last;
  }
}
