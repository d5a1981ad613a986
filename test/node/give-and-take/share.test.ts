import fc from "fast-check";
import { expect, test } from "vitest";
import { LARGEST_SHARE, LEAST_SHARE } from "../../../node/src/give-and-take/limits.ts";
import { type Merits, NO_MERITS, shareOf } from "../../../node/src/give-and-take/share.ts";

const MIB = 1024 * 1024;

const count = fc.nat({ max: 100_000 });
const merits: fc.Arbitrary<Merits> = fc.record({
  right: count,
  wrong: count,
  useful: count,
  givenBytes: fc.nat({ max: 1e13 }),
  takenBytes: fc.nat({ max: 1e13 }),
  trust: fc.double({ min: 0, max: 1, noNaN: true }),
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
  const better = ["right", "useful", "takenBytes"] as const;
  const worse = ["wrong", "givenBytes"] as const;
  fc.assert(
    fc.property(merits, count, fc.double({ min: 0, max: 1, noNaN: true }), (some, more, trust) => {
      const share = shareOf(some);
      for (const what of better)
        expect(shareOf({ ...some, [what]: some[what] + more })).toBeGreaterThanOrEqual(share);
      for (const what of worse)
        expect(shareOf({ ...some, [what]: some[what] + more })).toBeLessThanOrEqual(share);
      expect(shareOf({ ...some, trust: Math.max(some.trust, trust) })).toBeGreaterThanOrEqual(share);
      expect(shareOf({ ...some, shunned: true })).toBe(LEAST_SHARE);
    }),
  );
});

test("a beginner earns by few right verdicts or useful actions; one kind of merit alone does not reach the top", () => {
  expect(shareOf({ ...NO_MERITS, right: 10 })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, useful: 10 })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, takenBytes: 16 * MIB })).toBe(1.5);
  expect(shareOf({ ...NO_MERITS, trust: 0.05 })).toBe(1.5);
  for (const what of ["right", "useful", "takenBytes"])
    expect(shareOf({ ...NO_MERITS, [what]: 1e12 })).toBeLessThanOrEqual(2);
  expect(shareOf({ ...NO_MERITS, right: 40, useful: 40, takenBytes: 64 * MIB, trust: 0.2 })).toBe(4);
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

test("wrong verdicts cost: a third as many as right ones undo them, and only wrong ones lead to the least", () => {
  expect(shareOf({ ...NO_MERITS, right: 30, wrong: 10 })).toBe(1);
  expect(shareOf({ ...NO_MERITS, wrong: 2 })).toBeCloseTo(0.55, 2);
  expect(shareOf({ ...NO_MERITS, wrong: 1_000 })).toBeCloseTo(LEAST_SHARE, 2);
});
