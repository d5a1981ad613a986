import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { CatalogueState } from "./words/word-snapshot.ts";

/** Raise when the tables change. Words and vectors have versions of their own, with the files that hold them. */
const SCHEMA_VERSION = 2;

const DOCUMENTS = `
  -- AUTOINCREMENT: a number is never used twice, and those that came after a number are new.
  CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  );
`;

/** All that the search thread reads. Written in the caller's transaction: what is rolled back was never there. */
const REST = `
  CREATE TABLE search_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- Numbers of documents that went. Only the newest are kept: whoever is further behind begins anew.
  CREATE TABLE search_removals (sequence INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL);
  -- One row: counting a million documents would take as long as a search.
  CREATE TABLE search_counts (documents INTEGER NOT NULL);
  INSERT INTO search_counts SELECT count(*) FROM search_documents;
`;

/** Of former versions, too. */
const TABLES = [
  "search_meta",
  "search_words",
  "search_vectors",
  "search_changes",
  "search_removals",
  "search_counts",
];

/**
 * Makes the tables, or brings those of a former version up to date; the documents stay. Returns the identity of the
 * tables, which ties the thread's files to them, and how far they go.
 */
export function migrate(database: DatabaseSync): CatalogueState {
  // The thread reads while we write: only write-ahead logging lets both.
  if (!database.isTransaction) database.exec("PRAGMA journal_mode = WAL");
  if (readMeta(database, "version") !== String(SCHEMA_VERSION)) create(database);
  return catalogueState(database);
}

/** How far the tables go now. */
export function catalogueState(database: DatabaseSync): CatalogueState {
  const sequence = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
  return {
    generation: readMeta(database, "generation") ?? "",
    document: Number(sequence.get("search_documents")?.seq ?? 0),
    removal: Number(sequence.get("search_removals")?.seq ?? 0),
  };
}

function readMeta(database: DatabaseSync, key: string): string | undefined {
  if (!exists(database, "search_meta")) return undefined;
  const value = database.prepare("SELECT value FROM search_meta WHERE key = ?").get(key)?.value;
  return value === undefined ? undefined : String(value);
}

function create(database: DatabaseSync): void {
  transaction(database, () => {
    for (const table of TABLES) database.exec(`DROP TABLE IF EXISTS ${table}`);
    if (!exists(database, "search_documents")) database.exec(DOCUMENTS);
    database.exec(REST);
    const insert = database.prepare("INSERT INTO search_meta (key, value) VALUES (?, ?)");
    insert.run("version", String(SCHEMA_VERSION));
    insert.run("generation", randomUUID());
  });
}

function exists(database: DatabaseSync, table: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) !== undefined;
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
