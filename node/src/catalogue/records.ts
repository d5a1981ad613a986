import type { DatabaseSync } from "node:sqlite";
import {
  type ActionId,
  compareRanks,
  equivocates,
  type Kind,
  type PeerId,
  type SignedRecord,
} from "@action-collective/protocol";
import { readMeta } from "./database.ts";
import { prepared } from "./statements.ts";

/**
 * What a put did. `rival`: the wire form of another record of the same register and revision, when the author signed
 * two; the caller can prove it.
 */
export interface Put {
  readonly outcome: "new" | "known" | "older" | "full";
  readonly rival?: Uint8Array;
}

export interface RecordBounds {
  /** Registers that one author may fill. */
  readonly perAuthor: number;
  /** All authors together: keys cost nothing, so the catalogue has a bound of its own. */
  readonly inAll: number;
}

/** A record has about 1 kB, so a flooding key costs at most 50 MB, and everything 2 GB. */
const DEFAULT_BOUNDS: RecordBounds = { perAuthor: 50_000, inAll: 2_000_000 };

/** No peer id: under this name the table of authors counts them all. */
const EVERYBODY = "*";

export interface StoredRecord {
  readonly revision: number;
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The registers: last writer wins, one row per (author, kind, subject). */
export class Records {
  readonly epoch: string;
  readonly #sql;
  readonly #bounds: RecordBounds;

  constructor(database: DatabaseSync, bounds: RecordBounds = DEFAULT_BOUNDS) {
    this.#bounds = bounds;
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
    });
  }

  /** The record that holds a register now. */
  holder(author: PeerId, kind: Kind, subject: ActionId | PeerId): StoredRecord | undefined {
    return this.#sql.holder.get(author, kind, subject) as StoredRecord | undefined;
  }

  /** Stores the record if it wins its register (SPEC §4.2). Call inside a transaction with what depends on it. */
  put(record: SignedRecord, received: number): Put {
    const { id, author, kind, subject, revision, digest, created, bytes } = record;
    const holder = this.holder(author, kind, subject);
    if (holder === undefined) {
      const { perAuthor, inAll } = this.#bounds;
      if (this.#registersOf(author) >= perAuthor || this.count() >= inAll) return { outcome: "full" };
      for (const counted of [author, EVERYBODY]) this.#sql.countAuthor.run(counted);
    } else {
      const order = compareRanks(record, holder);
      if (order === 0) return { outcome: "known" };
      const rival = equivocates(record, holder) ? { rival: holder.bytes } : {};
      if (order < 0) return { outcome: "older", ...rival };
      this.#sql.remove.run(author, kind, subject);
      this.#sql.insert.run(id, author, kind, subject, revision, digest, created, received, bytes);
      return { outcome: "new", ...rival };
    }
    this.#sql.insert.run(id, author, kind, subject, revision, digest, created, received, bytes);
    return { outcome: "new" };
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

  about(subject: ActionId | PeerId, kind: Kind, most: number): Uint8Array[] {
    return (this.#sql.about.all(subject, kind, most) as { bytes: Uint8Array }[]).map((row) => row.bytes);
  }

  verdictsBy(author: PeerId, most: number): Uint8Array[] {
    return (this.#sql.verdictsBy.all(author, most) as { bytes: Uint8Array }[]).map((row) => row.bytes);
  }

  /** Who filled registers of that kind on that subject, the earliest first; cheap, nothing is decoded. */
  authorsAbout(subject: ActionId | PeerId, kind: Kind, most: number): PeerId[] {
    return (this.#sql.authorsAbout.all(subject, kind, most) as { author: PeerId }[]).map((row) => row.author);
  }

  count(): number {
    return this.#registersOf(EVERYBODY);
  }

  #registersOf(author: string): number {
    return (this.#sql.authorCount.get(author) as { records: number } | undefined)?.records ?? 0;
  }
}
