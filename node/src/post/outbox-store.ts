import type { DatabaseSync } from "node:sqlite";
import { type AgentMessage, encodeCanonical } from "@action-collective/protocol";
import { prepared } from "../catalogue/statements.ts";
import {
  KEPT_MS,
  MOST_ATTEMPTS,
  MOST_OUT,
  MOST_OUT_BYTES,
  MOST_OUT_PER_AGENT,
  MOST_OUT_PER_PEER,
} from "./limits.ts";
import { storedMessage } from "./stored-message.ts";

export interface WaitingLetter {
  readonly seq: number;
  readonly message: AgentMessage;
  /** From then on it is lost. */
  readonly until: number;
}

/** Letters to peers that were not there, in order for each. They outlive the daemon. */
export class OutboxStore {
  readonly #clock: () => number;
  readonly #sql;

  constructor(database: DatabaseSync, clock: () => number) {
    this.#clock = clock;
    this.#sql = prepared(database, {
      counts: `SELECT count(*) AS total, coalesce(sum(length(message)), 0) AS bytes,
        count(*) FILTER (WHERE peer = ?1) AS ofPeer, count(*) FILTER (WHERE agent = ?2) AS ofAgent FROM outbox`,
      put: "INSERT INTO outbox (peer, agent, message, until) VALUES (?, ?, ?, ?)",
      waits: "SELECT 1 FROM outbox WHERE peer = ? LIMIT 1",
      first: "SELECT seq, message, until FROM outbox WHERE peer = ? ORDER BY seq LIMIT 1",
      tried: "UPDATE outbox SET attempts = attempts + 1 WHERE seq = ?",
      remove: "DELETE FROM outbox WHERE seq = ?",
      over: "DELETE FROM outbox WHERE until <= ? OR attempts >= ? RETURNING seq",
      peers: "SELECT DISTINCT peer FROM outbox",
    });
  }

  /** Undefined when there is no room. */
  put(peer: string, message: AgentMessage): number | undefined {
    const bytes = encodeCanonical(message);
    const counts = this.#sql.counts.get(peer, message.from);
    const full =
      Number(counts?.total) >= MOST_OUT ||
      Number(counts?.bytes) + bytes.length > MOST_OUT_BYTES ||
      Number(counts?.ofPeer) >= MOST_OUT_PER_PEER ||
      Number(counts?.ofAgent) >= MOST_OUT_PER_AGENT;
    if (full) return undefined;
    return Number(this.#sql.put.run(peer, message.from, bytes, this.#clock() + KEPT_MS).lastInsertRowid);
  }

  waits(peer: string): boolean {
    return this.#sql.waits.get(peer) !== undefined;
  }

  /** The oldest for that peer. */
  first(peer: string): WaitingLetter | undefined {
    for (;;) {
      const row = this.#sql.first.get(peer);
      if (row === undefined) return undefined;
      const message = storedMessage(row.message);
      if (message !== undefined) return { seq: Number(row.seq), message, until: Number(row.until) };
      this.remove(Number(row.seq));
    }
  }

  tried(seq: number): void {
    this.#sql.tried.run(seq);
  }

  remove(seq: number): void {
    this.#sql.remove.run(seq);
  }

  /** Takes out those that are lost. */
  takeLost(): number[] {
    return this.#sql.over.all(this.#clock(), MOST_ATTEMPTS).map(({ seq }) => Number(seq));
  }

  peers(): string[] {
    return this.#sql.peers.all().map(({ peer }) => String(peer));
  }
}
