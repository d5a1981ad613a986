export interface BudgetLimits {
  /** Milliseconds of work that may be spent at once … */
  capacityMs: number;
  /** … and per second. */
  msPerSecond: number;
}

/** Shares are reckoned anew this often. */
const WINDOW_MS = 1_000;

/**
 * How much of the event loop goes into judging what neighbours gossip, shared fairly: while there is plenty anybody may
 * use it; when less than half is left, each neighbour may spend its equal part of what a second brings, so that those
 * who send little are heard however many others flood. Work is measured, not guessed. No I/O, no clock.
 */
export class ValidationBudget {
  readonly #limits: BudgetLimits;
  #left: number;
  #at: number;
  #windowSince: number;
  /** What each neighbour spent in this window, and how many there were in the last one. */
  #spent = new Map<string, number>();
  #lastActive = 0;

  constructor(limits: BudgetLimits, now: number) {
    this.#limits = limits;
    this.#left = limits.capacityMs;
    this.#at = now;
    this.#windowSince = now;
  }

  admits(peer: string, now: number): boolean {
    this.#advance(now);
    const spent = this.#spent.get(peer) ?? 0;
    // A neighbour whose work is not admitted still counts as one to share with.
    this.#spent.set(peer, spent);
    if (this.#left > this.#limits.capacityMs / 2) return true;
    const active = Math.max(this.#spent.size, this.#lastActive);
    const fair = (this.#limits.msPerSecond * (WINDOW_MS / 1_000)) / active;
    // Whoever has its part left may overdraw the whole a little: a window's worth at most.
    return spent < fair && this.#left > -this.#limits.msPerSecond;
  }

  charge(peer: string, ms: number, now: number): void {
    this.#advance(now);
    this.#left -= ms;
    this.#spent.set(peer, (this.#spent.get(peer) ?? 0) + ms);
  }

  #advance(now: number): void {
    if (now > this.#at) {
      const gained = ((now - this.#at) / 1_000) * this.#limits.msPerSecond;
      this.#left = Math.min(this.#limits.capacityMs, this.#left + gained);
      this.#at = now;
    }
    if (now - this.#windowSince < WINDOW_MS) return;
    this.#lastActive = this.#spent.size;
    this.#spent = new Map();
    this.#windowSince = now;
  }
}
