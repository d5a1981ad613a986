import { assertJsonDepth, isJsonObject, isJsonWithin, LimitExceededError } from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { json } from "./arbitraries.ts";

const nested = (depth: number): unknown => {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

test("§5.2 every JSON value passes, and what JSON.stringify would change does not", () => {
  fc.assert(fc.property(json(6), (value) => isJsonWithin(value, 24)));
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const not = [
    undefined,
    Number.NaN,
    1n,
    () => 1,
    Symbol("x"),
    new Date(),
    new Map(),
    "\ud800",
    { a: undefined },
  ];
  for (const value of [...not, Array(1), { "\udc00": 1 }, cycle])
    expect(isJsonWithin([value], 24)).toBe(false);
});

test("§6 depth is counted the same way by both checks", () => {
  for (const depth of [0, 1, 2]) {
    expect(isJsonWithin(nested(depth), 2)).toBe(true);
    expect(() => assertJsonDepth(nested(depth), 2, "It")).not.toThrow();
  }
  expect(isJsonWithin(nested(3), 2)).toBe(false);
  expect(() => assertJsonDepth(nested(3), 2, "It")).toThrow("It nests deeper than 2 levels");
  expect(isJsonWithin([[[]]], 2)).toBe(true);
  expect(() => assertJsonDepth([[[]]], 2, "It")).not.toThrow();
});

test("§6 depth of a million levels is refused without overflowing the stack", () => {
  const value = nested(1_000_000);
  expect(isJsonWithin(value, 24)).toBe(false);
  expect(() => assertJsonDepth(value, 24, "It")).toThrow(LimitExceededError);
});

test("objects are neither lists nor null", () => {
  expect([{}, [], null, 1].map(isJsonObject)).toEqual([true, false, false, false]);
});
