import type { ActionId } from "@action-collective/protocol";
import type { Actions } from "../catalogue/actions.ts";

export interface QueueParts {
  readonly actions: Actions;
  /** Verifies one action and writes down what came of it. */
  readonly verify: (id: ActionId, signal: AbortSignal) => Promise<unknown>;
  /** Who published it first: what fairness counts by. */
  readonly publisher: (id: ActionId) => string;
  readonly clock: () => number;
  readonly log: (message: string) => void;
}

/** How many due actions are looked at to choose the next fairly. */
const WINDOW = 64;
/** Clocks jump and rows change: look again at least this often, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;
/** Publishers whose last turn is remembered. */
const PUBLISHERS = 10_000;

/**
 * The queue of actions to verify is the catalogue itself (standing `pending`), so it is bounded by it and survives a
 * kill. This class only decides what is next, a few at a time: the publisher who waited longest, so that one flooding
 * peer cannot starve the others. What somebody asks for now does not pass through here at all.
 */
export class VerificationQueue {
  readonly #parts: QueueParts;
  readonly #workers: number;
  readonly #running = new Set<ActionId>();
  readonly #turns = new Map<string, number>();
  readonly #stop = new AbortController();
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];

  constructor(parts: QueueParts, workers: number) {
    this.#parts = parts;
    this.#workers = workers;
  }

  /** Something became pending, or due. Cheap; call it whenever in doubt. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    const now = this.#parts.clock();
    const due = this.#parts.actions.pending(now, WINDOW).filter((id) => !this.#running.has(id));
    while (this.#running.size < this.#workers && due.length > 0) {
      const next = due.splice(this.#fairest(due), 1)[0];
      if (next !== undefined) void this.#work(next);
    }
    if (this.#running.size === 0) this.#rest(now);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("the peer is stopping"));
    clearTimeout(this.#timer);
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #fairest(due: readonly ActionId[]): number {
    let best = 0;
    let bestTurn = Number.POSITIVE_INFINITY;
    for (const [i, id] of due.entries()) {
      const turn = this.#turns.get(this.#parts.publisher(id)) ?? -1;
      if (turn < bestTurn) [best, bestTurn] = [i, turn];
    }
    return best;
  }

  async #work(id: ActionId): Promise<void> {
    this.#running.add(id);
    if (this.#turns.size >= PUBLISHERS) this.#turns.clear();
    this.#turns.set(this.#parts.publisher(id), this.#turn++);
    try {
      await this.#parts.verify(id, this.#stop.signal);
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#parts.log(`verification of ${id} did not finish: ${String(error)}`);
    } finally {
      this.#running.delete(id);
      if (this.#stop.signal.aborted) this.#settle();
      else setImmediate(() => this.wake());
    }
  }

  #settle(): void {
    if (this.#running.size > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }

  #rest(now: number): void {
    const due = this.#parts.actions.nextDue();
    if (due === undefined) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(due - now, 50), LONGEST_WAIT_MS));
    this.#timer.unref();
  }
}
