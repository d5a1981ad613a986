import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type SignedRecord, signRecord } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { readMeta } from "../../../node/src/catalogue/database.ts";
import { CLAIMED } from "../../../node/src/catalogue/migrations.ts";
import {
  bundleOf,
  NETWORK,
  peerOf,
  publicationOf,
  recordOf,
  signerOf,
  verdictBodyOf,
} from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { VERSION_2, VERSION_3, VERSION_4 } from "./old-schemas.ts";

const bundle = bundleOf();
const other = bundleOf({ name: "triple" });

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
  const columns = ["actions", "counters", "records", "runs"].flatMap((table) =>
    database.prepare("SELECT ? AS of, name FROM pragma_table_info(?) ORDER BY name").all(table, table),
  );
  return [...rows, ...columns].map((row) => Object.values(row).join(" "));
}

test("a catalogue of version 2 becomes one of version 5, with all that it knew", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  writeVersion2(path);
  const catalogue = new Catalogue(path);
  expect(readMeta(catalogue.database, "schema")).toBe("5");
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

/** A file as version 3 left it: `bundle` failed here at 500, `other` is pending, and a few had spoken. */
function writeVersion3(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(VERSION_3);
  database.exec("INSERT INTO meta VALUES ('schema', '3')");
  const addAction = database.prepare(
    "INSERT INTO actions (id, name, manifest, origin, first_seen, standing, due, report) VALUES (?, ?, ?, 'network', 7, ?, ?, ?)",
  );
  const measured = JSON.stringify({ strength: { mutants: 8, killed: 6 } });
  addAction.run(bundle.id, bundle.manifest.name, bundle.bytes, "failed", 500, measured);
  addAction.run(other.id, other.manifest.name, other.bytes, "pending", 500, null);
  const addRecord = database.prepare(
    "INSERT INTO records (id, author, kind, subject, revision, digest, created, received, outcome, compromised_since, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const put = (record: SignedRecord, received: number) => {
    const { id, author, kind, subject, revision, digest, created, bytes } = record;
    const outcome = record.kind === "verdict" ? record.body.outcome : null;
    const since =
      record.kind === "succession" && "compromisedSince" in record.body ? record.body.compromisedSince : null;
    addRecord.run(id, author, kind, subject, revision, digest, created, received, outcome, since, bytes);
  };
  put(publicationOf(bundle, 1), 1);
  put(recordOf("verdict", bundle, 1, verdictBodyOf("pass")), 2);
  put(recordOf("verdict", bundle, 2, verdictBodyOf("fail")), 30);
  put(recordOf("verdict", bundle, 3, verdictBodyOf("fail")), 20);
  put(recordOf("verdict", bundle, 4, verdictBodyOf("pass")), 400);
  put(recordOf("verdict", bundle, 5, verdictBodyOf("unknown")), 40);
  put(recordOf("verdict", bundle, 6, verdictBodyOf("fail")), 501);
  put(recordOf("verdict", other, 2, verdictBodyOf("pass")), 40);
  put(recordOf("verdict", bundle, 7, verdictBodyOf("fail")), 10);
  const compromised = signerOf(7);
  put(
    signRecord(
      {
        ...{ kind: "succession", subject: compromised.publicKey, created: 900 },
        ...{ revision: Number.MAX_SAFE_INTEGER - 900, body: { compromisedSince: 900 } },
      },
      compromised,
      NETWORK,
    ),
    50,
  );
  for (const [author, level] of [
    [2, -2],
    [3, 1],
  ] as const) {
    const body = { level, reason: "because" };
    const draft = { kind: "trust", subject: signerOf(9).publicKey, revision: 1, created: 1, body } as const;
    put(signRecord(draft, signerOf(author), NETWORK), 60);
  }
  database.close();
}

test("a catalogue of version 3 knows what was said before its answers, how strong tests are, and whom others trust", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  writeVersion3(path);
  const catalogue = new Catalogue(path);
  expect(readMeta(catalogue.database, "schema")).toBe("5");
  const audits = [...catalogue.audits.all()].toSorted((a, b) => a.repeated - b.repeated);
  // Neither the publisher, nor who does not know, nor who spoke after the last proof, nor a stolen key.
  expect(new Set(audits)).toEqual(
    new Set([
      { rater: peerOf(3), action: bundle.id, said: "fail", repeated: 0 },
      { rater: peerOf(4), action: bundle.id, said: "pass", repeated: 0 },
      { rater: peerOf(2), action: bundle.id, said: "fail", repeated: 1 },
    ]),
  );
  expect(catalogue.actions.proved(bundle.id)).toEqual({
    ...{ id: bundle.id, standing: "failed", strength: 0.75 },
  });
  expect(catalogue.actions.proved(other.id)).toEqual({ id: other.id, standing: "pending", strength: null });
  const levels = catalogue.records.after(0, 100).filter(({ kind }) => kind === "trust");
  expect(levels.map(({ author, level }) => [author, level])).toEqual([
    [peerOf(2), -2],
    [peerOf(3), 1],
  ]);
  const fresh = new Catalogue(":memory:");
  expect(schemaOf(catalogue.database)).toEqual(schemaOf(fresh.database));
  fresh.close();
  catalogue.close();
});

test("a catalogue of version 4 keeps its runs, of which nobody wrote down for whom they were", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const old = new DatabaseSync(path);
  old.exec(VERSION_4);
  old.exec("INSERT INTO meta VALUES ('schema', '4')");
  old
    .prepare(
      "INSERT INTO actions (id, name, manifest, origin, first_seen, standing) VALUES (?, ?, ?, 'network', 7, 'passed')",
    )
    .run(bundle.id, bundle.manifest.name, bundle.bytes);
  old.exec(
    `INSERT INTO runs VALUES ('r1', '${bundle.id}', 100, 1.5, 'ok'), ('r2', 'bafygone', 900, 2.5, 'action-threw')`,
  );
  old.close();
  const catalogue = new Catalogue(path);
  expect(readMeta(catalogue.database, "schema")).toBe("5");
  expect(catalogue.usage.log.list({ limit: 10 })).toEqual([
    {
      place: 2,
      id: "r2",
      action: "bafygone",
      name: "",
      started: 900,
      durationMs: 2.5,
      status: "action-threw",
      granted: {},
    },
    {
      place: 1,
      id: "r1",
      action: bundle.id,
      name: "double",
      started: 100,
      durationMs: 1.5,
      status: "ok",
      granted: {},
    },
  ]);
  const fresh = new Catalogue(":memory:");
  expect(schemaOf(catalogue.database)).toEqual(schemaOf(fresh.database));
  fresh.close();
  catalogue.close();
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
  expect(schemaOf(after)).not.toContain("counters last_used");
  after.close();
});

test("a newer catalogue, and one from before there were migrations, are refused and not written to", async () => {
  await using folder = await temporaryFolder();
  for (const version of ["1", "6", "three"]) {
    const path = join(folder.path, `${version}.sqlite`);
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      INSERT INTO meta VALUES ('schema', '${version}')`);
    database.close();
    expect(() => new Catalogue(path)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`format ${version}, this program knows 5`),
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
