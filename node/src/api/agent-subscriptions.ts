import type { Holder } from "../capabilities/holder.ts";
import { BusyError } from "./errors.ts";

/** Streams that holders of capabilities keep open: each ends with its capability. */
export class AgentSubscriptions {
  readonly #most: number;
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param requested aborts when whoever asked is gone
   * @param onClosed calls back once the stream is over, however it ends
   * @returns aborts then, and when the capability ends
   * @throws {CapabilityEndedError | BusyError} and the signal's reason
   */
  begin(holder: Holder, requested: AbortSignal, onClosed: (closed: () => void) => void): AbortSignal {
    requested.throwIfAborted();
    holder.check();
    if (this.#open >= this.#most) throw new BusyError(this.#most);
    const ended = new AbortController();
    const forget = holder.watch(() => ended.abort());
    this.#open++;
    onClosed(() => {
      this.#open--;
      forget();
    });
    return AbortSignal.any([requested, ended.signal]);
  }
}
