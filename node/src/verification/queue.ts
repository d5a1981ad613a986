import { setTimeout as pause } from "node:timers/promises";
import type { ActionId } from "@action-collective/protocol";
import type { Actions } from "../catalogue/actions.ts";
import { type Decision, MINUTE_MS, mayVerify, type PressureLimits } from "./pressure.ts";
import { Turns } from "./turns.ts";

export interface QueueParts {
  readonly actions: Actions;
  /** How many turns a publisher gets for a newcomer's one; see `shareOf`. */
  readonly share: (publisher: string) => number;
  /** Verifies one action and writes down what came of it. */
  readonly verify: (id: ActionId, signal: AbortSignal) => Promise<unknown>;
  /** Why it is not fetched and tested unasked; undefined where nothing speaks against it. Nothing is, where it is left out. */
  readonly refusal?: (id: ActionId) => { readonly why: string } | undefined;
  /** The version that proves now; what another one proved is proved again when there is nothing else to do. */
  readonly runner: string;
  readonly clock: () => number;
  /** The system's load average for each core. */
  readonly loadPerCore: () => number;
  readonly log: (message: string) => void;
  readonly warn: (message: string) => void;
}

export interface QueueOptions extends PressureLimits {
  /** Verifications at once. */
  readonly workers: number;
}

/** Clocks jump and rows change: look again at least this often, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;
/** A row that fell due while the timer was set is seen after this long. */
const SHORTEST_WAIT_MS = 50;
/** How long a worker rests when the outcome of its work could not be written down. */
const SPIN_GUARD_MS = 5_000;
/** A new runner proves one old standing at a time, this long after it began the last: ten thousand in three hours. */
const AGAIN_EVERY_MS = 1_000;

/** What the policy refuses is looked at again after this; when the policy changes, everything is. */
const REFUSED_AGAIN_MS = 6 * 60 * 60_000;
/** Refused actions passed over at one look: a few milliseconds. */
const PASSED_OVER_AT_ONCE = 64;

/**
 * The queue of actions to verify is the catalogue itself (standing `pending`), so it is bounded by it and survives a
 * kill. This class only decides when the next may begin, a few at a time; `Turns` decides which. What somebody asks
 * for now does not pass through here at all.
 */
export class VerificationQueue {
  readonly #parts: QueueParts;
  readonly #options: QueueOptions;
  readonly #turns: Turns;
  readonly #running = new Set<ActionId>();
  readonly #stop = new AbortController();
  #minuteAt = 0;
  #begun = 0;
  /** When an old standing was last proved again. */
  #againAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor(parts: QueueParts, options: QueueOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#turns = new Turns(parts.actions, parts.share);
  }

  /** Something became pending, or due. Cheap; call it whenever in doubt. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    try {
      this.#begin(this.#parts.clock());
    } catch (error) {
      // The catalogue could not be read or written just now; nobody above could do better than look again.
      this.#parts.warn(`the verification queue could not be read: ${String(error)}`);
      this.#rest(SPIN_GUARD_MS);
    }
  }

  #begin(now: number): void {
    let passedOver = 0;
    while (this.#running.size < this.#options.workers) {
      const pause = this.#pause(now);
      if (pause > 0) {
        this.#rest(pause);
        return;
      }
      const next = this.#turns.next(now, this.#running) ?? this.#stale(now);
      if (next === undefined) break;
      if (this.#refused(next, now)) {
        if (++passedOver < PASSED_OVER_AT_ONCE) continue;
        this.#rest(SHORTEST_WAIT_MS);
        return;
      }
      this.#begun++;
      void this.#work(next);
    }
    if (this.#running.size === 0) this.#rest(this.#untilDue(now));
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("the peer is stopping"));
    clearTimeout(this.#timer);
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** What keeps the next one from beginning now: too much load, or the user's rate; undefined when nothing does. */
  heldUpBy(): "load" | "rate" | undefined {
    const decision = this.#decide(this.#parts.clock());
    return decision.go ? undefined : decision.because;
  }

  /** Milliseconds until the machine and the user allow the next one. */
  #pause(now: number): number {
    const decision = this.#decide(now);
    return decision.go ? 0 : decision.againMs;
  }

  #decide(now: number): Decision {
    if (now - this.#minuteAt >= MINUTE_MS || now < this.#minuteAt) {
      this.#minuteAt = now;
      this.#begun = 0;
    }
    const loadPerCore = this.#parts.loadPerCore();
    const pressure = { loadPerCore, begun: this.#begun, minuteAt: this.#minuteAt, now };
    return mayVerify(pressure, this.#options);
  }

  /** Puts off what the policy refuses; it stays as it is, and costs none of what the user allows a minute. */
  #refused(id: ActionId, now: number): boolean {
    const { refusal, actions, log } = this.#parts;
    const refused = refusal?.(id);
    if (refused === undefined) return false;
    log(`${id} is not verified: ${refused.why}`);
    actions.putOff(id, now + REFUSED_AGAIN_MS);
    return true;
  }

  /** Alone, and in its own time: the old standing holds until the new verdict. */
  #stale(now: number): ActionId | undefined {
    if (this.#running.size > 0 || Math.abs(now - this.#againAt) < AGAIN_EVERY_MS) return undefined;
    const id = this.#parts.actions.stale(this.#parts.runner, now);
    if (id !== undefined) this.#againAt = now;
    return id;
  }

  async #work(id: ActionId): Promise<void> {
    this.#running.add(id);
    try {
      await this.#parts.verify(id, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#failed(id, error);
    } finally {
      this.#running.delete(id);
      if (this.#stop.signal.aborted) this.#settle();
      else setImmediate(() => this.wake());
    }
  }

  /**
   * Whoever verifies postpones what does not finish. If even that cannot be written (a full disk), the row is due
   * still, and only this pause, in which it keeps its place, keeps the worker from running it again and again.
   */
  async #failed(id: ActionId, error: unknown): Promise<void> {
    const { actions, clock, log, warn } = this.#parts;
    log(`verification of ${id} did not finish: ${String(error)}`);
    if (!actions.isDue(id, clock())) return;
    warn(`what came of verifying ${id} could not be written down: ${String(error)}`);
    await pause(SPIN_GUARD_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  #settle(): void {
    if (this.#running.size > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }

  #untilDue(now: number): number {
    const { actions, runner } = this.#parts;
    const due = actions.nextDue() ?? Number.POSITIVE_INFINITY;
    const again =
      actions.stale(runner, now) === undefined ? Number.POSITIVE_INFINITY : this.#againAt + AGAIN_EVERY_MS;
    return Math.min(due, again) - now;
  }

  #rest(ms: number): void {
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, SHORTEST_WAIT_MS), LONGEST_WAIT_MS));
    this.#timer.unref();
  }
}
