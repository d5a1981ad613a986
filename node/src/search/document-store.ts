import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Removals that are kept for a search thread (or a saved word index) that is behind. */
const MAX_REMOVALS = 100_000;
/** How often those beyond are cut off. */
const CUT_EVERY = 1_000;

const SQL = {
  find: "SELECT number, document FROM search_documents WHERE id = ?",
  insert: "INSERT INTO search_documents (id, document) VALUES (?, ?)",
  delete: "DELETE FROM search_documents WHERE number = ?",
  removal: "INSERT INTO search_removals (number) VALUES (?)",
  cut: "DELETE FROM search_removals WHERE sequence <= ?",
  count: "UPDATE search_counts SET documents = documents + ?",
  documents: "SELECT documents FROM search_counts",
} as const;

/** The documents in the catalogue's database, as the main thread writes them: a few microseconds each. */
export class DocumentStore {
  readonly #statements: Record<keyof typeof SQL, StatementSync>;

  constructor(database: DatabaseSync) {
    const prepare = (name: keyof typeof SQL): StatementSync => database.prepare(SQL[name]);
    this.#statements = {
      find: prepare("find"),
      insert: prepare("insert"),
      delete: prepare("delete"),
      removal: prepare("removal"),
      cut: prepare("cut"),
      count: prepare("count"),
      documents: prepare("documents"),
    };
  }

  find(id: string): { number: number; document: string } | undefined {
    const row = this.#statements.find.get(id);
    return row === undefined ? undefined : { number: Number(row.number), document: String(row.document) };
  }

  insert(id: string, document: string): void {
    this.#statements.insert.run(id, document);
    this.#statements.count.run(1);
  }

  delete(number: number): void {
    this.#statements.delete.run(number);
    const sequence = Number(this.#statements.removal.run(number).lastInsertRowid);
    if (sequence % CUT_EVERY === 0) this.#statements.cut.run(sequence - MAX_REMOVALS);
    this.#statements.count.run(-1);
  }

  countDocuments(): number {
    return Number(this.#statements.documents.get()?.documents);
  }
}
