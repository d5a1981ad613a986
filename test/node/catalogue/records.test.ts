import { join } from "node:path";
import { EVERYTHING, openRecord, type SignedRecord } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Records } from "../../../node/src/catalogue/records.ts";
import { bundleOf, NETWORK, publicationOf, recordOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const bundle = bundleOf();
const feedback = (runs: number, revision: number, author = 1) =>
  recordOf("feedback", bundle, author, { runs, succeeded: 0, useful: 0, useless: 0 }, revision);

/** Ids of all live records, as a neighbour that reads them in order sees them. */
function contents({ records: { live } }: Catalogue): string[] {
  return live
    .bytes(live.set.items(EVERYTHING, 1_000))
    .map((bytes) => openRecord(bytes, { verify: () => true }, NETWORK).id);
}

test("registers end in the same state in any order of arrival, with duplicates (SPEC §4.2)", () => {
  const records: SignedRecord[] = [1, 2, 3].flatMap((author) =>
    [1, 1, 2, 3, 3].map((revision, i) => feedback(i, revision, author)),
  );
  records.push(publicationOf(bundle, 1), publicationOf(bundle, 2));
  const states = new Set<string>();
  fc.assert(
    fc.property(fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 }), (order) => {
      const catalogue = new Catalogue(":memory:");
      for (const record of order) catalogue.transaction(() => catalogue.records.put(record, 1));
      states.add(contents(catalogue).join(" "));
      expect(catalogue.records.count()).toBe(5);
      catalogue.close();
    }),
    { numRuns: 40 },
  );
  expect(states.size).toBe(1);
});

test("what a put does is said: new, known, older", () => {
  const catalogue = new Catalogue(":memory:");
  expect(catalogue.records.put(feedback(1, 2), 1).outcome).toBe("new");
  expect(catalogue.records.put(feedback(1, 2), 1).outcome).toBe("known");
  expect(catalogue.records.put(feedback(1, 1), 1).outcome).toBe("older");
  expect(catalogue.records.put(feedback(5, 3), 1).outcome).toBe("new");
  expect(catalogue.records.count()).toBe(1);
  catalogue.close();
});

test("the live set is what the table holds: a replaced record is gone, also after opening again", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const catalogue = new Catalogue(path);
  for (let author = 1; author <= 20; author++) catalogue.records.put(feedback(1, 1, author), 1);
  const replaced = feedback(1, 1, 7);
  const winner = feedback(2, 2, 7);
  catalogue.records.put(winner, 2);
  const { set } = catalogue.records.live;
  expect(set.size).toBe(20);
  expect(set.has(replaced)).toBe(false);
  expect(set.has(winner)).toBe(true);
  const summary = set.summary();
  const ids = contents(catalogue);
  expect(new Set(ids).size).toBe(20);
  catalogue.close();
  const again = new Catalogue(path);
  expect(again.records.live.set.summary()).toEqual(summary);
  expect(contents(again)).toEqual(ids);
  expect(again.records.live.itemOf(winner.bytes)).toEqual({ created: winner.created, digest: winner.digest });
  again.close();
});

test("inside a transaction the live set stays as it is; a rollback leaves it, a commit changes it", () => {
  const catalogue = new Catalogue(":memory:");
  const { live } = catalogue.records;
  const work = (fail: boolean) =>
    catalogue.transaction(() => {
      catalogue.records.put(feedback(1, 1), 1);
      catalogue.transaction(() => catalogue.records.put(feedback(1, 1, 2), 1));
      expect(live.set.size).toBe(0);
      if (fail) throw new Error("no");
    });
  expect(() => work(true)).toThrow("no");
  expect(live.set.size).toBe(0);
  work(false);
  expect(live.set.size).toBe(2);
  expect(contents(catalogue)).toHaveLength(2);
  catalogue.close();
});

test("neither one author nor all of them can fill the catalogue, but each can replace what is there", () => {
  const catalogue = new Catalogue(":memory:");
  const records = new Records(catalogue.database, { perAuthor: 2, inAll: 3 });
  const others = [bundleOf({ name: "one" }), bundleOf({ name: "two" }), bundleOf({ name: "three" })];
  const outcomes = others.map((other) => records.put(publicationOf(other, 1), 1).outcome);
  expect(outcomes).toEqual(["new", "new", "full"]);
  expect(records.put(publicationOf(others[0] ?? bundle, 1, 2), 1).outcome).toBe("new");
  expect(records.put(publicationOf(bundle, 2), 1).outcome).toBe("new");
  expect(records.put(publicationOf(bundle, 3), 1).outcome).toBe("full");
  expect(records.count()).toBe(3);
  catalogue.close();
});

test("two records of one revision show each other, whichever comes first (SPEC §4.2)", () => {
  const [low, high] = [feedback(1, 1), feedback(2, 1)].toSorted((a, b) => Buffer.compare(a.digest, b.digest));
  if (low === undefined || high === undefined) throw new Error("two records");
  for (const [first, second, outcome] of [
    [low, high, "new"],
    [high, low, "older"],
  ] as const) {
    const catalogue = new Catalogue(":memory:");
    expect(catalogue.records.put(first, 1)).toEqual({ outcome: "new" });
    expect(catalogue.records.put(second, 1)).toEqual({ outcome, rival: first.bytes });
    expect(catalogue.records.holder(low.author, "feedback", bundle.id)?.digest).toEqual(high.digest);
    catalogue.close();
  }
});

test("a transaction that throws leaves nothing behind", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const catalogue = new Catalogue(path);
  expect(() =>
    catalogue.transaction(() => {
      catalogue.records.put(feedback(1, 1), 1);
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(catalogue.records.count()).toBe(0);
  catalogue.transaction(() => catalogue.records.put(feedback(1, 1), 1));
  catalogue.close();
  const again = new Catalogue(path);
  expect(again.records.count()).toBe(1);
  again.close();
});
