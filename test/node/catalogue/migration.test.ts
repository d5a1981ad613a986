import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { CLAIMED, readMeta } from "../../../node/src/catalogue/database.ts";
import { bundleOf, peerOf, publicationOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

/** The tables as version 2 made them, word for word. */
const VERSION_2 = `
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

const bundle = bundleOf();

/** A file as version 2 left it: an action that passed and ran, a record, a cursor. */
function writeVersion2(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(VERSION_2);
  database.exec("INSERT INTO meta VALUES ('schema', '2'), ('epoch', 'as it was')");
  database
    .prepare(
      "INSERT INTO actions (id, name, manifest, origin, first_seen, standing) VALUES (?, ?, ?, 'network', 7, 'passed')",
    )
    .run(bundle.id, bundle.manifest.name, bundle.bytes);
  database.exec(`
    INSERT INTO counters (action, runs, succeeded, dirty) VALUES ('${bundle.id}', 3, 2, 1), ('bafynever', 0, 0, 0);
    INSERT INTO runs VALUES ('r1', '${bundle.id}', 100, 1.5, 'ok'), ('r2', '${bundle.id}', 900, 1.5, 'ok'),
      ('r3', 'bafyother', 5000, 1.5, 'ok');
    INSERT INTO cursors VALUES ('12D3KooW', 'epoch', 4)`);
  const { id, author, kind, subject, revision, digest, created, bytes } = publicationOf(bundle, 1);
  database
    .prepare(
      "INSERT INTO records (id, author, kind, subject, revision, digest, created, received, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)",
    )
    .run(id, author, kind, subject, revision, digest, created, bytes);
  database.close();
}

function schemaOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT type, name FROM sqlite_schema ORDER BY type, name").all();
  const columns = database.prepare("SELECT name FROM pragma_table_info('counters') ORDER BY name").all();
  return [...rows, ...columns].map((row) => Object.values(row).join(" "));
}

test("a catalogue of version 2 becomes one of version 3, with all that it knew", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  writeVersion2(path);
  const catalogue = new Catalogue(path);
  expect(readMeta(catalogue.database, "schema")).toBe("3");
  expect(catalogue.records.holder(peerOf(1), "publication", bundle.id)?.revision).toBe(1);
  expect(catalogue.actions.get(bundle.id)).toMatchObject({ standing: "passed", firstSeen: 7 });
  expect(catalogue.usage.counters(bundle.id)).toEqual({ runs: 3, succeeded: 2, useful: 0, useless: 0 });
  expect(catalogue.usage.lastUsed(bundle.id)).toBe(900);
  expect(catalogue.usage.lastUsed("bafynever" as typeof bundle.id)).toBeUndefined();
  expect(catalogue.holdings.totals()).toEqual({ bytes: 0, actions: 0, scarce: 0, kept: 0 });
  // What lies on disk from before is looked for.
  expect(readMeta(catalogue.database, CLAIMED)).toBe("0");
  expect(catalogue.holdings.unclaimed(0, 10)).toEqual([{ number: 1, id: bundle.id }]);

  const fresh = new Catalogue(":memory:");
  expect(schemaOf(catalogue.database)).toEqual(schemaOf(fresh.database));
  expect(readMeta(fresh.database, CLAIMED)).toBeUndefined();
  fresh.close();
  catalogue.close();

  const again = new Catalogue(path);
  expect(again.usage.lastUsed(bundle.id)).toBe(900);
  again.close();
});

test("a migration that cannot be finished leaves the file as it was", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  writeVersion2(path);
  const before = new DatabaseSync(path);
  // In the way of a table of version 3.
  before.exec("CREATE VIEW held_blocks AS SELECT 1 AS block");
  before.close();
  expect(() => new Catalogue(path)).toThrow(expect.objectContaining({ code: "catalogue-unreadable" }));
  const after = new DatabaseSync(path);
  expect(readMeta(after, "schema")).toBe("2");
  expect(after.prepare("SELECT peer FROM cursors").all()).toEqual([{ peer: "12D3KooW" }]);
  expect(schemaOf(after)).not.toContain("last_used");
  after.close();
});

test("a newer catalogue, and one from before there were migrations, are refused and not written to", async () => {
  await using folder = await temporaryFolder();
  for (const version of ["1", "4", "three"]) {
    const path = join(folder.path, `${version}.sqlite`);
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      INSERT INTO meta VALUES ('schema', '${version}')`);
    database.close();
    expect(() => new Catalogue(path)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`format ${version}, this program knows 3`),
      }),
    );
    const after = new DatabaseSync(path);
    expect(after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).toEqual([
      { name: "meta" },
    ]);
    after.close();
  }
});

test("when an action was last used follows the receipts", () => {
  const catalogue = new Catalogue(":memory:");
  const run = (id: string, started: number) => {
    catalogue.usage.addRun({ id, action: bundle.id, started, durationMs: 1, status: "ok" });
    catalogue.usage.count(bundle.id, { runs: 1, succeeded: 1 });
  };
  expect(catalogue.usage.lastUsed(bundle.id)).toBeUndefined();
  run("a", 50);
  run("b", 40);
  expect(catalogue.usage.lastUsed(bundle.id)).toBe(50);
  expect(catalogue.usage.counters(bundle.id).runs).toBe(2);
  expect(catalogue.usage.dirty(10)).toEqual([bundle.id]);
  catalogue.close();
});
