import fc from "fast-check";
import { expect, test } from "vitest";
import { lowerBound, reliability, scoreAction } from "../../../node/src/reputation/score.ts";

const nothing = { verdicts: [], feedback: [] };
const pass = (weight: number) => ({ outcome: "pass" as const, reliability: weight });
const fail = (weight: number) => ({ outcome: "fail" as const, reliability: weight });

test("what failed here scores nothing, whoever praises it", () => {
  const praise = Array.from({ length: 100 }, () => pass(1));
  expect(scoreAction({ standing: "failed", verdicts: praise, feedback: [] }).value).toBe(0);
});

test("a test that passed here outweighs two strangers' word", () => {
  const own = scoreAction({ standing: "passed", ...nothing }).value;
  const strangers = scoreAction({
    standing: "pending",
    verdicts: [pass(0.5), pass(0.5)],
    feedback: [],
  }).value;
  expect(own).toBeGreaterThan(strangers);
  expect(strangers).toBeGreaterThan(scoreAction({ standing: "pending", ...nothing }).value);
});

test("more good evidence never lowers a score, more bad never raises it", () => {
  const weight = fc.double({ min: 0, max: 1, noNaN: true });
  const standing = fc.constantFrom("passed" as const, "pending" as const, "unknown" as const);
  fc.assert(
    fc.property(standing, fc.array(weight, { maxLength: 20 }), weight, (mine, reliabilities, more) => {
      const verdicts = reliabilities.map((value, i) => (i % 3 === 0 ? fail(value) : pass(value)));
      const { value } = scoreAction({ standing: mine, verdicts, feedback: [] });
      const better = scoreAction({ standing: mine, verdicts: [...verdicts, pass(more)], feedback: [] }).value;
      const worse = scoreAction({ standing: mine, verdicts: [...verdicts, fail(more)], feedback: [] }).value;
      expect(better).toBeGreaterThanOrEqual(value - 1e-12);
      expect(worse).toBeLessThanOrEqual(value + 1e-12);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(better).toBeLessThanOrEqual(1);
    }),
  );
});

test("one peer's feedback counts as one peer's, however many runs it claims", () => {
  const said = (runs: number) => ({ runs, succeeded: runs, useful: 0, useless: 0, reliability: 0.5 });
  const some = scoreAction({ standing: "passed", verdicts: [], feedback: [said(10)] }).value;
  const boast = scoreAction({ standing: "passed", verdicts: [], feedback: [said(1_000_000)] }).value;
  expect(boast).toBeCloseTo(some, 12);
});

test("reliability: a stranger counts half, one lie costs more than one truth earns", () => {
  expect(reliability(0, 0)).toBe(0.5);
  expect(reliability(8, 0)).toBe(0.9);
  expect(reliability(1, 1)).toBeLessThan(0.5);
  expect(lowerBound(0, 0)).toBeLessThan(lowerBound(10, 0));
});

test("a pass counts more, the more its test notices; unmeasured lies in between", () => {
  const value = (strength?: number) => scoreAction({ standing: "passed", strength, ...nothing }).value;
  expect(value(1)).toBeGreaterThan(value());
  expect(value()).toBeGreaterThan(value(0));
  expect(value(0)).toBeGreaterThan(scoreAction({ standing: "pending", strength: 1, ...nothing }).value);
});
