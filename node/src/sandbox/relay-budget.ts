import type { SandboxLimits } from "./limits.ts";

/** Counts what one process makes the parent relay: a round of a test its calls, a call of an action those it makes. */
export class RelayBudget {
  readonly #limits: Pick<SandboxLimits, "calls" | "relayedBytes">;
  #calls = 0;
  #bytes = 0;

  constructor(limits: Pick<SandboxLimits, "calls" | "relayedBytes">) {
    this.#limits = limits;
  }

  get calls(): number {
    return this.#calls;
  }

  /** @returns one line that says what there is too much of. */
  asked(bytes: number): string | undefined {
    this.#calls++;
    const { calls } = this.#limits;
    return this.#calls > calls ? `made more than ${calls} calls` : this.answered(bytes);
  }

  answered(bytes: number): string | undefined {
    this.#bytes += bytes;
    const { relayedBytes } = this.#limits;
    return this.#bytes > relayedBytes ? `sent and received more than ${relayedBytes} bytes` : undefined;
  }
}
