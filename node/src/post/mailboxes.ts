import type { DatabaseSync } from "node:sqlite";
import { type AgentMessage, encodeCanonical } from "@action-collective/protocol";
import { prepared } from "../catalogue/statements.ts";
import {
  KEPT_MS,
  MOST_KEPT,
  MOST_KEPT_BYTES,
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

/** Letters for agents that were here, exposed, a short while ago. They outlive the daemon. */
export class Mailboxes {
  readonly #clock: () => number;
  readonly #sql;

  constructor(database: DatabaseSync, clock: () => number) {
    this.#clock = clock;
    this.#sql = prepared(database, {
      seen: "INSERT INTO names (name, seen) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seen = ?2",
      forget: `DELETE FROM names WHERE seen < ? OR name IN
        (SELECT name FROM names ORDER BY seen DESC LIMIT -1 OFFSET ?)`,
      known: "SELECT 1 FROM names WHERE name = ? AND seen >= ?",
      counts: `SELECT count(*) AS total, coalesce(sum(length(message)), 0) AS bytes,
        count(*) FILTER (WHERE name = ?1) AS ofName, count(*) FILTER (WHERE peer = ?2) AS ofPeer FROM kept`,
      keep: "INSERT INTO kept (name, peer, message, until) VALUES (?, ?, ?, ?)",
      expire: "DELETE FROM kept WHERE until <= ?",
      next: "SELECT seq, message FROM kept WHERE name = ? AND seq > ? AND until > ? ORDER BY seq LIMIT 1",
      remove: "DELETE FROM kept WHERE seq = ?",
    });
  }

  /** An exposed agent of that name is here. */
  here(name: string): void {
    const now = this.#clock();
    this.#sql.seen.run(name, now);
    this.#sql.forget.run(now - NAME_REMEMBERED_MS, MOST_NAMES);
  }

  /** False when nobody of that name was here lately, or there is no room: which of them is not said. */
  keep(name: string, peer: string, message: AgentMessage, expires = Number.MAX_SAFE_INTEGER): boolean {
    const now = this.#clock();
    if (this.#sql.known.get(name, now - NAME_REMEMBERED_MS) === undefined) return false;
    this.#sql.expire.run(now);
    const bytes = encodeCanonical(message);
    const counts = this.#sql.counts.get(name, peer);
    const full =
      Number(counts?.total) >= MOST_KEPT ||
      Number(counts?.bytes) + bytes.length > MOST_KEPT_BYTES ||
      Number(counts?.ofName) >= MOST_KEPT_PER_AGENT ||
      Number(counts?.ofPeer) >= MOST_KEPT_PER_PEER;
    if (full || bytes.length > MOST_STORED_BYTES) return false;
    this.#sql.keep.run(name, peer, bytes, Math.min(now + KEPT_MS, expires));
    return true;
  }

  /** The oldest after that one that waits for it. */
  next(name: string, after: number): KeptLetter | undefined {
    for (;;) {
      const row = this.#sql.next.get(name, after, this.#clock());
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
}
