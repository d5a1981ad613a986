import { join } from "node:path";
import type { PeerId } from "@action-collective/protocol";
import { afterEach, expect, test, vi } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { composeGiveAndTake } from "../../../node/src/give-and-take/compose.ts";
import {
  CONTENDED_MS,
  FLUSH_AFTER_MS,
  MAX_UNWRITTEN,
  RUNS_CACHED_MS,
  SHARE_CACHED_MS,
} from "../../../node/src/give-and-take/limits.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const MIB = 1024 * 1024;
const [alice, bob, carol] = [peerOf(1), peerOf(2), peerOf(3)];

afterEach(() => {
  vi.useRealTimers();
});

function setUp(path = ":memory:") {
  const catalogue = new Catalogue(path);
  const time = { now: 1_700_000_000_000 };
  const known = {
    reliability: new Map<PeerId, number>(),
    trust: new Map<PeerId, number>(),
    discredited: new Set<PeerId>(),
  };
  const logged: string[] = [];
  const giveAndTake = composeGiveAndTake({
    catalogue,
    reputation: {
      ofRater: (peer) => ({ value: known.reliability.get(peer) ?? 0.5, agreements: 10, disagreements: 1 }),
      vouchedFor: (peer) => known.trust.get(peer) ?? 0,
      discredited: (peer) => (known.discredited.has(peer) ? "signed two records" : undefined),
    },
    clock: () => time.now,
    log: (level, message) => logged.push(`${level} ${message}`),
  });
  /** Until what is kept for a while is worked out anew. */
  const pass = () => {
    time.now += RUNS_CACHED_MS;
  };
  return { catalogue, giveAndTake, time, known, pass, logged };
}

test("what goes to a peer and comes from it is counted, and outlives a restart", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "catalogue.sqlite");
  const before = setUp(path);
  before.giveAndTake.gave(alice, 1_000);
  before.giveAndTake.gave(alice, 500);
  before.giveAndTake.took(alice, 16 * MIB);
  before.giveAndTake.putOff(bob);
  const dealings = { right: 10, wrong: 1, useful: 0 };
  const withAlice = { ...dealings, givenBytes: 1_500, takenBytes: 16 * MIB, share: 1.5, putOff: 0 };
  const withBob = { ...dealings, givenBytes: 0, takenBytes: 0, share: 1, putOff: 1 };
  expect(before.giveAndTake.of(alice)).toEqual(withAlice);
  expect(before.giveAndTake.of(bob)).toEqual(withBob);
  await before.giveAndTake.stop();
  before.catalogue.close();

  const after = setUp(path);
  expect(after.giveAndTake.of(alice)).toEqual(withAlice);
  expect(after.giveAndTake.of(bob)).toEqual(withBob);
  after.giveAndTake.gave(alice, 500);
  expect(after.giveAndTake.view()).toEqual({
    givenBytes: 2_000,
    takenBytes: 16 * MIB,
    putOff: 1,
    contended: false,
    peers: [{ peer: alice, givenBytes: 2_000, takenBytes: 16 * MIB, share: 1.5 }],
  });
  after.catalogue.close();
});

test("it is written down by itself, soon, and at once when there is much of it", () => {
  vi.useFakeTimers();
  const { catalogue, giveAndTake } = setUp();
  giveAndTake.gave(alice, 1);
  expect(catalogue.dealings.get(alice).given).toBe(0);
  vi.advanceTimersByTime(FLUSH_AFTER_MS);
  expect(catalogue.dealings.get(alice).given).toBe(1);
  for (let peer = 0; peer < MAX_UNWRITTEN; peer++) giveAndTake.gave(`peer ${peer}`, 7);
  expect(catalogue.dealings.get("peer 0").given).toBe(7);
  expect(giveAndTake.view().givenBytes).toBe(1 + 7 * MAX_UNWRITTEN);
  expect(vi.getTimerCount()).toBe(0);
});

test("a share follows from how far a peer is believed and trusted, not from how often it said what is right", () => {
  const { giveAndTake, known, time } = setUp();
  const share = () => {
    time.now += SHARE_CACHED_MS;
    return giveAndTake.share(alice);
  };
  expect(share()).toBe(1);
  known.reliability.set(alice, 0.75);
  // Kept for some seconds.
  expect(giveAndTake.share(alice)).toBe(1);
  expect(share()).toBe(1.5);
  known.trust.set(alice, 0.05);
  expect(share()).toBe(2);
  known.discredited.add(alice);
  // What is shown is true now: whoever just said that it acts in bad faith sees what follows.
  expect(giveAndTake.of(alice)).toMatchObject({ right: 10, wrong: 1, share: 0.25 });
  expect(giveAndTake.share(alice)).toBe(0.25);
});

test("runs that went well are a merit of who published the action first, not of who repeated it", () => {
  const { catalogue, giveAndTake, pass } = setUp();
  const { actions, usage } = catalogue;
  const bundle = bundleOf({ name: "useful" });
  actions.add(bundle, "network", 1);
  actions.publishedBy(bundle.id, alice);
  actions.publishedBy(bundle.id, bob);
  const shipped = bundleOf({ name: "shipped" });
  actions.add(shipped, "library", 1);
  actions.publishedBy(shipped.id, carol);
  for (const { id } of [bundle, shipped]) usage.count(id, { runs: 12, succeeded: 10 });
  pass();
  expect(giveAndTake.of(alice)).toMatchObject({ useful: 10, share: 1.5 });
  for (const peer of [bob, carol]) expect(giveAndTake.of(peer)).toMatchObject({ useful: 0, share: 1 });
});

test("requests that were put off are shown as contention, for a while", () => {
  const { giveAndTake, time } = setUp();
  expect(giveAndTake.view().contended).toBe(false);
  giveAndTake.putOff(alice);
  expect(giveAndTake.view()).toMatchObject({ contended: true, putOff: 1, peers: [] });
  time.now += CONTENDED_MS;
  expect(giveAndTake.view()).toMatchObject({ contended: false, putOff: 1 });
});

test("a catalogue that fails stops nobody from being served", async () => {
  const { catalogue, giveAndTake, logged } = setUp();
  giveAndTake.took(alice, 16 * MIB);
  expect(giveAndTake.share(alice)).toBe(1.5);
  catalogue.close();
  giveAndTake.gave(alice, 1);
  expect(giveAndTake.share(bob)).toBe(1);
  await giveAndTake.stop();
  expect(logged).toEqual([
    "warn working out a share failed",
    "warn writing down what was given and taken failed",
  ]);
});
