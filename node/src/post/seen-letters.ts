import type { DatabaseSync } from "node:sqlite";
import { type AgentMessage, LETTER_FRESH_MS } from "@action-collective/protocol";
import { prepared } from "../catalogue/statements.ts";
import { KEPT_MS, MOST_SEEN, MOST_SEEN_PER_PEER } from "./limits.ts";

/** Room is made after so many letters: until then there may be that many too many. */
const MADE_ROOM_EVERY = 64;

type Taken = "delivered" | "kept";

/** From whom to whom: one message may go to several, under one id. */
export function wayOf({ from, to }: Pick<AgentMessage, "from" | "to">): string {
  return `${from} ${to}`;
}

/**
 * Letters that came before. One-way letters are remembered with what became of them, over restarts, for as long as one may be
 * sent again; those that asked, for as long as one would still be fresh. When there are too many the oldest is forgotten: only
 * the peer that sent it could send it again, and to itself it does no good.
 */
export class SeenLetters {
  readonly #clock: () => number;
  readonly #sql;
  /** One-way letters whose delivery is under way. */
  readonly #underWay = new Set<string>();
  /** Letters that asked, and until when each counts: by peer, both in order of arrival. */
  readonly #asked = new Map<string, Map<string, number>>();
  #total = 0;
  #written = 0;

  constructor(database: DatabaseSync, clock: () => number) {
    this.#clock = clock;
    this.#sql = prepared(database, {
      get: "SELECT outcome FROM seen WHERE way = ? AND id = ?",
      put: "INSERT OR REPLACE INTO seen (way, id, peer, at, outcome) VALUES (?, ?, ?, ?, ?)",
      counts: "SELECT count(*) AS total, count(*) FILTER (WHERE peer = ?) AS ofPeer FROM seen",
      expire: "DELETE FROM seen WHERE at <= ?",
      forget: "DELETE FROM seen WHERE (way, id) IN (SELECT way, id FROM seen ORDER BY at LIMIT ?)",
      forgetOf:
        "DELETE FROM seen WHERE (way, id) IN (SELECT way, id FROM seen WHERE peer = ? ORDER BY at LIMIT ?)",
    });
  }

  /** What became of a one-way letter that came before. */
  outcomeOf(way: string, id: string): Taken | undefined {
    const outcome = this.#sql.get.get(way, id)?.outcome;
    return outcome === "delivered" || outcome === "kept" ? outcome : undefined;
  }

  /** False when the same letter is just being delivered. */
  begin(way: string, id: string): boolean {
    const key = keyOf(way, id);
    if (this.#underWay.has(key)) return false;
    this.#underWay.add(key);
    return true;
  }

  ended(way: string, id: string): void {
    this.#underWay.delete(keyOf(way, id));
  }

  taken(way: string, id: string, peer: string, outcome: Taken): void {
    this.#sql.put.run(way, id, peer, this.#clock(), outcome);
    this.#written++;
    if (this.#written % MADE_ROOM_EVERY === 0) this.#makeRoom(peer);
  }

  /** False for a letter that asked the same before. */
  asked(way: string, id: string, peer: string): boolean {
    const now = this.#clock();
    const key = keyOf(way, id);
    const own = this.#asked.get(peer) ?? new Map<string, number>();
    if ((own.get(key) ?? 0) > now) return false;
    for (const [old, until] of own) {
      if (until > now && own.size < MOST_SEEN_PER_PEER) break;
      this.#total -= Number(own.delete(old));
    }
    own.set(key, now + 2 * LETTER_FRESH_MS);
    this.#total++;
    // Re-inserting keeps the map in order of last use.
    this.#asked.delete(peer);
    this.#asked.set(peer, own);
    for (const [oldest, { size }] of this.#asked) {
      if (this.#total <= MOST_SEEN) break;
      this.#asked.delete(oldest);
      this.#total -= size;
    }
    return true;
  }

  #makeRoom(peer: string): void {
    this.#sql.expire.run(this.#clock() - KEPT_MS - 2 * LETTER_FRESH_MS);
    const counts = this.#sql.counts.get(peer);
    const tooManyOf = Number(counts?.ofPeer) - MOST_SEEN_PER_PEER;
    if (tooManyOf > 0) this.#sql.forgetOf.run(peer, tooManyOf);
    const tooMany = Number(counts?.total) - Math.max(0, tooManyOf) - MOST_SEEN;
    if (tooMany > 0) this.#sql.forget.run(tooMany);
  }
}

/** A way holds one space, so no two keys run together. */
function keyOf(way: string, id: string): string {
  return `${way} ${id}`;
}
