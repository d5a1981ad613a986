import { MakerBusyError } from "./errors.ts";

/** Work that is done one after the other: the second request for a tool finds what the first one made. */
export class OneAtATime {
  readonly #most: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param most that wait at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws {MakerBusyError} or what the work throws, or the signal's reason where it did not begin */
  async run<Done>(signal: AbortSignal, work: () => Promise<Done>): Promise<Done> {
    if (this.#waiting >= this.#most) throw new MakerBusyError(this.#most);
    this.#waiting += 1;
    const done = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    const over = () => {
      this.#waiting -= 1;
    };
    this.#last = done.then(over, over);
    return await done;
  }
}
