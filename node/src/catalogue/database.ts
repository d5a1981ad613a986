import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { CollectiveError } from "@action-collective/protocol";

/** Raised by one with every change of the tables below. */
const SCHEMA_VERSION = 2;

/** Up to here SQLite's own check takes well under 0.2 s; beyond, it would hold up every start. */
const CHECKED_BYTES = 64 * 1024 * 1024;

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- One row per register (author, kind, subject): the record that won it. seq grows with every change and is what
-- neighbours page through.
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest BLOB NOT NULL,
  created INTEGER NOT NULL,
  received INTEGER NOT NULL,
  -- What scores are computed from, copied out of the body (record-facts.ts) so that nothing is decoded for them.
  outcome TEXT,
  runs INTEGER,
  succeeded INTEGER,
  useful INTEGER,
  useless INTEGER,
  up_to INTEGER,
  compromised_since INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (author, kind, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (subject, kind, received);
-- With all that agreement is computed from, so that a rater's newest verdicts lie side by side.
CREATE INDEX IF NOT EXISTS verdicts_by_author ON records (author, seq, created, outcome, subject)
  WHERE kind = 'verdict';
CREATE TABLE IF NOT EXISTS authors (author TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS actions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  manifest BLOB NOT NULL,
  origin TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  standing TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  report TEXT,
  runner TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  wanted INTEGER NOT NULL DEFAULT 0,
  publisher TEXT NOT NULL DEFAULT '-',
  -- 1: ships with this program, whoever has published it since.
  starter INTEGER NOT NULL DEFAULT 0
) STRICT;
-- All that a name is resolved by, best first, so that a thousand namesakes cost no more than a page.
CREATE INDEX IF NOT EXISTS actions_by_name
  ON actions (name COLLATE NOCASE, (standing = 'failed'), starter DESC, first_seen, id);
CREATE INDEX IF NOT EXISTS actions_by_standing ON actions (standing);
-- Without it, reading a standing would walk past the manifest.
CREATE INDEX IF NOT EXISTS actions_standing_of ON actions (id, standing);
CREATE INDEX IF NOT EXISTS actions_pending ON actions (due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_waiting ON actions (wanted, publisher, due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_by_first_seen ON actions (first_seen);
-- What actions have in common (facets.ts), by their rowid: new actions are at the end of every range, so that writing
-- stays in a few pages. Actions are never deleted, so even a VACUUM leaves the rowids as they are.
CREATE TABLE IF NOT EXISTS facet_names (facet INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS facets (
  facet INTEGER NOT NULL,
  action INTEGER NOT NULL,
  PRIMARY KEY (facet, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS actions_by_runner ON actions (runner, due) WHERE standing IN ('passed', 'failed');
CREATE TABLE IF NOT EXISTS counters (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  useful INTEGER NOT NULL DEFAULT 0,
  useless INTEGER NOT NULL DEFAULT 0,
  dirty INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started INTEGER NOT NULL,
  duration REAL NOT NULL,
  status TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS cursors (peer TEXT PRIMARY KEY, epoch TEXT NOT NULL, after INTEGER NOT NULL) STRICT;
`;

/** The catalogue's file is damaged, or written by a newer version. Never repaired by guessing: nothing is lost. */
export class CatalogueUnreadableError extends CollectiveError {
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(
      "catalogue-unreadable",
      `The catalogue ${path} cannot be read: ${why}`,
      "Move the file away and start again: your key stays, and what you and others published comes back from the network.",
      options,
    );
  }
}

/**
 * Opens the catalogue's SQLite file. WAL with synchronous=NORMAL: a commit survives the process being killed at any
 * moment (only a power cut may cost the newest ones).
 * @throws {CatalogueUnreadableError}
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
    quickCheck(database);
    database.exec(TABLES);
    checkVersion(database);
    return database;
  } catch (cause) {
    database?.close();
    throw new CatalogueUnreadableError(path, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function quickCheck(database: DatabaseSync): void {
  const pages = database
    .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
    .get();
  if (Number(pages?.bytes) > CHECKED_BYTES) return;
  const row = database.prepare("PRAGMA quick_check(1)").get();
  if (row?.quick_check !== "ok") throw new Error(String(row?.quick_check ?? "the integrity check failed"));
}

function checkVersion(database: DatabaseSync): void {
  const version = readMeta(database, "schema");
  if (version === undefined) writeMeta(database, "schema", String(SCHEMA_VERSION));
  else if (version !== String(SCHEMA_VERSION))
    throw new Error(`it has format ${version}, this program knows ${SCHEMA_VERSION}`);
  if (readMeta(database, "epoch") === undefined) writeMeta(database, "epoch", randomBytes(8).toString("hex"));
}

export function readMeta(database: DatabaseSync, key: string): string | undefined {
  const row = database.prepare("SELECT value FROM meta WHERE key = ?").get(key) as
    | { value: string }
    | undefined;
  return row?.value;
}

export function writeMeta(database: DatabaseSync, key: string, value: string): void {
  database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)").run(key, value);
}
