import { expect, test } from "vitest";
import { parseDocComment } from "../../../node/src/describing/doc-comment.ts";
import { chooseCases } from "../../../node/src/importing/choose-cases.ts";
import { exampleCalls } from "../../../node/src/importing/comment-of.ts";
import { inferSchema } from "../../../node/src/importing/infer-schema.ts";
import { plainOf } from "../../../node/src/importing/json-form.ts";

const cases = [
  ...Array.from({ length: 50 }, (_, n) => ({ input: { n: n + 1 }, output: n + 2 })),
  { input: { n: 0 }, output: 1 },
  { input: { n: -5 }, output: -4 },
  { input: { n: 0.5 }, output: 1.5 },
];

test("edges are among the chosen cases, whatever the order", () => {
  const chosen = chooseCases(cases, 5);
  expect(chosen).toHaveLength(5);
  for (const n of [0, -5, 0.5]) expect(chosen.map(({ input }) => input)).toContainEqual({ n });
  expect(chooseCases(cases.toReversed(), 5)).toEqual(chosen);
});

test("no more bytes are chosen than may be", () => {
  const long = cases.map((one) => ({ ...one, output: "x".repeat(100) }));
  const chosen = chooseCases(long, 12, 500);
  expect(chosen).toHaveLength(3);
  expect(JSON.stringify(chosen).length).toBeLessThan(500);
});

test("a schema is inferred that all values fit, and dates are told", () => {
  const values = [
    { at: "2024-01-01T00:00:00.000Z", tags: ["a"], n: 1 },
    { at: "2025-01-01T00:00:00.000Z", tags: [] },
  ];
  expect(inferSchema(values, (path) => path.join() === "at")).toEqual({
    type: "object",
    properties: {
      at: { type: "string", format: "date-time" },
      tags: { type: "array", items: { type: "string" } },
      n: { type: "number" },
    },
    required: ["at", "tags"],
  });
  expect(inferSchema([1, "a"])).toEqual({ type: ["number", "string"] });
});

test("recorded values become JSON, or say why they have none", () => {
  const when = "2024-01-01T00:00:00.000Z";
  expect(plainOf({ list: [{ $: "date", v: when }], gone: { $: "undefined" } }, "argument")).toEqual({
    json: { list: [when] },
    converted: [{ path: ["list", null], kind: "date" }],
    holdsUndefined: true,
  });
  expect(plainOf({ $: "object", v: { $: 1 } }, "argument")).toMatchObject({ json: { $: 1 } });
  expect(plainOf({ $: "NaN" }, "result")).toEqual({ why: "NaN" });
  expect(plainOf({ $: "-0" }, "argument")).toEqual({ why: "-0" });
  expect(plainOf({ $: "-0" }, "result")).toMatchObject({ json: 0 });
});

test("calls that a comment writes out are cases", () => {
  const doc = parseDocComment(`*
 * @example
 * chunk([1, 2, 3], 2); // => [[1, 2], [3]]
 * const two = add(1, 1)
 * // Returns: 2
 * console.log(add(2, 2)) // 4
 * add(x, 1) // => 3
 `);
  expect(exampleCalls(doc).map(({ args, result }) => ({ args, result }))).toEqual([
    { args: [[1, 2, 3], 2], result: [[1, 2], [3]] },
    { args: [1, 1], result: 2 },
    { args: [2, 2], result: 4 },
  ]);
});
