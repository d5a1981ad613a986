import type { DatabaseSync } from "node:sqlite";
import { prepared } from "./statements.ts";

/** Peers that are remembered; about 0.5 MB. */
const PEERS_KEPT = 5_000;

/** What went to a peer and what came from it, since the two met. */
export interface Dealt {
  /** Bytes. */
  readonly given: number;
  /** Bytes. */
  readonly taken: number;
  /** Times it was put off. */
  readonly putOff: number;
}

export interface DealtWith extends Dealt {
  readonly peer: string;
  /** Milliseconds since the epoch. */
  readonly last: number;
}

const NONE: Dealt = { given: 0, taken: 0, putOff: 0 };

/**
 * Give and take with each peer, kept over restarts. It is this peer's own count and crosses no wire. When there are too many,
 * the one that was not dealt with for longest is forgotten, and before that whoever never gave much: keys cost nothing, and
 * a row of new ones must not make this peer forget those who did.
 */
export class Dealings {
  readonly #sql;
  readonly #most: number;

  constructor(database: DatabaseSync, most: number = PEERS_KEPT) {
    this.#most = most;
    this.#sql = prepared(database, {
      get: "SELECT given, taken, put_off AS putOff FROM dealings WHERE peer = ?",
      add: `INSERT INTO dealings (peer, given, taken, put_off, last) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (peer) DO UPDATE SET given = given + ?2, taken = taken + ?3, put_off = put_off + ?4,
        last = max(last, ?5)`,
      count: "SELECT count(*) AS peers FROM dealings",
      forget:
        "DELETE FROM dealings WHERE peer IN (SELECT peer FROM dealings WHERE peer <> ?1 ORDER BY taken >= 1048576, last, peer LIMIT ?2)",
      top: "SELECT peer, given, taken, put_off AS putOff, last FROM dealings ORDER BY given + taken DESC, peer LIMIT ?",
      totals:
        "SELECT ifnull(sum(given), 0) AS given, ifnull(sum(taken), 0) AS taken, ifnull(sum(put_off), 0) AS putOff FROM dealings",
    });
  }

  get(peer: string): Dealt {
    return (this.#sql.get.get(peer) as Dealt | undefined) ?? NONE;
  }

  /** Adds to what is known of a peer. `now` in milliseconds since the epoch. */
  add(peer: string, change: Partial<Dealt>, now: number): void {
    const { given, taken, putOff } = { ...NONE, ...change };
    const known = this.#sql.get.get(peer) !== undefined;
    this.#sql.add.run(peer, given, taken, putOff, now);
    if (known) return;
    const over = (this.#sql.count.get() as { peers: number }).peers - this.#most;
    if (over > 0) this.#sql.forget.run(peer, over);
  }

  /** Those with whom most was exchanged. */
  top(most: number): DealtWith[] {
    return this.#sql.top.all(most) as unknown as DealtWith[];
  }

  /** Of all peers that are remembered. */
  totals(): Dealt {
    return this.#sql.totals.get() as unknown as Dealt;
  }
}
