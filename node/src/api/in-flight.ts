import { BusyError } from "./errors.ts";

/** The requests being answered: how many at once, and a way to end them all. */
export class InFlight {
  readonly #most: number;
  readonly #open = new Set<AbortController>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Runs one request's work with a signal that aborts when `onGone` calls back or everything is cut.
   * @param share of the places that may be taken for this request not to be one too many; 1: all
   * @throws {BusyError} too many are being answered.
   */
  async run<T>(
    onGone: (gone: () => void) => void,
    work: (signal: AbortSignal) => Promise<T>,
    share = 1,
  ): Promise<T> {
    const most = Math.floor(this.#most * share);
    if (this.#open.size >= most) throw new BusyError(most);
    const controller = new AbortController();
    this.#open.add(controller);
    onGone(() => controller.abort(new DOMException("The caller went away", "AbortError")));
    try {
      return await work(controller.signal);
    } finally {
      this.#open.delete(controller);
    }
  }

  cut(): void {
    for (const controller of this.#open)
      controller.abort(new DOMException("The peer is stopping", "AbortError"));
  }
}
