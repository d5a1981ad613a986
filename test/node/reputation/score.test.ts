import fc from "fast-check";
import { expect, test } from "vitest";
import { authorScore } from "../../../node/src/reputation/author-score.ts";
import { HALF_LIFE_MS, OWN_PASS, STRANGERS_MOST } from "../../../node/src/reputation/constants.ts";
import { CREDIT_UNIT, creditOf, rarityOf, reliability } from "../../../node/src/reputation/reliability.ts";
import {
  branchLimit,
  freshness,
  lowerBound,
  othersFeedback,
  ownFeedback,
  ownPasses,
  strangerVoice,
} from "../../../node/src/reputation/score.ts";

const weight = fc.double({ min: 0, max: 20, noNaN: true });

test("the bound lies in 0 to 1, rises with passes and falls with failures", () => {
  fc.assert(
    fc.property(weight, weight, weight, (passes, failures, more) => {
      const value = lowerBound(passes, failures);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
      expect(lowerBound(passes + more, failures)).toBeGreaterThanOrEqual(value - 1e-12);
      expect(lowerBound(passes, failures + more)).toBeLessThanOrEqual(value + 1e-12);
    }),
  );
});

test("a pass here counts more, the more its test notices; unmeasured lies in between", () => {
  expect(ownPasses("passed", 1)).toBe(OWN_PASS);
  expect(ownPasses("passed")).toBeLessThan(OWN_PASS);
  expect(ownPasses("passed")).toBeGreaterThan(ownPasses("passed", 0));
  expect(ownPasses("passed", 0)).toBeGreaterThan(0);
  for (const standing of ["failed", "pending", "unknown"] as const) expect(ownPasses(standing, 1)).toBe(0);
});

test("a word is worth half after a half-life, and no more for being dated ahead", () => {
  expect(freshness(0)).toBe(1);
  expect(freshness(HALF_LIFE_MS)).toBe(0.5);
  expect(freshness(2 * HALF_LIFE_MS)).toBe(0.25);
  expect(freshness(-HALF_LIFE_MS)).toBe(1);
});

test("one peer's feedback counts as one peer's, however many runs it claims", () => {
  const said = (runs: number) => ({ runs, succeeded: runs, useful: 0, useless: 0 });
  expect(othersFeedback(said(1_000_000)).passes).toBeCloseTo(othersFeedback(said(10)).passes, 12);
  expect(othersFeedback(said(10)).passes).toBeGreaterThan(othersFeedback(said(1)).passes);
  expect(ownFeedback(said(10)).passes).toBeGreaterThan(othersFeedback(said(10)).passes);
  const half = ownFeedback({ runs: 10, succeeded: 5, useful: 0, useless: 0 });
  expect(half.failures).toBeGreaterThan(half.passes);
  expect(ownFeedback(said(0))).toEqual({ passes: 0, failures: 0 });
});

test("strangers share what they are worth", () => {
  expect(strangerVoice(1)).toBeGreaterThan(0);
  for (const many of [1, 10, 1_000, 1e9])
    expect(many * strangerVoice(many)).toBeLessThanOrEqual(STRANGERS_MOST);
});

test("no branch is more than a third of what is left after the cut, or one voice", () => {
  fc.assert(
    fc.property(fc.array(weight, { maxLength: 8 }), weight, (branches, rest) => {
      const limit = branchLimit(branches, rest, 1);
      const counted = branches.map((branch) => Math.min(branch, limit));
      const all = rest + counted.reduce((sum, branch) => sum + branch, 0);
      for (const branch of counted) expect(branch).toBeLessThanOrEqual(Math.max(1, all / 3) + 1e-9);
      // Nothing is cut for nothing.
      const largest = Math.max(0, ...branches);
      if (largest > limit) expect(limit).toBeCloseTo(Math.max(1, all / 3), 9);
    }),
  );
});

test("more said through any branch never lowers what is counted of all", () => {
  const counted = (branches: readonly number[], rest: number) => {
    const limit = branchLimit(branches, rest, 1);
    return rest + branches.reduce((sum, branch) => sum + Math.min(branch, limit), 0);
  };
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 6 }), weight, weight, (branches, rest, more) => {
      const [first = 0, ...others] = branches;
      expect(counted([first + more, ...others], rest)).toBeGreaterThanOrEqual(counted(branches, rest) - 1e-9);
      expect(counted(branches, rest + more)).toBeGreaterThanOrEqual(counted(branches, rest) - 1e-9);
    }),
  );
});

test("reliability: a stranger counts half, one lie costs more than one truth earns", () => {
  expect(reliability(0, 0)).toBe(0.5);
  expect(reliability(8, 0)).toBe(0.9);
  expect(reliability(1, 1)).toBeLessThan(0.5);
  expect(reliability(0, 0, 2)).toBeGreaterThan(reliability(0, 0, 1));
  expect(reliability(0, 0, 1)).toBeGreaterThan(0.5);
  expect(reliability(8, 0, -1)).toBeLessThan(reliability(8, 0));
  expect(reliability(8, 0, -2)).toBe(0);
});

test("to be right about what was to be expected says little, and to repeat it less", () => {
  const mostlyPass = rarityOf(95, 5);
  expect(mostlyPass.pass).toBeLessThan(0.15);
  expect(mostlyPass.fail).toBe(1);
  expect(rarityOf(0, 0)).toEqual({ pass: 1, fail: 1 });
  expect(creditOf(0)).toBe(CREDIT_UNIT);
  expect(creditOf(4)).toBeLessThan(CREDIT_UNIT / 20);
});

test("an author: nothing known and the worst are both 0, good actions rise, bad ones cost more", () => {
  expect(authorScore(0, 0)).toBe(0);
  expect(authorScore(0, 50)).toBe(0);
  expect(authorScore(10, 0)).toBeGreaterThan(authorScore(3, 0));
  expect(authorScore(10, 2)).toBeLessThan(authorScore(8, 0));
});
