import type { Budget, Privileges, Spent } from "@action-collective/protocol";
import { type Amounts, assertLeft, charge, leftOfAll, record } from "./budget.ts";
import { CapabilityEndedError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { RunSpending, RunTime } from "./run-time.ts";

export interface HolderParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly time: RunTime;
}

/** Whoever showed a capability that held: what it may do, and what it uses up. */
export class Holder {
  readonly id: string;
  /** Of every link of its chain, level 0 first. */
  readonly ids: readonly string[];
  readonly agent: string;
  readonly level: number;
  /** In force. */
  readonly privileges: Privileges;
  readonly #link: Link;
  readonly #chain: readonly Link[];
  readonly #parts: HolderParts;

  constructor(link: Link, parts: HolderParts) {
    this.#link = link;
    this.#chain = link.chain();
    this.#parts = parts;
    this.id = link.id;
    this.ids = this.#chain.map(({ id }) => id);
    this.agent = link.agent;
    this.level = link.level;
    this.privileges = link.privileges;
  }

  /** @throws {CapabilityEndedError} */
  check(): void {
    const now = this.#parts.clock();
    if (this.#link.isEnded) throw new CapabilityEndedError("it was revoked");
    if (this.#link.isExpired(now)) throw new CapabilityEndedError("its time is over");
    if (this.#link.forgotten) throw new CapabilityEndedError("it was not used for too long");
    this.#link.lastSeen = now;
  }

  /** Counts all of it for everybody in the chain, or nothing. @throws {CapabilityEndedError | BudgetSpentError} */
  charge(amounts: Amounts): void {
    this.check();
    charge(this.#chain, amounts);
  }

  /** Counts what was used already. @throws {BudgetSpentError} more than there was; what fits was counted */
  record(amounts: Amounts): Budget {
    record(this.#chain, amounts);
    return this.left();
  }

  /** @throws {CapabilityEndedError | BudgetSpentError} */
  assertLeft(what: keyof Spent, amount: number): void {
    this.check();
    assertLeft(this.#chain, what, amount);
  }

  left(): Budget {
    return leftOfAll(this.#chain);
  }

  /** @throws {CapabilityEndedError | BudgetSpentError} and the signal's reason */
  async beginRun(mostMs: number, signal: AbortSignal): Promise<RunSpending> {
    this.check();
    return await this.#parts.time.begin(this.#chain, mostMs, signal);
  }

  /** `ended` is called once if it is revoked, at once if it was. @returns no longer */
  watch(ended: () => void): () => void {
    if (this.#link.isEnded) {
      ended();
      return () => undefined;
    }
    const once = () => ended();
    this.#link.watchers.add(once);
    return () => {
      this.#link.watchers.delete(once);
    };
  }

  /**
   * Does something for it, and stops when it is revoked.
   * @throws {CapabilityEndedError} it was, before the work was done
   */
  async whileItLasts<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.check();
    const ended = new AbortController();
    const stop = this.watch(() => ended.abort(new CapabilityEndedError("it was revoked")));
    try {
      return await work(AbortSignal.any([signal, ended.signal]));
    } catch (error) {
      ended.signal.throwIfAborted();
      throw error;
    } finally {
      stop();
    }
  }
}
