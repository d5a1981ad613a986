import { join } from "node:path";
import { type BodyOf, type Bundle, type SignedRecord, signRecord } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
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
import { until } from "../../helpers/until.ts";

const SELF = 9;
const bundles = ["double", "triple", "halve"].map((name) => bundleOf({ name }));
const [first, second, third] = bundles as [Bundle, Bundle, Bundle];
const PEERS = [1, 2, 3, 4];

const reputationOf = (catalogue: Catalogue) =>
  new Reputation({ catalogue, self: peerOf(SELF), clock: () => 5_000 });

/** Everything that a peer thinks, as it would show it. */
function viewOf(reputation: Reputation) {
  return {
    actions: bundles.map(({ id }) => [reputation.explain(id), reputation.withdrawn(id)]),
    peers: PEERS.map(peerOf).map((peer) => [
      ...[reputation.ofRater(peer), reputation.ofAuthor(peer), reputation.trustOf(peer)],
      ...[reputation.discredited(peer), reputation.successor(peer)],
    ]),
    suggestions: reputation.suggestions(10),
  };
}

function trustOf(author: number, about: number, level: number, revision = 1): SignedRecord {
  const subject = signerOf(about).publicKey;
  const body: BodyOf<"trust"> = { level, reason: "" };
  return signRecord({ kind: "trust", subject, revision, created: 1_000, body }, signerOf(author), NETWORK);
}

function compromiseOf(author: number, since: number): SignedRecord {
  const signer = signerOf(author);
  const about = { subject: signer.publicKey, created: since + 1, body: { compromisedSince: since } };
  const revision = Number.MAX_SAFE_INTEGER - since;
  return signRecord({ kind: "succession", revision, ...about }, signer, NETWORK);
}

/** Records of every kind that reputation reads, with some that replace others. */
const SAID: readonly SignedRecord[] = [
  publicationOf(first, 1),
  publicationOf(second, 1),
  publicationOf(third, 2),
  recordOf("verdict", first, 2, verdictBodyOf("pass")),
  recordOf("verdict", first, 3, verdictBodyOf("pass")),
  recordOf("verdict", first, 3, verdictBodyOf("fail"), 2),
  recordOf("verdict", second, 2, verdictBodyOf("fail")),
  recordOf("verdict", second, 4, verdictBodyOf("pass")),
  recordOf("verdict", third, 3, verdictBodyOf("unknown")),
  recordOf("feedback", first, 2, { runs: 3, succeeded: 2, useful: 1, useless: 0 }),
  recordOf("withdrawal", third, 2, { upTo: 1, reason: "" }),
  trustOf(2, 3, 2),
  trustOf(2, 3, 1, 2),
  trustOf(3, 4, -1),
  compromiseOf(4, 900),
];

test("a search of many candidates reads nothing anew when nothing was written", () => {
  const catalogue = new Catalogue(":memory:");
  const reputation = reputationOf(catalogue);
  for (const record of SAID) catalogue.records.put(record, 1);
  const known = reputation.ofAction(first.id);
  expect(known.verdicts).toEqual({ pass: 1, fail: 1 });
  // With the tables gone, only what is known can answer.
  catalogue.database.exec("ALTER TABLE records RENAME TO elsewhere; ALTER TABLE actions RENAME TO away");
  expect(reputation.ofAction(first.id)).toBe(known);
  expect(reputation.ofRater(peerOf(2)).value).toBe(0.5);
  catalogue.close();
});

test("what a transaction wrote and took back is not believed, and what takes its place is", () => {
  const catalogue = new Catalogue(":memory:");
  const { records, actions, usage, trust } = catalogue;
  const reputation = reputationOf(catalogue);
  for (const bundle of bundles) actions.add(bundle, "network", 1);
  for (const record of SAID.slice(0, 5)) records.put(record, 1);
  trust.put({ peer: peerOf(3), level: 1, reason: "", since: 1, published: false });
  const before = viewOf(reputation);
  const fail = recordOf("verdict", first, 4, verdictBodyOf("fail"));
  expect(() =>
    catalogue.transaction(() => {
      records.put(fail, 1);
      records.put(recordOf("verdict", first, 2, verdictBodyOf("fail"), 2), 1);
      catalogue.audits.write(first.id, peerOf(SELF));
      actions.change(first.id, { standing: "failed", reason: "", attempts: 0, due: 0 });
      usage.count(first.id, { runs: 1 });
      trust.remove(peerOf(3));
      // Inside, answers come from before.
      expect(viewOf(reputation)).toEqual(before);
      throw new Error("the disk is full");
    }),
  ).toThrow("the disk is full");
  expect(viewOf(reputation)).toEqual(before);
  // This one gets the number that the lost one had.
  records.put(recordOf("verdict", second, 4, verdictBodyOf("fail")), 1);
  expect(reputation.ofAction(second.id).verdicts).toEqual({ pass: 0, fail: 1 });
  expect(reputation.ofAction(first.id).verdicts).toEqual({ pass: 2, fail: 0 });
  records.put(fail, 1);
  expect(reputation.ofAction(first.id).verdicts).toEqual({ pass: 2, fail: 1 });
  expect(viewOf(reputation)).toEqual(viewOf(reputationOf(catalogue)));
  catalogue.close();
});

test("what could not be read is taken in when it can be again, and nobody falls over it meanwhile", async () => {
  const catalogue = new Catalogue(":memory:");
  const { database, records, actions, usage } = catalogue;
  const reputation = reputationOf(catalogue);
  for (const bundle of bundles) actions.add(bundle, "network", 1);
  for (const record of SAID.slice(0, 5)) records.put(record, 1);
  const before = reputation.ofAction(first.id);
  actions.change(first.id, { standing: "passed", reason: "", attempts: 0, due: 0 });
  usage.count(first.id, { runs: 4, succeeded: 4 });
  database.exec("ALTER TABLE counters RENAME TO elsewhere");
  reputation.soon();
  await new Promise<void>((turn) => setImmediate(() => setImmediate(turn)));
  database.exec("ALTER TABLE elsewhere RENAME TO counters");
  expect(reputation.ofAction(first.id).value).toBeGreaterThan(before.value);
  expect(viewOf(reputation)).toEqual(viewOf(reputationOf(catalogue)));
  reputation.stop();
  catalogue.close();
});

test("a restart changes no score", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const catalogue = new Catalogue(path);
  const { records, actions, audits, usage, trust } = catalogue;
  const reputation = reputationOf(catalogue);
  for (const bundle of bundles) actions.add(bundle, "network", 1);
  trust.put({ peer: peerOf(4), level: -2, reason: "", since: 1, published: false });
  // Asked after every step, so that all of it was taken in bit by bit.
  for (const record of SAID) {
    records.put(record, 1);
    viewOf(reputation);
  }
  for (const [bundle, standing] of [
    [first, "passed"],
    [second, "failed"],
  ] as const) {
    audits.write(bundle.id, peerOf(SELF));
    const report = { strength: { mutants: 4, killed: 3 } };
    actions.change(bundle.id, { standing, reason: "", report, attempts: 0, due: 0 });
    viewOf(reputation);
  }
  records.put(recordOf("verdict", first, 2, verdictBodyOf("fail"), 2), 2);
  usage.count(first.id, { runs: 2, succeeded: 1, useful: 1 });
  viewOf(reputation);
  trust.put({ peer: peerOf(2), level: 2, reason: "", since: 1, published: true });
  trust.remove(peerOf(4));
  const before = viewOf(reputation);
  expect(before.actions[0]?.[0]).toMatchObject({ standing: "passed", own: { strength: 0.75 } });
  expect(before.peers[1]?.[0]).toMatchObject({ agreements: 2, disagreements: 0 });
  catalogue.close();

  const again = new Catalogue(path);
  expect(viewOf(reputationOf(again))).toEqual(before);
  again.close();
});

test("the same records in any order give the same view, also where revisions overtake each other", () => {
  const inOrder = (order: readonly SignedRecord[], ask: (done: number) => boolean) => {
    const catalogue = new Catalogue(":memory:");
    const reputation = reputationOf(catalogue);
    for (const bundle of bundles) catalogue.actions.add(bundle, "network", 1);
    catalogue.trust.put({ peer: peerOf(2), level: 2, reason: "", since: 1, published: false });
    for (const [done, record] of order.entries()) {
      catalogue.records.put(record, 1);
      if (ask(done)) viewOf(reputation);
    }
    const view = viewOf(reputation);
    catalogue.close();
    return view;
  };
  const expected = inOrder(SAID, () => false);
  expect(expected.actions[0]?.[0]).toMatchObject({ score: { verdicts: { pass: 1, fail: 1 } } });
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...SAID], { minLength: SAID.length }),
      fc.integer({ min: 1, max: 5 }),
      (order, every) => {
        expect(inOrder(order, (done) => done % every === 0)).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
});

test("what a long catch-up brought is taken in by and by, and all of it at once when somebody asks", async () => {
  const catalogue = new Catalogue(":memory:");
  catalogue.actions.add(first, "network", 1);
  const insert = catalogue.database.prepare(
    "INSERT INTO records (id, author, kind, subject, revision, digest, created, received, outcome, bytes) VALUES (?, ?, 'verdict', ?, 1, x'00', 1000, 1, 'pass', x'00')",
  );
  catalogue.transaction(() => {
    for (let i = 0; i < 9_000; i++) insert.run(`id ${i}`, `author ${i}`, first.id);
  });
  const loaded = reputationOf(catalogue);
  await loaded.load();
  const asked = reputationOf(catalogue);
  expect(asked.explain(first.id)).toEqual(loaded.explain(first.id));
  // What was loaded needs no table any more.
  const told = reputationOf(catalogue);
  told.soon();
  const { after } = catalogue.records;
  let last = 0;
  catalogue.records.after = (seq, most) => {
    last = seq;
    return after.call(catalogue.records, seq, most);
  };
  await until(() => last >= 8_000, { what: "all slices to be read" });
  expect(told.explain(first.id)).toEqual(loaded.explain(first.id));
  for (const one of [loaded, asked, told]) one.stop();
  catalogue.close();
  expect(told.ofAction(first.id)).toEqual(loaded.ofAction(first.id));
});
