import { setImmediate } from "node:timers/promises";
import type { ActionId, PolicyView } from "@action-collective/protocol";
import type { Refusal, RefusalCode } from "./acceptable.ts";
import { COUNT_AGAIN_MS, COUNTED_AT_ONCE, SLICE_MS } from "./limits.ts";

type Hidden = PolicyView["hidden"];

export interface HiddenParts {
  /** How many actions are known. */
  readonly total: () => number;
  /** The ids of those that might be offered, in pages. */
  readonly pages: () => Iterable<readonly ActionId[]>;
  readonly refusal: (id: ActionId) => Refusal | undefined;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** A count in the background did not come to its end; the one before stays. */
  readonly failed: (error: unknown) => void;
}

/** For people; each goes on from "… hidden because". */
export const REASONS: Readonly<Record<RefusalCode, string>> = {
  "blocked-action": "the action is blocked",
  "blocked-peer": "its publisher is blocked",
  withdrawn: "everybody who published it took it back",
  author: "its author is not among those accepted",
  permission: "it asks for more than is accepted",
  language: "its language is not among those allowed",
  licence: "its licence is not among those allowed",
  tag: "of its tags",
  strength: "its test is weaker than asked for, or was not measured yet",
  verdicts: "it passed at fewer others than asked for",
  score: "its score is lower than asked for",
};

/** Counts what the rules hide: at once where little is known, otherwise in the background and now and then. */
export class HiddenCount {
  readonly #parts: HiddenParts;
  #counted: Hidden = [];
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: HiddenParts) {
    this.#parts = parts;
  }

  /** As of now where few actions are known; otherwise as of the last count, and a new one begins when that is old. */
  get(): Hidden {
    const { now } = this.#parts;
    if (this.#few) return this.#counts(this.#allAtOnce());
    if (now() - this.#countedAt >= COUNT_AGAIN_MS) void this.#count();
    return this.#counted;
  }

  /** The same, and exact: resolves when the count is done. */
  async fresh(): Promise<void> {
    if (this.#few) return;
    // One that is under way may have begun under other rules.
    await this.#counting;
    await this.#count();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#counting;
  }

  get #few(): boolean {
    return this.#parts.total() <= COUNTED_AT_ONCE;
  }

  #count(): Promise<void> {
    this.#counting ??= this.#countAll()
      .catch(this.#parts.failed)
      .finally(() => {
        this.#counting = undefined;
      });
    return this.#counting;
  }

  async #countAll(): Promise<void> {
    const { pages, now } = this.#parts;
    const tally = new Map<RefusalCode, number>();
    let since = now();
    for (const page of pages()) {
      for (const id of page) {
        this.#tally(tally, id);
        if (now() - since < SLICE_MS) continue;
        await setImmediate();
        if (this.#stopped) return;
        since = now();
      }
    }
    this.#counted = this.#counts(tally);
    this.#countedAt = now();
  }

  #allAtOnce(): Map<RefusalCode, number> {
    const tally = new Map<RefusalCode, number>();
    for (const page of this.#parts.pages()) for (const id of page) this.#tally(tally, id);
    return tally;
  }

  #tally(tally: Map<RefusalCode, number>, id: ActionId): void {
    const refusal = this.#parts.refusal(id);
    if (refusal !== undefined) tally.set(refusal.code, (tally.get(refusal.code) ?? 0) + 1);
  }

  /** Most first. */
  #counts(tally: ReadonlyMap<RefusalCode, number>): Hidden {
    return [...tally]
      .map(([code, actions]) => ({ why: REASONS[code], actions }))
      .sort((a, b) => b.actions - a.actions);
  }
}
