import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SearchDocument } from "../types.ts";
import type { Position } from "../words/word-index.ts";

/** Removals read at once: a removal costs a microsecond or two. */
const REMOVALS = 1_000;
/** The catalogue's own writer holds no lock for longer. */
const BUSY_MS = 2_000;

export interface Changes {
  readonly documents: readonly { number: number; document: SearchDocument }[];
  readonly removals: readonly { sequence: number; number: number }[];
  /** Whether there may be more. */
  readonly more: boolean;
}

/** The thread's own, read-only view of the catalogue: whatever is committed, and nothing else. */
export class CatalogueReader {
  readonly #database: DatabaseSync;
  readonly #documents: StatementSync;
  readonly #removals: StatementSync;
  readonly #document: StatementSync;
  readonly #count: StatementSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    this.#documents = this.#database.prepare(
      "SELECT number, document FROM search_documents WHERE number > ? ORDER BY number LIMIT ?",
    );
    this.#removals = this.#database.prepare(
      "SELECT sequence, number FROM search_removals WHERE sequence > ? ORDER BY sequence LIMIT ?",
    );
    this.#document = this.#database.prepare("SELECT document FROM search_documents WHERE number = ?");
    this.#count = this.#database.prepare("SELECT documents FROM search_counts");
  }

  /** What came after a position, at one moment: a document that has gone is not among the documents. */
  changes(after: Position, limit: number): Changes {
    this.#database.exec("BEGIN");
    try {
      const documents = this.#documents.all(after.document, limit);
      const removals = this.#removals.all(after.removal, REMOVALS);
      return {
        documents: documents.map((row) => ({ number: Number(row.number), document: parse(row) })),
        removals: removals.map((row) => ({ sequence: Number(row.sequence), number: Number(row.number) })),
        more: documents.length === limit || removals.length === REMOVALS,
      };
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  document(number: number): SearchDocument | undefined {
    const row = this.#document.get(number);
    return row === undefined ? undefined : parse(row);
  }

  /** How many documents there are. */
  count(): number {
    return Number(this.#count.get()?.documents ?? 0);
  }

  /** Whether all removals after a position are still listed: old ones are forgotten. */
  lists(after: Position): boolean {
    const oldest = this.#database
      .prepare("SELECT min(sequence) AS oldest FROM search_removals")
      .get()?.oldest;
    const newest = this.#database
      .prepare("SELECT seq FROM sqlite_sequence WHERE name = 'search_removals'")
      .get()?.seq;
    const first = oldest === null || oldest === undefined ? Number(newest ?? 0) + 1 : Number(oldest);
    return first <= after.removal + 1;
  }

  close(): void {
    this.#database.close();
  }
}

function parse(row: Record<string, unknown>): SearchDocument {
  return JSON.parse(String(row.document)) as SearchDocument;
}
