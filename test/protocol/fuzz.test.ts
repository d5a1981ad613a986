import { expect, test } from "vitest";
import { checkRegressions, fuzz } from "../fuzz/fuzz.ts";
import { targets } from "../fuzz/targets.ts";

test("§2–§5 everything that once broke a decoder gives a typed error now", () => {
  const { executions, findings } = checkRegressions();
  expect(findings).toEqual([]);
  expect(executions).toBeGreaterThan(0);
});

test("§2–§5 two seconds of mutated input break no decoder", () => {
  const { executions, findings } = fuzz({ milliseconds: 2_000, seed: 20_260_101 });
  expect(findings).toEqual([]);
  expect(executions).toBeGreaterThan(targets.length * 50);
});
