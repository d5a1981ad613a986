import { createHash, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { VectorFileError } from "../errors.ts";
import type { CatalogueState } from "../words/word-snapshot.ts";

/** Raise when the tables change. */
const FORMAT = 1;

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- One row per text that was embedded. AUTOINCREMENT: a stale label in a graph can only mean nothing, never another.
  CREATE TABLE vectors (
    label INTEGER PRIMARY KEY AUTOINCREMENT,
    text_key BLOB NOT NULL UNIQUE,
    codes BLOB NOT NULL,
    checksum INTEGER NOT NULL
  );
  CREATE TABLE documents (number INTEGER PRIMARY KEY, label INTEGER NOT NULL);
`;

const SQL = {
  meta: "SELECT value FROM meta WHERE key = ?",
  setMeta: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
  find: "SELECT label, codes, checksum FROM vectors WHERE text_key = ?",
  insert: "INSERT OR REPLACE INTO vectors (text_key, codes, checksum) VALUES (?, ?, ?)",
  delete: "DELETE FROM vectors WHERE label = ?",
  vectors: "SELECT label, codes, checksum FROM vectors WHERE label > ? ORDER BY label LIMIT ?",
  link: "INSERT OR REPLACE INTO documents (number, label) VALUES (?, ?)",
  unlink: "DELETE FROM documents WHERE number = ?",
  documents: "SELECT number, label FROM documents WHERE number > ? ORDER BY number LIMIT ?",
} as const;

export interface LabelledCodes {
  readonly label: number;
  /** Undefined where what is stored is damaged. */
  readonly codes: Int8Array | undefined;
}

/** What of a text decides about its vector: equal texts need be embedded once. 128 bits of SHA-256. */
export function textKey(text: string): Uint8Array {
  return createHash("sha256").update(text).digest().subarray(0, 16);
}

/**
 * The vectors of one embedder, durably: they cost more to make than anything else here. By the text that they were
 * made from, so that a document that comes again or gets another number costs nothing. A file of its own, which only
 * the search thread writes: the catalogue's transactions never wait for it, and forgetting an embedder is deleting it.
 */
export class VectorDatabase {
  readonly #database: DatabaseSync;
  readonly #statements: Record<keyof typeof SQL, StatementSync>;
  readonly #dimensions: number;
  /** Which file this is: ties a graph to it. */
  readonly identity: string;

  /** @throws VectorFileError where the file is damaged or another embedder's */
  constructor(file: string, embedder: { id: string; dimensions: number }, catalogue: CatalogueState) {
    this.#dimensions = embedder.dimensions;
    const database = new DatabaseSync(file);
    try {
      database.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000",
      );
      const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get();
      const wanted = JSON.stringify([FORMAT, embedder.id, embedder.dimensions]);
      if (exists === undefined) create(database, wanted);
      const prepare = (name: keyof typeof SQL) => database.prepare(SQL[name]);
      const names = Object.keys(SQL) as (keyof typeof SQL)[];
      this.#statements = Object.fromEntries(names.map((name) => [name, prepare(name)])) as Record<
        keyof typeof SQL,
        StatementSync
      >;
      this.#database = database;
      if (this.#meta("embedder") !== wanted) throw new Error("belong to another embedder");
      this.identity = this.#meta("identity");
      this.#adopt(catalogue);
    } catch (error) {
      database.close();
      throw new VectorFileError(file, `cannot be used (${error instanceof Error ? error.message : error})`);
    }
  }

  static delete(file: string): void {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  }

  /** One transaction around what `work` writes. */
  write(work: () => void): void {
    this.#database.exec("BEGIN");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  find(key: Uint8Array): LabelledCodes | undefined {
    const row = this.#statements.find.get(key);
    return row === undefined ? undefined : this.#read(row);
  }

  /** @returns the label */
  insert(key: Uint8Array, codes: Int8Array): number {
    const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
    return Number(this.#statements.insert.run(key, bytes, crc32(bytes)).lastInsertRowid);
  }

  delete(label: number): void {
    this.#statements.delete.run(label);
  }

  link(number: number, label: number): void {
    this.#statements.link.run(number, label);
  }

  unlink(number: number): void {
    this.#statements.unlink.run(number);
  }

  vectorsAfter(label: number, limit: number): LabelledCodes[] {
    return this.#statements.vectors.all(label, limit).map((row) => this.#read(row));
  }

  documentsAfter(number: number, limit: number): { number: number; label: number }[] {
    const rows = this.#statements.documents.all(number, limit);
    return rows.map((row) => ({ number: Number(row.number), label: Number(row.label) }));
  }

  /** Notes how far the catalogue had come, so that one that was put back is recognised. */
  close(seen: CatalogueState): void {
    this.#setSeen(seen);
    this.#database.close();
  }

  /** Closes it as it is. */
  abandon(): void {
    this.#database.close();
  }

  #read(row: Record<string, unknown>): LabelledCodes {
    const bytes = row.codes as Uint8Array;
    const sound = bytes.length === this.#dimensions && crc32(bytes) === row.checksum;
    const codes = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    return { label: Number(row.label), codes: sound ? codes : undefined };
  }

  /** Numbers of another catalogue, or of one that was put back, mean other documents. The vectors stay good. */
  #adopt(catalogue: CatalogueState): void {
    const { generation } = catalogue;
    const newest = this.#database.prepare("SELECT max(number) AS newest FROM documents").get()?.newest ?? 0;
    const seen = Math.max(Number(newest), Number(this.#meta("seen") || 0));
    if (this.#meta("generation") !== generation || seen > catalogue.document)
      this.#database.exec("DELETE FROM documents");
    this.#setSeen(catalogue);
  }

  #setSeen({ generation, document }: CatalogueState): void {
    this.#statements.setMeta.run("generation", generation);
    this.#statements.setMeta.run("seen", String(document));
  }

  #meta(key: string): string {
    return String(this.#statements.meta.get(key)?.value ?? "");
  }
}

function create(database: DatabaseSync, embedder: string): void {
  database.exec(`BEGIN; ${SCHEMA}`);
  const insert = database.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
  insert.run("embedder", embedder);
  insert.run("identity", randomUUID());
  database.exec("COMMIT");
}
