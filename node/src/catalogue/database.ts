import { DatabaseSync } from "node:sqlite";
import { CollectiveError } from "@action-collective/protocol";
import { migrationsFrom } from "./migrations.ts";

/** Raised by one with every change of the tables below. */
const SCHEMA_VERSION = 5;

/** Up to here SQLite's own check takes well under 0.2 s; beyond, it would hold up every start. */
const CHECKED_BYTES = 64 * 1024 * 1024;

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- One row per register (author, kind, subject): the record that won it. seq grows with every
-- change: the order in which this peer learned of things.
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
  level INTEGER,
  bytes BLOB NOT NULL,
  UNIQUE (author, kind, subject)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (subject, kind, received);
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
  starter INTEGER NOT NULL DEFAULT 0,
  -- Share of mutants that its unit test noticed here, 0 to 1; null until it was measured.
  strength REAL
) STRICT;
-- All that a name is resolved by, best first, so that a thousand namesakes cost no more than a page.
CREATE INDEX IF NOT EXISTS actions_by_name
  ON actions (name COLLATE NOCASE, (standing = 'failed'), starter DESC, first_seen, id);
CREATE INDEX IF NOT EXISTS actions_by_standing ON actions (standing);
-- Without it, reading a standing would walk past manifest and report.
CREATE INDEX IF NOT EXISTS actions_standing_of ON actions (id, standing, strength);
CREATE INDEX IF NOT EXISTS actions_pending ON actions (due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_waiting ON actions (wanted, publisher, due) WHERE standing = 'pending';
CREATE INDEX IF NOT EXISTS actions_by_first_seen ON actions (first_seen);
-- For leafing through all of them by name: a place in it is a name and a rowid.
CREATE INDEX IF NOT EXISTS actions_in_order ON actions (name COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS actions_local ON actions (first_seen) WHERE origin = 'local' AND starter = 0;
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
  dirty INTEGER NOT NULL DEFAULT 0,
  -- When this peer last ran it; null when it never did.
  last_used INTEGER
) STRICT;
-- The part of the counters that was counted while feedback was switched off: never published, also when it is on again.
CREATE TABLE IF NOT EXISTS untold (
  action TEXT PRIMARY KEY,
  runs INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  useful INTEGER NOT NULL,
  useless INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL,
  started INTEGER NOT NULL,
  duration REAL NOT NULL,
  status TEXT NOT NULL,
  -- For whose capability; null for the user, and for runs from before this was written down.
  agent TEXT,
  agent_name TEXT,
  permitted TEXT,
  -- Hosts and names of secrets that it was given, as JSON.
  granted TEXT NOT NULL DEFAULT '{}',
  -- 0: the action was called. Otherwise how often the same attempt ended before that (run-log.ts).
  attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS runs_refused ON runs (agent, action, status) WHERE attempts > 0;
-- Actions whose blocks are all on this peer's disk. kept: one's own and the starter library's, whatever the quota.
-- worth, scarce: as last computed, at appraised. provided: when the DHT was last told; 0 for never.
CREATE TABLE IF NOT EXISTS holdings (
  action TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  since INTEGER NOT NULL,
  worth REAL NOT NULL DEFAULT 0,
  scarce INTEGER NOT NULL DEFAULT 0,
  appraised INTEGER NOT NULL DEFAULT 0,
  provided INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS holdings_by_worth ON holdings (kept, worth, action);
CREATE INDEX IF NOT EXISTS holdings_by_appraisal ON holdings (kept, appraised);
CREATE INDEX IF NOT EXISTS holdings_by_scarcity ON holdings (kept, scarce);
CREATE INDEX IF NOT EXISTS holdings_by_provided ON holdings (provided, worth DESC);
-- Several actions may need one block.
CREATE TABLE IF NOT EXISTS held_blocks (
  block TEXT NOT NULL,
  action TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  PRIMARY KEY (block, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_blocks_of ON held_blocks (action);
-- What lock files pin (root), with all that it uses (action, the root among them): kept as long as one wants it.
CREATE TABLE IF NOT EXISTS kept (
  holder TEXT NOT NULL,
  root TEXT NOT NULL,
  action TEXT NOT NULL,
  PRIMARY KEY (holder, root, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_actions ON kept (action, root);
-- What a rater had said when this peer's own test first answered an action (audits.ts). Written once.
CREATE TABLE IF NOT EXISTS audits (
  rater TEXT NOT NULL,
  action TEXT NOT NULL,
  said TEXT NOT NULL,
  repeated INTEGER NOT NULL,
  PRIMARY KEY (rater, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audits_of_action ON audits (action, said, repeated);
-- The user's own word about other peers, published or not.
CREATE TABLE IF NOT EXISTS trust_statements (
  peer TEXT PRIMARY KEY,
  level INTEGER NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  published INTEGER NOT NULL
) STRICT;
-- Give and take: bytes, and how often a peer was put off. last: when it was last dealt with.
CREATE TABLE IF NOT EXISTS dealings (
  peer TEXT PRIMARY KEY,
  given INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  put_off INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;
-- In this order they are forgotten: a MiB is much to give for one key among thousands.
CREATE INDEX IF NOT EXISTS dealings_by_worth ON dealings (taken >= 1048576, last, peer);
`;

/** The catalogue's file is damaged, or written by a newer version. Never repaired by guessing: nothing is lost. */
export class CatalogueUnreadableError extends CollectiveError {
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(
      "catalogue-unreadable",
      `The catalogue ${path} cannot be read: ${why}`,
      "If a newer version wrote it, start that version again. Otherwise move the file away and start again: your key stays, and what you and others published comes back from the network.",
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
    bringUpToDate(database);
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

/** Creates the tables, or brings those of an older version to this one: all of it or nothing. */
function bringUpToDate(database: DatabaseSync): void {
  const version = versionOf(database);
  const steps = version === undefined ? [] : migrationsFrom(version, SCHEMA_VERSION);
  if (steps === undefined) throw new Error(`it has format ${version}, this program knows ${SCHEMA_VERSION}`);
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const { change } of steps) database.exec(change);
    database.exec(TABLES);
    for (const { fill } of steps) fill?.(database);
    writeMeta(database, "schema", String(SCHEMA_VERSION));
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Undefined for a file that is empty yet. */
function versionOf(database: DatabaseSync): string | undefined {
  const meta = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get();
  return meta === undefined ? undefined : readMeta(database, "schema");
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

export function dropMeta(database: DatabaseSync, key: string): void {
  database.prepare("DELETE FROM meta WHERE key = ?").run(key);
}
