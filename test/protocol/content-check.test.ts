import { contentCheck, type Json } from "@action-collective/protocol";
import { expect, test } from "vitest";

const check = (schema: Json, value: Json) => contentCheck(schema)(value);

test("a required property is required, described or not", () => {
  expect(check({ type: "object", required: ["a"] }, {})).toContain("a:");
  expect(check({ type: "object", required: ["a"] }, { a: null })).toBeUndefined();
  expect(check({ type: ["object", "null"], required: ["a"] }, {})).toBeDefined();
  expect(check({ type: ["object", "null"], required: ["a"] }, null)).toBeUndefined();
  const nested: Json = {
    type: "object",
    properties: { list: { type: "array", items: { type: "object", required: ["b"] } } },
  };
  expect(check(nested, { list: [{ b: 1 }, {}] })).toContain("list.1.b");
  expect(check({ anyOf: [{ type: "object", required: ["a"] }, { type: "null" }] }, {})).toBeDefined();
  const named: Json = { $defs: { one: { type: "object", required: ["a"] } }, $ref: "#/$defs/one" };
  expect(check(named, {})).toBeDefined();
  expect(check(named, { a: 1 })).toBeUndefined();
});

test("what a required property may be is what other properties may be", () => {
  const schema = { type: "object", required: ["a"] };
  expect(check({ ...schema, additionalProperties: { type: "string" } }, { a: 1 })).toContain("a:");
  expect(check({ ...schema, additionalProperties: { type: "string" } }, { a: "1" })).toBeUndefined();
  expect(check({ ...schema, additionalProperties: false }, { a: 1 })).toBeDefined();
});

test("a schema that would be checked in part only is refused", () => {
  for (const schema of [{ required: ["a"] }, { minItems: 1 }, { pattern: "^a" }, { minimum: 1 }])
    expect(() => contentCheck(schema)).toThrow("needs type");
  expect(() => contentCheck({ not: { type: "string" } })).toThrow();
});
