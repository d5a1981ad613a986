import type { DatabaseSync } from "node:sqlite";
import { type AgentMessage, encodeCanonical } from "@action-collective/protocol";
import { prepared } from "../catalogue/statements.ts";
import {
  KEPT_MS,
  KEPT_PART_OF_NEWCOMERS,
  MOST_KEPT,
  MOST_KEPT_BYTES,
  MOST_KEPT_FROM_TO,
  MOST_KEPT_PER_AGENT,
  MOST_KEPT_PER_PEER,
  MOST_NAMES,
  MOST_STORED_BYTES,
  NAME_REMEMBERED_MS,
} from "./limits.ts";
import { storedMessage } from "./stored-message.ts";

export interface KeptLetter {
  readonly seq: number;
  readonly message: AgentMessage;
}

/** The peer that a letter came from, and whether it earned no share yet. */
interface From {
  readonly peer: string;
  readonly isNewcomer: boolean;
}

/** Letters for agents that were here, exposed, a short while ago. They outlive the daemon. */
export class Mailboxes {
  readonly #clock: () => number;
  readonly #sql;

  constructor(database: DatabaseSync, clock: () => number) {
    this.#clock = clock;
    this.#sql = prepared(database, {
      seen: `INSERT INTO names (name, owner, seen) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET owner = ?2, seen = ?3`,
      forget: `DELETE FROM names WHERE seen < ? OR name IN
        (SELECT name FROM names ORDER BY seen DESC LIMIT -1 OFFSET ?)`,
      owner: "SELECT owner FROM names WHERE name = ? AND seen >= ?",
      counts: `SELECT count(*) AS total, count(*) FILTER (WHERE name = ?1) AS ofName,
        coalesce(sum(length(message)), 0) AS bytes FROM kept WHERE newcomer >= ?2`,
      countsOf: `SELECT count(*) AS ofPeer, count(*) FILTER (WHERE name = ?1) AS fromTo
        FROM kept WHERE peer = ?2`,
      keep: "INSERT INTO kept (name, owner, peer, newcomer, message, until) VALUES (?, ?, ?, ?, ?, ?)",
      expire: "DELETE FROM kept WHERE until <= ?",
      next: `SELECT seq, message FROM kept WHERE name = ? AND owner = ? AND seq > ? AND until > ?
        ORDER BY seq LIMIT 1`,
      remove: "DELETE FROM kept WHERE seq = ?",
    });
  }

  /** An exposed agent of that name is here, at that owner's desk. */
  here(name: string, owner: string): void {
    const now = this.#clock();
    this.#sql.seen.run(name, owner, now);
    this.#sql.forget.run(now - NAME_REMEMBERED_MS, MOST_NAMES);
  }

  /** Whose it was when an exposed agent of that name was here lately. */
  ownerOf(name: string): string | undefined {
    const owner = this.#sql.owner.get(name, this.#clock() - NAME_REMEMBERED_MS)?.owner;
    return owner === undefined ? undefined : String(owner);
  }

  /** False when nobody of that name was here lately, or there is no room: which of them is not said. */
  keep(name: string, from: From, message: AgentMessage, expires = Number.MAX_SAFE_INTEGER): boolean {
    const owner = this.ownerOf(name);
    if (owner === undefined) return false;
    const now = this.#clock();
    this.#sql.expire.run(now);
    const bytes = encodeCanonical(message);
    if (bytes.length > MOST_STORED_BYTES || !this.#hasRoom(name, from, bytes.length)) return false;
    const until = Math.min(now + KEPT_MS, expires);
    this.#sql.keep.run(name, owner, from.peer, Number(from.isNewcomer), bytes, until);
    return true;
  }

  /** The oldest after that one that waits for the agent that has this name from that owner. */
  next(name: string, owner: string, after: number): KeptLetter | undefined {
    for (;;) {
      const row = this.#sql.next.get(name, owner, after, this.#clock());
      if (row === undefined) return undefined;
      const seq = Number(row.seq);
      const message = storedMessage(row.message);
      if (message !== undefined) return { seq, message };
      this.remove(seq);
    }
  }

  remove(seq: number): void {
    this.#sql.remove.run(seq);
  }

  #hasRoom(name: string, { peer, isNewcomer }: From, bytes: number): boolean {
    const own = this.#sql.countsOf.get(name, peer);
    if (Number(own?.ofPeer) >= MOST_KEPT_PER_PEER || Number(own?.fromTo) >= MOST_KEPT_FROM_TO) return false;
    const fits = (newcomersOnly: boolean, part: number) => {
      const counts = this.#sql.counts.get(name, Number(newcomersOnly));
      return (
        Number(counts?.total) < part * MOST_KEPT &&
        Number(counts?.ofName) < part * MOST_KEPT_PER_AGENT &&
        Number(counts?.bytes) + bytes <= part * MOST_KEPT_BYTES
      );
    };
    return fits(false, 1) && (!isNewcomer || fits(true, KEPT_PART_OF_NEWCOMERS));
  }
}
