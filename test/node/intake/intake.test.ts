import {
  createVerifier,
  limits,
  proveEquivocation,
  type SignedRecord,
  signRecord,
} from "@action-collective/protocol";
import { expect, test } from "vitest";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Testimony } from "../../../node/src/catalogue/testimony.ts";
import { gossipVerdict, Intake, syncVerdict } from "../../../node/src/intake/intake.ts";
import {
  bundleOf,
  NETWORK,
  publicationOf,
  recordOf,
  signerOf,
  verdictBodyOf,
} from "../../helpers/records.ts";

const NOW = 1_000_000;

function intake(stored: (record: SignedRecord) => void = () => undefined) {
  const catalogue = new Catalogue(":memory:");
  let now = NOW;
  const rivals: string[][] = [];
  const station = new Intake({
    catalogue,
    verifier: createVerifier(),
    network: NETWORK,
    clock: () => now,
    stored,
    equivocated: (one, other) => rivals.push([one.id, other.id]),
    log: () => undefined,
  });
  return { catalogue, station, rivals, advance: (ms: number) => (now += ms) };
}

test("a good record is stored with its action, once", () => {
  const seen: string[] = [];
  const { catalogue, station } = intake((record) => seen.push(record.kind));
  const bundle = bundleOf();
  const bytes = publicationOf(bundle, 1).bytes;
  expect(station.receive(bytes, "somebody", "gossip")).toBe("new");
  expect(station.receive(bytes, "somebody", "sync")).toBe("known");
  expect(catalogue.actions.get(bundle.id)).toMatchObject({ standing: "pending", origin: "network" });
  expect(seen).toEqual(["publication"]);
});

test("what is malformed, forged or of another network is refused, and gossip rejects it (SPEC §9)", () => {
  const { catalogue, station } = intake();
  const good = publicationOf(bundleOf(), 1).bytes;
  const forged = Uint8Array.from(good);
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  const bad = [
    forged,
    good.subarray(0, -1),
    new Uint8Array(0),
    new Uint8Array(20_000),
    Uint8Array.of(0x9f, 0xff),
  ];
  for (const bytes of bad) expect(gossipVerdict(station.receive(bytes, "x", "gossip"))).toBe("reject");
  expect(catalogue.records.count()).toBe(0);
});

test("a record from the future is ignored, not held against its sender (SPEC §4.3)", () => {
  const { station } = intake();
  const early = publicationOf(bundleOf(), 1, 1, NOW + 11 * 60_000);
  expect(station.receive(early.bytes, "x", "gossip")).toBe("early");
  expect(gossipVerdict("early")).toBe("ignore");
  expect(syncVerdict("early")).toBe("later");
  const soon = publicationOf(bundleOf(), 1, 1, NOW + 9 * 60_000);
  expect(station.receive(soon.bytes, "x", "gossip")).toBe("new");
});

test("catching up waits a day for a record from the future, not for years", () => {
  const { station, advance } = intake();
  const day = 24 * 60 * 60_000;
  // A clock that is a day ahead of one that is some minutes slow.
  const most = day + limits.clockSkewMs;
  const tomorrow = publicationOf(bundleOf(), 1, 1, NOW + most).bytes;
  expect(syncVerdict(station.receive(tomorrow, "x", "sync"))).toBe("later");
  const distant = station.receive(publicationOf(bundleOf(), 2, 1, NOW + most + 1).bytes, "x", "sync");
  expect([gossipVerdict(distant), syncVerdict(distant)]).toEqual(["ignore", "refused"]);
  advance(day);
  expect(syncVerdict(station.receive(tomorrow, "x", "sync"))).toBe("new");
});

test("a full author holds up nobody who catches up", () => {
  expect(syncVerdict("limited")).toBe("known");
});

test("an author over quota is ignored by gossip, still heard through sync, and heard again later", () => {
  const { station, advance } = intake();
  const bundle = bundleOf();
  const verdicts = Array.from(
    { length: 1001 },
    (_, i) => recordOf("verdict", bundle, 1, verdictBodyOf("pass"), i + 1).bytes,
  );
  const outcomes = verdicts.map((bytes) => station.receive(bytes, "x", "gossip"));
  expect(outcomes.filter((outcome) => outcome === "new")).toHaveLength(1000);
  expect(outcomes.at(-1)).toBe("limited");
  expect(station.receive(verdicts.at(-1) ?? new Uint8Array(), "x", "sync")).toBe("new");
  advance(1000);
  expect(station.receive(publicationOf(bundleOf(), 1).bytes, "x", "gossip")).toBe("new");
});

test("what the storing depends on is undone with it", () => {
  const { catalogue, station } = intake(() => {
    throw new Error("the index is full");
  });
  expect(() => station.receive(publicationOf(bundleOf(), 1).bytes, "x", "gossip")).toThrow(
    "the index is full",
  );
  expect(catalogue.records.count()).toBe(0);
  expect(catalogue.actions.counts().pending).toBe(0);
});

test("one record that cannot be stored keeps no other of its run back, whatever its place", () => {
  const bundles = ["one", "two", "three"].map((name) => bundleOf({ name }));
  const run = bundles.map((bundle) => publicationOf(bundle, 1).bytes);
  for (const [poison] of run.entries()) {
    const { catalogue, station } = intake((record) => {
      if (record.subject === bundles[poison]?.id) throw new Error("the index chokes on it");
    });
    const outcomes = station.receiveRun(run, "x");
    expect(outcomes).toEqual(run.map((_, index) => (index === poison ? "failed" : "new")));
    expect(catalogue.records.count()).toBe(2);
    expect(catalogue.records.live.set.size).toBe(2);
    expect([gossipVerdict("failed"), syncVerdict("failed")]).toEqual(["ignore", "later"]);
  }
});

test("a run that the machine cannot store fails as a whole, with what the machine said", () => {
  const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
  const { catalogue, station } = intake((record) => {
    if (record.subject !== bundleOf().id) throw full;
  });
  const run = [bundleOf(), bundleOf({ name: "two" })].map((bundle) => publicationOf(bundle, 1).bytes);
  expect(() => station.receiveRun(run, "x")).toThrow(full);
  expect(catalogue.records.count()).toBe(0);
});

test("two records of one revision are handed over as evidence, and a proof of it is taken in (SPEC §4.10)", () => {
  const { catalogue, station, rivals } = intake();
  const bundle = bundleOf();
  const one = recordOf("verdict", bundle, 1, verdictBodyOf("pass"));
  const other = recordOf("verdict", bundle, 1, verdictBodyOf("fail"));
  station.receive(one.bytes, "x", "gossip");
  station.receive(other.bytes, "x", "gossip");
  expect(rivals).toEqual([[other.id, one.id]]);
  const testimony = new Testimony(catalogue.records, NETWORK);
  expect(testimony.equivocated(one.author)).toBe(false);
  const body = proveEquivocation(one, other);
  const draft = { kind: "equivocation", subject: one.authorKey, revision: 1, created: 1000, body } as const;
  const proof = signRecord(draft, signerOf(2), NETWORK);
  expect(station.receive(proof.bytes, "x", "gossip")).toBe("new");
  expect(testimony.equivocated(one.author)).toBe(true);
});
