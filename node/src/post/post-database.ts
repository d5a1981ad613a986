import { DatabaseSync } from "node:sqlite";
import { PostUnreadableError } from "./errors.ts";

/** Raised by one with every change of the tables below. */
const SCHEMA_VERSION = 1;

const TABLES = `
-- Names that were exposed here lately: what comes for them is kept while they are away.
-- owner: at whose desk; nobody else gets it.
CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, owner TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS names_by_seen ON names (seen);
-- Letters for agents of this peer that are briefly absent.
CREATE TABLE IF NOT EXISTS kept (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  peer TEXT NOT NULL,
  newcomer INTEGER NOT NULL,
  message BLOB NOT NULL,
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS kept_by_name ON kept (name, seq);
CREATE INDEX IF NOT EXISTS kept_by_peer ON kept (peer);
CREATE INDEX IF NOT EXISTS kept_by_until ON kept (until);
-- Letters of agents of this peer to others that could not be reached.
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  peer TEXT NOT NULL,
  agent TEXT NOT NULL,
  message BLOB NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_by_peer ON outbox (peer, seq);
CREATE INDEX IF NOT EXISTS outbox_by_agent ON outbox (agent);
CREATE INDEX IF NOT EXISTS outbox_by_until ON outbox (until);
-- One-way letters that came, and what became of them: a letter that is sent again is not delivered again.
CREATE TABLE IF NOT EXISTS seen (
  -- From whom to whom.
  way TEXT NOT NULL,
  id TEXT NOT NULL,
  peer TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (way, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_by_peer ON seen (peer, at);
CREATE INDEX IF NOT EXISTS seen_by_at ON seen (at);
`;

/**
 * Opens the post's SQLite file. WAL with synchronous=NORMAL: what was kept survives the process being killed at any moment (a
 * power cut may cost the newest of it). Throws PostUnreadableError.
 */
function openPostDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > SCHEMA_VERSION)
      throw new Error(`it has format ${version}, this program knows ${SCHEMA_VERSION}`);
    database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
    return database;
  } catch (error) {
    database?.close();
    throw new PostUnreadableError(path, error);
  }
}

/** The file of the post as a station that is opened and closed with the others. */
export class PostFile {
  readonly database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Throws PostUnreadableError. */
  static async open(path: string): Promise<PostFile> {
    return new PostFile(openPostDatabase(path));
  }

  async stop(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }
}
