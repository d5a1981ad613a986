import { RecordSet, type SignedRecord } from "@action-collective/protocol";
import type { Catalogue } from "../../node/src/catalogue/catalogue.ts";

/** Whoever is expected to hold everything in the end. */
interface Audited {
  readonly name: string;
  readonly running: boolean;
  readonly catalogue: Catalogue;
}

export interface Missing {
  /** Honest peers that lack something. */
  readonly peers: number;
  /** Pairs of peer and live record. */
  readonly records: number;
  readonly of: number;
  /** The most that one peer lacks. */
  readonly most: number;
}

/**
 * Knows all that was published, by the protocol's reference `RecordSet`, and compares it with what every catalogue holds.
 */
export class Audit {
  readonly #all = new RecordSet();
  readonly #copies = new Map<string, Map<string, number>>();
  #complete = new Set<string>();
  published = 0;

  add(record: SignedRecord): void {
    this.#all.add(record);
    this.published++;
    this.#complete = new Set();
  }

  live(): string[] {
    return [...this.#all.live()].map(({ id }) => id);
  }

  missing(peers: Iterable<Audited>): Missing {
    const live = this.live();
    let [lacking, records, of, most] = [0, 0, 0, 0];
    for (const { name, running, catalogue } of peers) {
      if (!running) continue;
      of += live.length;
      if (this.#complete.has(name)) continue;
      const held = new Set(
        catalogue.database
          .prepare("SELECT id FROM records")
          .all()
          .map(({ id }) => String(id)),
      );
      const missed = live.filter((id) => !held.has(id)).length;
      // Nothing is ever removed but by what replaces it, and new records empty this set.
      if (missed === 0) this.#complete.add(name);
      else lacking++;
      records += missed;
      most = Math.max(most, missed);
    }
    return { peers: lacking, records, of, most };
  }

  /** A copy of a gossip message arrived. */
  copied(peer: string, message: string): void {
    let copies = this.#copies.get(peer);
    if (copies === undefined) {
      copies = new Map();
      this.#copies.set(peer, copies);
    }
    copies.set(message, (copies.get(message) ?? 0) + 1);
  }

  /** Copies of one message that one peer got by gossip. */
  copies(): { mean: number; most: number } {
    let [sum, count, most] = [0, 0, 0];
    for (const copies of this.#copies.values())
      for (const number of copies.values()) {
        sum += number;
        count++;
        most = Math.max(most, number);
      }
    return { mean: count === 0 ? 0 : sum / count, most };
  }
}
