import type { DatabaseSync } from "node:sqlite";
import {
  type ActionId,
  compareRanks,
  equivocates,
  type Kind,
  type PeerId,
  type SignedRecord,
} from "@action-collective/protocol";
import { counting, earliest } from "./counting-sql.ts";
import { LiveTable } from "./live-records.ts";
import { factsOf, type RecordFacts } from "./record-facts.ts";
import { prepared } from "./statements.ts";
import type { Experience, Opinion, VoiceKind } from "./types.ts";

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

/**
 * A record has up to 16 KiB, and a publication's manifest is stored about three times (record, action, search index):
 * a flooding key costs at most 0.5 GB, and everything 25 GB. Honest records have about 1 kB: 1 GB when full of them.
 */
const DEFAULT_BOUNDS: RecordBounds = { perAuthor: 10_000, inAll: 500_000 };

/**
 * Of one's own registers, how many may be filled by what nobody asked for: verdicts are as many as actions, and proofs as
 * many as keys that somebody makes to equivocate. The rest is for what the user publishes.
 */
const UNASKED_SHARE = 0.9;

/** True for what a peer says by itself, and not because its user published or withdrew something. */
export function isSaidUnasked(kind: Kind): boolean {
  return kind === "verdict" || kind === "feedback" || kind === "equivocation";
}

/** No peer id: under this name the table of authors counts them all. */
const EVERYBODY = "*";

export interface StoredRecord {
  readonly revision: number;
  readonly digest: Uint8Array;
  readonly created: number;
  readonly bytes: Uint8Array;
}

/** What a record says, as far as columns hold it. */
export interface RecordRow extends RecordFacts {
  readonly seq: number;
  readonly author: PeerId;
  readonly kind: Kind;
  readonly subject: string;
  readonly revision: number;
  readonly created: number;
  readonly received: number;
}

/** The registers: last writer wins, one row per (author, kind, subject). */
export class Records {
  /** The same records, as neighbours catch up with them. */
  readonly live: LiveTable;
  readonly #sql;
  readonly #bounds: RecordBounds;
  #writes = 0;

  constructor(database: DatabaseSync, bounds: RecordBounds = DEFAULT_BOUNDS) {
    this.#bounds = bounds;
    this.live = new LiveTable(database);
    this.#sql = prepared(database, {
      holder:
        "SELECT revision, digest, created, bytes FROM records WHERE author = ? AND kind = ? AND subject = ?",
      remove: "DELETE FROM records WHERE author = ? AND kind = ? AND subject = ?",
      insert: `INSERT INTO records (id, author, kind, subject, revision, digest, created, received, outcome, runs,
        succeeded, useful, useless, up_to, compromised_since, level, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      authorsFrom: "SELECT author FROM authors WHERE author >= ? AND author < ? ORDER BY author LIMIT ?",
      // Level stands behind the bytes in an older file: read only where there is one.
      after: `SELECT seq, author, kind, subject, revision, created, received, outcome, runs, succeeded, useful, useless,
        up_to AS upTo, compromised_since AS compromisedSince, iif(kind = 'trust', level, NULL) AS level
        FROM records WHERE seq > ? ORDER BY seq LIMIT ?`,
      authorCount: "SELECT records FROM authors WHERE author = ?",
      countAuthor:
        "INSERT INTO authors (author, records) VALUES (?, 1) ON CONFLICT (author) DO UPDATE SET records = records + 1",
      any: "SELECT 1 FROM records WHERE subject = ? AND kind = ? LIMIT 1",
      about: counting("given.bytes", earliest),
      publication: counting("given.author", earliest),
      verdict: counting("given.author, given.outcome", earliest),
      feedback: counting("given.author, given.runs, given.succeeded, given.useful, given.useless", earliest),
      authorsAbout:
        "SELECT author FROM records WHERE subject = ? AND kind = ? ORDER BY received, seq LIMIT ?",
    });
  }

  /** The record that holds a register now. */
  holder(author: PeerId, kind: Kind, subject: ActionId | PeerId): StoredRecord | undefined {
    return this.#sql.holder.get(author, kind, subject) as StoredRecord | undefined;
  }

  /** Stores the record if it wins its register (SPEC §4.2). Call inside a transaction with what depends on it. */
  put(record: SignedRecord, received: number, whose: "own" | "others" = "others"): Put {
    const { author, kind, subject } = record;
    const holder = this.holder(author, kind, subject);
    if (holder === undefined) {
      if (this.#isFull(record, whose)) return { outcome: "full" };
      for (const counted of [author, EVERYBODY]) this.#sql.countAuthor.run(counted);
    } else {
      const order = compareRanks(record, holder);
      if (order === 0) return { outcome: "known" };
      const rival = equivocates(record, holder) ? { rival: holder.bytes } : {};
      if (order < 0) return { outcome: "older", ...rival };
      this.#sql.remove.run(author, kind, subject);
      this.live.removed(holder);
      this.#insert(record, received);
      return { outcome: "new", ...rival };
    }
    this.#insert(record, received);
    return { outcome: "new" };
  }

  /** Of the first `most` records of that kind on that action, the wire forms of those that count. */
  about(subject: ActionId, kind: VoiceKind, most: number): Uint8Array[] {
    return (this.#sql.about.all(subject, kind, most) as { bytes: Uint8Array }[]).map((row) => row.bytes);
  }

  /** The same, as who said what; nothing is decoded. */
  voices(subject: ActionId, kind: "publication", most: number): { readonly author: PeerId }[];
  voices(subject: ActionId, kind: "verdict", most: number): Opinion[];
  voices(subject: ActionId, kind: "feedback", most: number): Experience[];
  voices(subject: ActionId, kind: VoiceKind, most: number): unknown[] {
    // Most actions have no voices of most kinds, and a search asks about many: the full question costs nine times more.
    if (this.#sql.any.get(subject, kind) === undefined) return [];
    return this.#sql[kind].all(subject, kind, most);
  }

  /** Who filled registers of that kind on that subject, the earliest first; cheap, nothing is decoded. */
  authorsAbout(subject: ActionId | PeerId, kind: Kind, most: number): PeerId[] {
    return (this.#sql.authorsAbout.all(subject, kind, most) as { author: PeerId }[]).map((row) => row.author);
  }

  /** Authors of anything held here whose id begins with `prefix`, at most `most`. */
  authorsByPrefix(prefix: string, most: number): PeerId[] {
    const rows = this.#sql.authorsFrom.all(prefix, `${prefix}\uffff`, most) as { author: PeerId }[];
    return rows.map(({ author }) => author);
  }

  /** Grows with every record that is written, whether or not it stays: while it is the same, nothing is new. */
  get writes(): number {
    return this.#writes;
  }

  /** What was learned after `seq`, in that order, without wire forms. A record that lost its register is not among them. */
  after(seq: number, most: number): RecordRow[] {
    return this.#sql.after.all(seq, most) as unknown as RecordRow[];
  }

  count(): number {
    return this.#registersOf(EVERYBODY);
  }

  #insert(record: SignedRecord, received: number): void {
    const { id, author, kind, subject, revision, digest, created, bytes } = record;
    const { outcome, runs, succeeded, useful, useless, upTo, compromisedSince, level } = factsOf(record);
    const head = [id, author, kind, subject, revision, digest, created, received] as const;
    const said = [outcome, runs, succeeded, useful, useless, upTo, compromisedSince, level] as const;
    this.#sql.insert.run(...head, ...said, bytes);
    this.#writes += 1;
    this.live.added(record);
  }

  /** What strangers filled does not keep a peer from saying something itself. */
  #isFull({ author, kind }: SignedRecord, whose: "own" | "others"): boolean {
    const { perAuthor, inAll } = this.#bounds;
    const filled = this.#registersOf(author);
    if (whose === "others") return filled >= perAuthor || this.count() >= inAll;
    return filled >= (isSaidUnasked(kind) ? UNASKED_SHARE * perAuthor : perAuthor);
  }

  #registersOf(author: string): number {
    return (this.#sql.authorCount.get(author) as { records: number } | undefined)?.records ?? 0;
  }
}
