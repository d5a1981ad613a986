import type { DatabaseSync } from "node:sqlite";
import { type ActionId, type Kind, type PeerId, type SignedRecord, supersedes } from "@action-collective/protocol";
import { readMeta } from "./database.ts";
import { prepared } from "./statements.ts";

export type PutOutcome = "new" | "known" | "older" | "author-full";

/** One author may fill this many registers: bounds what a flooding key can make us store (about 1 kB each). */
const RECORDS_PER_AUTHOR = 50_000;

export interface StoredRecord {
  readonly revision: number;
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The registers: last writer wins, one row per (author, kind, subject). */
export class Records {
  readonly epoch: string;
  readonly #sql;
  readonly #perAuthor: number;

  constructor(database: DatabaseSync, perAuthor = RECORDS_PER_AUTHOR) {
    this.#perAuthor = perAuthor;
    this.epoch = readMeta(database, "epoch") ?? "";
    this.#sql = prepared(database, {
      holder: "SELECT revision, digest, bytes FROM records WHERE author = ? AND kind = ? AND subject = ?",
      remove: "DELETE FROM records WHERE author = ? AND kind = ? AND subject = ?",
      insert:
        "INSERT INTO records (id, author, kind, subject, revision, digest, created, received, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      authorCount: "SELECT records FROM authors WHERE author = ?",
      countAuthor:
        "INSERT INTO authors (author, records) VALUES (?, 1) ON CONFLICT (author) DO UPDATE SET records = records + 1",
      page: "SELECT seq, bytes FROM records WHERE seq > ? ORDER BY seq LIMIT 512",
      about: "SELECT bytes FROM records WHERE subject = ? AND kind = ? ORDER BY received LIMIT ?",
      verdictsBy: "SELECT bytes FROM records WHERE author = ? AND kind = 'verdict' ORDER BY seq DESC LIMIT ?",
      authorsAbout: "SELECT author FROM records WHERE subject = ? AND kind = ? ORDER BY received LIMIT ?",
      total: "SELECT count(*) AS total FROM records",
    });
  }

  /** The record that holds a register now. */
  holder(author: PeerId, kind: Kind, subject: ActionId | PeerId): StoredRecord | undefined {
    return this.#sql.holder.get(author, kind, subject) as StoredRecord | undefined;
  }

  /** Stores the record if it wins its register (SPEC §4.2). Call inside a transaction with what depends on it. */
  put(record: SignedRecord, received: number): PutOutcome {
    const holder = this.holder(record.author, record.kind, record.subject);
    if (holder !== undefined) {
      if (holder.revision === record.revision && Buffer.compare(holder.digest, record.digest) === 0) return "known";
      if (!supersedes(record, holder)) return "older";
      this.#sql.remove.run(record.author, record.kind, record.subject);
    } else {
      const count = this.#sql.authorCount.get(record.author) as { records: number } | undefined;
      if ((count?.records ?? 0) >= this.#perAuthor) return "author-full";
      this.#sql.countAuthor.run(record.author);
    }
    const { id, author, kind, subject, revision, digest, created, bytes } = record;
    this.#sql.insert.run(id, author, kind, subject, revision, digest, created, received, bytes);
    return "new";
  }

  /** Wire forms in the order they were learned, for a neighbour that has read up to `after`. */
  page(after: number, maxBytes: number): { records: Uint8Array[]; next: number; done: boolean } {
    const records: Uint8Array[] = [];
    let next = after;
    let size = 0;
    const rows = this.#sql.page.all(after) as { seq: number; bytes: Uint8Array }[];
    for (const { seq, bytes } of rows) {
      if (records.length > 0 && size + bytes.length > maxBytes) return { records, next, done: false };
      records.push(bytes);
      size += bytes.length;
      next = seq;
    }
    return { records, next, done: rows.length < 512 };
  }

  about(subject: ActionId, kind: Kind, most: number): Uint8Array[] {
    return (this.#sql.about.all(subject, kind, most) as { bytes: Uint8Array }[]).map((row) => row.bytes);
  }

  authorsAbout(subject: ActionId, kind: Kind, most: number): PeerId[] {
    return (this.#sql.authorsAbout.all(subject, kind, most) as { author: PeerId }[]).map((row) => row.author);
  }

  verdictsBy(author: PeerId, most: number): Uint8Array[] {
    return (this.#sql.verdictsBy.all(author, most) as { bytes: Uint8Array }[]).map((row) => row.bytes);
  }

  count(): number {
    return (this.#sql.total.get() as { total: number }).total;
  }
}
