import { add, assertLeft, charge, leftOf } from "./budget.ts";
import type { Link } from "./link.ts";

/** What one run takes out of budgets, from when it was let in. */
export interface RunSpending {
  /** It may take no longer, in milliseconds; undefined: no budget bounds it. */
  readonly wallMs: number | undefined;
  /** That is less than any run may take: whose time is over then is not told that the action is slow. */
  readonly isShort: boolean;
  /** The action is called now: the call stays counted, whatever becomes of it. */
  started(): void;
  /** It took so long. Idempotent. */
  finished(durationMs: number): void;
  /** It is over. What never started is given back. Idempotent, and may come after `finished`. */
  release(): void;
}

/** Of a run for the user, whom nothing bounds. */
export const UNBOUNDED: RunSpending = {
  wallMs: undefined,
  isShort: false,
  started: () => undefined,
  finished: () => undefined,
  release: () => undefined,
};

/**
 * Shares out what is left of budgets of time. A run sets aside all the time that it may take, so that runs at the same time
 * cannot use more together than there is; where that is not left because others have set it aside, it waits for them. Who
 * waits is a request under way, so they are bounded as those are.
 */
export class RunTime {
  readonly #waiting = new Set<() => void>();

  /**
   * @param mostMs that any run may take
   * @throws {BudgetSpentError} and the signal's reason
   */
  async begin(chain: readonly Link[], mostMs: number, signal: AbortSignal): Promise<RunSpending> {
    charge(chain, { calls: 1 });
    try {
      const wallMs = await this.#setAside(chain, mostMs, signal);
      return this.#spending(chain, wallMs, wallMs !== undefined && wallMs < mostMs);
    } catch (error) {
      add(chain, { calls: -1 });
      throw error;
    }
  }

  async #setAside(chain: readonly Link[], mostMs: number, signal: AbortSignal): Promise<number | undefined> {
    for (;;) {
      signal.throwIfAborted();
      assertLeft(chain.map(withoutReserved), "milliseconds", 1);
      const wanted = Math.min(leftOf(chain.map(withoutReserved), "milliseconds"), mostMs);
      const left = leftOf(chain, "milliseconds");
      if (left === Number.POSITIVE_INFINITY) return undefined;
      if (left >= wanted) {
        for (const link of chain) link.reservedMs += wanted;
        return wanted;
      }
      await this.#change(signal);
    }
  }

  #spending(chain: readonly Link[], wallMs: number | undefined, isShort: boolean): RunSpending {
    let state: "let in" | "started" | "over" = "let in";
    const end = (durationMs: number) => {
      state = "over";
      for (const link of chain) link.reservedMs -= wallMs ?? 0;
      // The time that it takes to end a process is not counted, so that no more is used than was set aside.
      add(chain, { milliseconds: Math.ceil(Math.min(durationMs, wallMs ?? durationMs)) });
      this.#changed();
    };
    return {
      wallMs,
      isShort,
      started: () => {
        if (state === "let in") state = "started";
      },
      finished: (durationMs) => {
        if (state !== "over") end(durationMs);
      },
      release: () => {
        if (state === "let in") add(chain, { calls: -1 });
        if (state !== "over") end(0);
      },
    };
  }

  /** Time was given back: whoever waits looks again. */
  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}

/** As it would be if whoever set time aside used none of it. */
function withoutReserved({ agent, privileges, spent }: Link) {
  return { agent, privileges, spent, reservedMs: 0 };
}
