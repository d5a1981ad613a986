import fc from "fast-check";
import { expect, test } from "vitest";
import {
  coverageOf,
  isWeak,
  strengthOf,
  wantsNeighbours,
} from "../../../node/src/finding/remote-strength.ts";

test("strength lies between 0 and 1 and grows with either kind of evidence", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const cosine = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, cosine, cosine, (a, b, c, d) => {
      const low = strengthOf({ coverage: Math.min(a, b), cosine: Math.min(c, d) });
      const high = strengthOf({ coverage: Math.max(a, b), cosine: Math.max(c, d) });
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high).toBeGreaterThanOrEqual(low);
    }),
  );
  expect(strengthOf({ coverage: 1, cosine: 0.9 })).toBe(1);
  expect(strengthOf({ coverage: 0, cosine: 0.1 })).toBe(0);
});

test("no hit is no evidence; without a cosine the words decide", () => {
  expect(strengthOf(undefined)).toBe(0);
  expect(strengthOf({ coverage: 0.5 })).toBe(0.5);
});

test("coverage counts each word of the query once", () => {
  const document = new Set(["multiply", "matrix", "two"]);
  expect(coverageOf(["multiply", "matrix", "matrix", "fast"], document)).toBeCloseTo(2 / 3);
  expect(coverageOf([], document)).toBe(0);
});

test.each([
  ["off", 0, undefined, false],
  ["off", 0, true, true],
  ["weak", 0.4, undefined, true],
  ["weak", 0.5, undefined, false],
  ["weak", 0, false, false],
  ["always", 1, undefined, true],
  ["always", 1, false, false],
] as const)("asking is %s, strength %d, the caller says %s: %s", (askPeers, strength, wish, expected) => {
  expect(wantsNeighbours(strength, { askPeers, askBelow: 0.5 }, wish)).toBe(expected);
});

test("a threshold of 0 finds no answer weak, one of 1 all but the perfect ones", () => {
  expect(isWeak(0, { askPeers: "weak", askBelow: 0 })).toBe(false);
  expect(isWeak(0.99, { askPeers: "weak", askBelow: 1 })).toBe(true);
  expect(isWeak(1, { askPeers: "weak", askBelow: 1 })).toBe(false);
});
