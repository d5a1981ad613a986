import type { Dealt } from "../catalogue/dealings.ts";

/** What was given and taken since it was last written down, by peer. */
export class Unwritten {
  #changes = new Map<string, Dealt>();

  get size(): number {
    return this.#changes.size;
  }

  of(peer: string): Dealt {
    return this.#changes.get(peer) ?? NOTHING;
  }

  add(peer: string, change: Partial<Dealt>): void {
    this.#changes.set(peer, sumOf(this.of(peer), change));
  }

  /** Hands out everything, and begins anew. */
  take(): ReadonlyMap<string, Dealt> {
    const taken = this.#changes;
    this.#changes = new Map();
    return taken;
  }

  total(): Dealt {
    let total = NOTHING;
    for (const change of this.#changes.values()) total = sumOf(total, change);
    return total;
  }

  peers(): IterableIterator<string> {
    return this.#changes.keys();
  }
}

export const NOTHING: Dealt = { given: 0, taken: 0, putOff: 0 };

export function sumOf(one: Dealt, other: Partial<Dealt>): Dealt {
  return {
    given: one.given + (other.given ?? 0),
    taken: one.taken + (other.taken ?? 0),
    putOff: one.putOff + (other.putOff ?? 0),
  };
}
