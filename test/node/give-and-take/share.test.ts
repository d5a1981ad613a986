import type { PeerId } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LARGEST_SHARE, LEAST_SHARE } from "../../../node/src/give-and-take/limits.ts";
import { type Merits, NO_MERITS, shareOf } from "../../../node/src/give-and-take/share.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import { reliability } from "../../../node/src/reputation/reliability.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";

const MIB = 1024 * 1024;

const count = fc.nat({ max: 100_000 });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const merits: fc.Arbitrary<Merits> = fc.record({
  reliability: fraction,
  useful: count,
  givenBytes: fc.nat({ max: 1e13 }),
  takenBytes: fc.nat({ max: 1e13 }),
  trust: fraction,
  shunned: fc.boolean(),
});

test("a newcomer has one share, and whatever happens it is between the least and the largest", () => {
  expect(shareOf(NO_MERITS)).toBe(1);
  fc.assert(
    fc.property(merits, (some) => {
      const share = shareOf(some);
      expect(share).toBeGreaterThanOrEqual(LEAST_SHARE);
      expect(share).toBeLessThanOrEqual(LARGEST_SHARE);
    }),
  );
});

test("more of what is good never lowers a share, and more of what is bad never raises it", () => {
  const better = ["useful", "takenBytes"] as const;
  const larger = ["reliability", "trust"] as const;
  fc.assert(
    fc.property(merits, count, fraction, (some, more, part) => {
      const share = shareOf(some);
      for (const what of better)
        expect(shareOf({ ...some, [what]: some[what] + more })).toBeGreaterThanOrEqual(share);
      for (const what of larger)
        expect(shareOf({ ...some, [what]: Math.max(some[what], part) })).toBeGreaterThanOrEqual(share);
      expect(shareOf({ ...some, givenBytes: some.givenBytes + more })).toBeLessThanOrEqual(share);
      expect(shareOf({ ...some, shunned: true })).toBe(LEAST_SHARE);
    }),
  );
});

test("a beginner earns by few right verdicts or useful actions; one kind of merit alone does not reach the top", () => {
  expect(shareOf({ ...NO_MERITS, reliability: reliability(2, 0) })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, useful: 10 })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, takenBytes: 16 * MIB })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, trust: 0.05 })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, reliability: 1 })).toBe(2);
  for (const what of ["useful", "takenBytes"])
    expect(shareOf({ ...NO_MERITS, [what]: 1e12 })).toBeLessThanOrEqual(2);
  expect(shareOf({ ...NO_MERITS, reliability: 0.9, useful: 40, takenBytes: 64 * MIB, trust: 0.2 })).toBe(4);
});

test("who takes without giving sinks slowly, and not at all within what a newcomer may take", () => {
  const taker = (mib: number, gave = 0) =>
    shareOf({ ...NO_MERITS, givenBytes: mib * MIB, takenBytes: gave * MIB });
  expect(taker(256)).toBe(1);
  expect(taker(512)).toBeCloseTo(0.85, 2);
  expect(taker(1_280)).toBeCloseTo(0.625, 3);
  expect(taker(1_000_000)).toBeGreaterThanOrEqual(LEAST_SHARE);
  expect(taker(1_000_000)).toBeLessThan(0.26);
  // Who gave as much as it took owes nothing.
  expect(taker(10_000, 10_000)).toBeGreaterThan(1.9);
});

test("wrong verdicts cost, and so does the user's word that they are often wrong; only wrong ones lead to the least", () => {
  const rater = (agreements: number, disagreements: number, level?: -1) =>
    shareOf({ ...NO_MERITS, reliability: reliability(agreements, disagreements, level) });
  expect(rater(30, 10)).toBe(1);
  expect(rater(0, 2)).toBeCloseTo(0.4375, 4);
  expect(rater(0, 1_000)).toBeCloseTo(LEAST_SHARE, 2);
  expect(rater(0, 0, -1)).toBe(0.625);
});

test("to repeat what others had said of an action gives no share, however often it is right", () => {
  const model = new ReputationModel(peerOf(0));
  const [first, echo] = [peerOf(1), peerOf(2)];
  for (let seed = 0; seed < 20; seed++) {
    const { id: action } = bundleOf({ name: `action-${seed}` });
    const [said, standing] = seed % 2 === 0 ? (["pass", "passed"] as const) : (["fail", "failed"] as const);
    model.audit({ rater: first, action, said, repeated: 0 });
    model.audit({ rater: echo, action, said, repeated: 1 });
    model.standing({ action, standing });
  }
  const share = (peer: PeerId) => shareOf({ ...NO_MERITS, reliability: model.rater(peer).value });
  expect(model.rater(echo).agreements).toBe(20);
  expect(share(echo)).toBe(1);
  expect(share(first)).toBeGreaterThan(1.5);
});
