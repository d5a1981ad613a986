import type { Budget, Privileges, Spent } from "@action-collective/protocol";
import { type Amounts, assertLeft, charge, leftOfAll, record } from "./budget.ts";
import { callAt } from "./deadline.ts";
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
  /** Whose each of them is. */
  readonly agents: readonly string[];
  readonly agent: string;
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
    this.agents = this.#chain.map(({ agent }) => agent);
    this.agent = link.agent;
    this.privileges = link.privileges;
  }

  /** @throws {CapabilityEndedError} */
  check(): void {
    const ending = this.#ending();
    if (ending !== undefined) throw ending;
    this.#link.lastSeen = this.#parts.clock();
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

  /** `ended` is called once when it is revoked or its time is over, at once if that was before. @returns no longer */
  watch(ended: () => void): () => void {
    if (this.#ending() !== undefined) {
      ended();
      return () => undefined;
    }
    const { watchers } = this.#link;
    const { until } = this.privileges;
    const once = () => {
      stop();
      ended();
    };
    watchers.add(once);
    const forget = until === undefined ? undefined : callAt(until, this.#parts.clock, once);
    const stop = () => {
      watchers.delete(once);
      forget?.();
    };
    return stop;
  }

  /**
   * Does something for it, and stops when it ends.
   * @throws {CapabilityEndedError} it ended before the work was done
   */
  async whileItLasts<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.check();
    const ended = new AbortController();
    const stop = this.watch(() => ended.abort(this.#ending()));
    try {
      return await work(AbortSignal.any([signal, ended.signal]));
    } catch (error) {
      ended.signal.throwIfAborted();
      throw error;
    } finally {
      stop();
    }
  }

  #ending(): CapabilityEndedError | undefined {
    if (this.#link.isEnded) return new CapabilityEndedError("it was revoked");
    if (this.#link.isExpired(this.#parts.clock())) return new CapabilityEndedError("its time is over");
    if (this.#link.forgotten) return new CapabilityEndedError("it was not used for too long");
    return undefined;
  }
}
