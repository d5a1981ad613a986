import {
  type BodyOf,
  compareRanks,
  consentToSucceed,
  type Kind,
  type PeerId,
  peerIdOfKey,
  proveEquivocation,
  RecordSet,
  registerOf,
  revisionOfCompromise,
  type SignedRecord,
  type Signer,
  signRecord,
  supersedes,
} from "@action-collective/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundle, NETWORK, richBundle, signerOf } from "./vectors/material.ts";
import { verdictBody } from "./vectors/records.ts";

/** A small world, so that records meet in registers, revisions and times again and again. */
const signers = ["a", "b", "c"].map((name) => signerOf(`set ${name}`));
const bundles = [bundle, richBundle];
const peers = signers.map(({ publicKey }) => peerIdOfKey(publicKey));
const T = 1_000_000;

interface Choice {
  readonly kind: Kind;
  readonly author: number;
  readonly subject: number;
  readonly revision: number;
  readonly created: number;
  readonly detail: number;
}

function sign<K extends Kind>(
  signer: Signer,
  kind: K,
  subject: Parameters<typeof signRecord>[0]["subject"],
  { revision, created }: { revision: number; created: number },
  body: BodyOf<K>,
): SignedRecord {
  return signRecord({ kind, subject, revision, created, body }, signer, NETWORK);
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function make(choice: Choice): SignedRecord {
  const { kind, author, subject, revision, detail } = choice;
  const signer = pick(signers, author);
  const other = pick(signers, author + 1 + (subject % 2));
  const { cid, bytes } = pick(bundles, subject);
  const when = { revision, created: T + choice.created };
  const feedback = { runs: 9, succeeded: detail, useful: 0, useless: 0 };
  switch (kind) {
    case "publication":
      return sign(signer, kind, cid, when, { manifest: bytes });
    case "verdict":
      return sign(signer, kind, cid, when, { ...verdictBody, calls: detail });
    case "feedback":
      return sign(signer, kind, cid, when, feedback);
    case "withdrawal":
      return sign(signer, kind, cid, when, { upTo: 1 + detail, reason: "" });
    case "trust":
      return sign(signer, kind, other.publicKey, when, { level: detail, reason: "" });
    case "equivocation": {
      const twice = [0, 1].map((succeeded) =>
        sign(other, "feedback", cid, when, { ...feedback, succeeded: succeeded + detail }),
      );
      const [first, second] = [pick(twice, 0), pick(twice, 1)];
      return sign(signer, kind, other.publicKey, when, proveEquivocation(first, second));
    }
    case "succession": {
      if (detail > 0)
        return sign(signer, kind, other.publicKey, when, {
          consent: consentToSucceed(other, signer.publicKey, NETWORK),
        });
      const compromisedSince = T + (choice.created >> 1);
      const revision = revisionOfCompromise(compromisedSince);
      return sign(signer, kind, signer.publicKey, { ...when, revision }, { compromisedSince });
    }
  }
}

const record = fc
  .record({
    kind: fc.constantFrom<Kind>(
      ...([
        "publication",
        "verdict",
        "feedback",
        "withdrawal",
        "trust",
        "succession",
        "equivocation",
      ] as const),
    ),
    author: fc.nat(2),
    subject: fc.nat(1),
    revision: fc.integer({ min: 1, max: 3 }),
    created: fc.nat(6),
    detail: fc.nat(2),
  })
  .map(make);
const records = fc.array(record, { maxLength: 24 });

/** Everything a reader could ask of the state. */
function everything(set: RecordSet): unknown {
  return {
    live: [...set.live()].map(({ id }) => id).sort(),
    keys: peers.map((peer) => ({ ...set.key(peer), heir: set.heir(peer) })),
    fingerprint: set.fingerprint(),
    size: set.size,
  };
}

function setOf(all: readonly SignedRecord[]): RecordSet {
  const set = new RecordSet();
  for (const one of all) set.add(one);
  return set;
}

describe("§4.11 the state depends on the set of records alone", () => {
  test("any order, with repetitions, ends in the same state", () => {
    const shuffled = records.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all, ...all], { minLength: all.length * 3 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        expect(everything(setOf(mixed))).toEqual(everything(setOf(all)));
      }),
      { numRuns: 300 },
    );
  });

  test("two peers who exchange what they kept agree with one who heard everything", () => {
    fc.assert(
      fc.property(records, records, (mine, theirs) => {
        const kept = [...keptBy(mine), ...keptBy(theirs)];
        expect(everything(setOf(kept))).toEqual(everything(setOf([...mine, ...theirs])));
      }),
      { numRuns: 200 },
    );
  });

  test("it is what the definition says, computed the slow way", () => {
    fc.assert(
      fc.property(records, (all) => {
        const set = setOf(all);
        for (const [name, ranked] of registersOf(all)) {
          expect(set.get(name)?.id).toBe(ranked[0]?.id);
          expect(set.split(name)?.map(({ id }) => id)).toEqual(
            ranked.length > 1 ? ranked.slice(0, 2).map(({ id }) => id) : undefined,
          );
        }
        for (const peer of peers) expect(set.key(peer).equivocated).toBe(isGuilty(peer, all));
      }),
      { numRuns: 200 },
    );
  });

  test("adding tells what changed: the state's fingerprint moves exactly when it says so", () => {
    fc.assert(
      fc.property(records, (all) => {
        const set = new RecordSet();
        for (const one of all) {
          const before = set.fingerprint();
          const changes = ["new", "rival"].includes(set.add(one));
          expect(set.fingerprint() !== before).toBe(changes);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function keptBy(all: readonly SignedRecord[]): SignedRecord[] {
  const set = setOf(all);
  return [...registersOf(all).keys()].flatMap((name) => set.split(name) ?? set.get(name) ?? []);
}

/** By register: the different records of its highest revision, highest digest first. */
function registersOf(all: readonly SignedRecord[]): Map<string, SignedRecord[]> {
  const registers = Map.groupBy(all, registerOf);
  for (const [name, members] of registers) {
    const highest = Math.max(...members.map(({ revision }) => revision));
    const top = new Map(members.filter(({ revision }) => revision === highest).map((one) => [one.id, one]));
    registers.set(
      name,
      [...top.values()].sort((a, b) => compareRanks(b, a)),
    );
  }
  return registers;
}

function isGuilty(peer: PeerId, all: readonly SignedRecord[]): boolean {
  const accused = all.some((one) => one.kind === "equivocation" && one.subject === peer);
  const caught = [...registersOf(all).values()].some((top) => top[0]?.author === peer && top.length > 1);
  return accused || caught;
}

const [a, b, c] = [pick(signers, 0), pick(signers, 1), pick(signers, 2)];
const [peerA, peerB, peerC] = [pick(peers, 0), pick(peers, 1), pick(peers, 2)];
const at = (created: number, revision = 1) => ({ created, revision });
const publish = (created: number, revision = 1) =>
  sign(a, "publication", bundle.cid, at(created, revision), { manifest: bundle.bytes });
const withdraw = (created: number, upTo: number) =>
  sign(a, "withdrawal", bundle.cid, at(created), { upTo, reason: "" });
const compromise = (signer: Signer, since: number, created = since) =>
  sign(signer, "succession", signer.publicKey, at(created, revisionOfCompromise(since)), {
    compromisedSince: since,
  });
const succeed = (from: Signer, to: Signer, created: number, revision = 1) =>
  sign(from, "succession", to.publicKey, at(created, revision), {
    consent: consentToSucceed(to, from.publicKey, NETWORK),
  });

describe("§4.2 registers", () => {
  test("the higher revision supersedes, and at one revision the higher digest", () => {
    const [first, second] = [publish(1, 1), publish(1, 2)];
    expect([supersedes(second, first), supersedes(first, second), supersedes(first, first)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("of many records of one revision the two highest are kept, in whatever order they came", () => {
    const twins = Array.from({ length: 5 }, (_, i) => publish(i)).sort((one, other) =>
      compareRanks(other, one),
    );
    const [winner, rival] = [pick(twins, 0), pick(twins, 1)];
    fc.assert(
      fc.property(fc.shuffledSubarray(twins, { minLength: twins.length }), (order) => {
        expect(
          setOf(order)
            .split(registerOf(winner))
            ?.map(({ id }) => id),
        ).toEqual([winner.id, rival.id]);
      }),
    );
  });

  test("a bound per author refuses new registers, and still lets the old ones change", () => {
    const set = new RecordSet(1);
    expect([publish(1), withdraw(1, 1), publish(1, 2), compromise(b, 5)].map((one) => set.add(one))).toEqual([
      "new",
      "limited",
      "new",
      "new",
    ]);
  });
});

describe("§4.8 withdrawals", () => {
  test("cover revisions up to the one they name", () => {
    const first = publish(1, 1);
    const again = publish(3, 2);
    const set = setOf([first, withdraw(2, 1)]);
    expect(set.effect(first)).toBe("withdrawn");
    set.add(again);
    expect(set.effect(again)).toBe("counts");
  });
});

describe("§4.9 successions", () => {
  test("a compromise voids what is dated at or after it, and nothing else", () => {
    const [before, after] = [publish(9), withdraw(10, 1)];
    const set = setOf([before, after, compromise(a, 10, 20)]);
    expect(set.effect(before)).toBe("counts");
    expect(set.effect(after)).toBe("void");
    expect(set.key(peerA).compromisedSince).toBe(10);
    expect(set.key(peerB).compromisedSince).toBeUndefined();
  });

  test("a compromise can be dated back but never taken back", () => {
    const [late, early] = [compromise(a, 10, 11), compromise(a, 5, 12)];
    for (const order of [
      [late, early],
      [early, late],
    ])
      expect(setOf(order).key(peerA).compromisedSince).toBe(5);
  });

  test("the successor is followed, two successors are none, and a loop leads nowhere", () => {
    expect(setOf([succeed(a, b, 1), succeed(b, c, 1)]).heir(peerA)).toBe(peerC);
    const contested = setOf([succeed(a, b, 1), succeed(a, c, 1)]);
    expect(contested.key(peerA).successor).toBeUndefined();
    expect(contested.heir(peerA)).toBe(peerA);
    expect(setOf([succeed(a, b, 1), succeed(b, a, 1)]).heir(peerA)).toBeUndefined();
  });

  test("what a thief names after the compromise does not contest what was named before", () => {
    const set = setOf([succeed(a, b, 1), succeed(a, c, 50), compromise(a, 10)]);
    expect(set.key(peerA).successor).toBe(peerB);
  });
});
