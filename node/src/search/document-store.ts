import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SearchDocument } from "./types.ts";

export interface StoredDocument {
  readonly number: number;
  readonly id: string;
}

export interface StoredVector {
  readonly number: number;
  readonly codes: Int8Array;
}

/** A document whose vector is missing, or a number whose vector must go. */
export type Change =
  | { readonly gone: true; readonly number: number }
  | { readonly gone: false; readonly number: number; readonly document: SearchDocument };

const SQL = {
  find: "SELECT number, document FROM search_documents WHERE id = ?",
  insert: "INSERT INTO search_documents (id, document) VALUES (?, ?) RETURNING number",
  delete: "DELETE FROM search_documents WHERE number = ?",
  deleteVector: "DELETE FROM search_vectors WHERE number = ?",
  change: "INSERT OR REPLACE INTO search_changes (number, gone) VALUES (?, ?)",
  // Newest first: what was just published is what people look for.
  changes: `SELECT c.number, c.gone, d.document FROM search_changes c LEFT JOIN search_documents d USING (number)
            ORDER BY c.number DESC LIMIT ?`,
  unchange: "DELETE FROM search_changes WHERE number = ? AND gone = ?",
  insertVector: `INSERT OR REPLACE INTO search_vectors (number, codes)
                 SELECT number, ? FROM search_documents WHERE number = ?`,
  vectors: "SELECT number, codes FROM search_vectors WHERE number > ? ORDER BY number LIMIT ?",
  page: "SELECT number, id FROM search_documents WHERE number > ? ORDER BY number LIMIT ?",
  named: "SELECT number, id FROM search_documents WHERE number IN (SELECT value FROM json_each(?))",
  documents: "SELECT count(*) AS count FROM search_documents",
  backlog: "SELECT count(*) AS count FROM search_changes WHERE gone = 0",
} as const;

/**
 * Documents, vectors and the list of changes between them, in the catalogue's database. Nothing is mirrored in
 * memory: a transaction of the caller that is rolled back is simply not there.
 */
export class DocumentStore {
  readonly #statements: Record<keyof typeof SQL, StatementSync>;

  constructor(database: DatabaseSync) {
    const prepare = (name: keyof typeof SQL): StatementSync => database.prepare(SQL[name]);
    this.#statements = {
      find: prepare("find"),
      insert: prepare("insert"),
      delete: prepare("delete"),
      deleteVector: prepare("deleteVector"),
      change: prepare("change"),
      changes: prepare("changes"),
      unchange: prepare("unchange"),
      insertVector: prepare("insertVector"),
      vectors: prepare("vectors"),
      page: prepare("page"),
      named: prepare("named"),
      documents: prepare("documents"),
      backlog: prepare("backlog"),
    };
  }

  find(id: string): { number: number; document: string } | undefined {
    const row = this.#statements.find.get(id);
    return row === undefined ? undefined : { number: Number(row.number), document: String(row.document) };
  }

  insert(id: string, document: string): number {
    const number = Number(this.#statements.insert.get(id, document)?.number);
    this.#statements.change.run(number, 0);
    return number;
  }

  delete(number: number): void {
    this.#statements.delete.run(number);
    this.#statements.deleteVector.run(number);
    this.#statements.change.run(number, 1);
  }

  changes(limit: number): Change[] {
    return this.#statements.changes.all(limit).map((row): Change => {
      const number = Number(row.number);
      if (row.gone === 1 || row.document === null) return { gone: true, number };
      return { gone: false, number, document: JSON.parse(String(row.document)) as SearchDocument };
    });
  }

  /** Forgets a change, unless another one has come in its place. */
  settle(change: Change): void {
    this.#statements.unchange.run(change.number, change.gone ? 1 : 0);
  }

  /** Does nothing if the document has gone meanwhile. Returns whether it is still there. */
  saveVector(number: number, codes: Int8Array): boolean {
    const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
    return Number(this.#statements.insertVector.run(bytes, number).changes) > 0;
  }

  vectorsAfter(number: number, limit: number): StoredVector[] {
    return this.#statements.vectors.all(number, limit).map((row) => {
      const bytes = row.codes as Uint8Array;
      return {
        number: Number(row.number),
        codes: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
      };
    });
  }

  documentsAfter(number: number, limit: number): StoredDocument[] {
    return this.#statements.page.all(number, limit).map(toStoredDocument);
  }

  named(numbers: readonly number[]): StoredDocument[] {
    return this.#statements.named.all(JSON.stringify(numbers)).map(toStoredDocument);
  }

  countDocuments(): number {
    return Number(this.#statements.documents.get()?.count);
  }

  countBacklog(): number {
    return Number(this.#statements.backlog.get()?.count);
  }
}

function toStoredDocument(row: Record<string, unknown>): StoredDocument {
  return { number: Number(row.number), id: String(row.id) };
}
