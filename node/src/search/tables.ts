import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** Raise when the tables or the word rule change: the tables are emptied and the caller fills them again. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE search_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- AUTOINCREMENT: a number is never used twice, so a stale number anywhere can only mean nothing, never another.
  CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  );

  -- Contentless: the words are kept once, in search_documents.
  CREATE VIRTUAL TABLE search_words USING fts5 (
    name, use_when, description, parameters, tags,
    content = '', contentless_delete = 1, tokenize = 'porter unicode61'
  );

  -- int8 codes of unit vectors, all of one embedder.
  CREATE TABLE search_vectors (number INTEGER PRIMARY KEY, codes BLOB NOT NULL);

  -- What the vector side has yet to hear of. Written in the caller's transaction, read outside of it,
  -- so that a rollback or a crash leaves nothing half done.
  CREATE TABLE search_changes (number INTEGER PRIMARY KEY, gone INTEGER NOT NULL);
`;

const TABLES = ["search_meta", "search_documents", "search_words", "search_vectors", "search_changes"];

/**
 * Makes the tables, or makes them anew when they are of another version, and forgets the vectors of another
 * embedder. Returns the identity of the tables, which ties the graph file to them.
 */
export function migrate(database: DatabaseSync, embedder: string): string {
  const meta = readMeta(database);
  if (meta.get("version") !== String(SCHEMA_VERSION)) return create(database, embedder);
  if (meta.get("embedder") !== embedder) forgetVectors(database, embedder);
  return meta.get("generation") ?? "";
}

function readMeta(database: DatabaseSync): Map<string, string> {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'search_meta'").get();
  if (exists === undefined) return new Map();
  const rows = database.prepare("SELECT key, value FROM search_meta").all();
  return new Map(rows.map((row) => [String(row.key), String(row.value)]));
}

function create(database: DatabaseSync, embedder: string): string {
  const generation = randomUUID();
  transaction(database, () => {
    for (const table of TABLES) database.exec(`DROP TABLE IF EXISTS ${table}`);
    database.exec(SCHEMA);
    const insert = database.prepare("INSERT INTO search_meta (key, value) VALUES (?, ?)");
    insert.run("version", String(SCHEMA_VERSION));
    insert.run("generation", generation);
    insert.run("embedder", embedder);
  });
  return generation;
}

function forgetVectors(database: DatabaseSync, embedder: string): void {
  transaction(database, () => {
    database.exec("DELETE FROM search_vectors");
    database.exec(
      "INSERT INTO search_changes (number, gone) SELECT number, 0 FROM search_documents WHERE true ON CONFLICT DO NOTHING",
    );
    database.prepare("UPDATE search_meta SET value = ? WHERE key = 'embedder'").run(embedder);
  });
}

/** Runs in a transaction of its own, or in the one that is open. */
export function transaction(database: DatabaseSync, work: () => void): void {
  if (database.isTransaction) {
    work();
    return;
  }
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
