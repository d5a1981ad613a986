import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstDifference } from "../../../node/src/verification/compare.ts";

describe("firstDifference", () => {
  it("finds none between a value and its copy, keys in any order", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = value as never;
        const copy = JSON.parse(JSON.stringify(value), (_, part) =>
          typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).reverse())
            : part,
        );
        expect(firstDifference(json, copy)).toBeUndefined();
      }),
    );
  });

  it("finds one exactly when the JSON texts differ, for flat values", () => {
    const flat = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(flat), fc.array(flat), (one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(firstDifference(one, two) === undefined).toBe(same);
      }),
    );
  });

  it("says where, and shows both sides", () => {
    const expected = { rows: [{ name: "a" }, { name: "b", "odd key": 1 }] };
    expect(firstDifference(expected, { rows: [{ name: "a" }, { name: "c", "odd key": 1 }] })).toEqual({
      path: "$.rows[1].name",
      expected: '"b"',
      actual: '"c"',
    });
    expect(firstDifference(expected, { rows: [{ name: "a" }, { name: "b", "odd key": [1] }] })?.path).toBe(
      '$.rows[1]["odd key"]',
    );
    expect(firstDifference([1, 2], [1])).toEqual({ path: "$[1]", expected: "2", actual: "nothing" });
    expect(firstDifference({}, { extra: null })).toEqual({
      path: "$.extra",
      expected: "nothing",
      actual: "null",
    });
  });

  it("tells an array from an object, and null from both", () => {
    expect(firstDifference([], {})).toBeDefined();
    expect(firstDifference({}, null)).toBeDefined();
    expect(firstDifference({ 0: 1 }, [1])).toBeDefined();
  });

  it("allows numbers a tolerance, absolute near zero and relative far from it", () => {
    expect(firstDifference(0, 1e-7, 1e-6)).toBeUndefined();
    expect(firstDifference(0, 1e-5, 1e-6)).toBeDefined();
    expect(firstDifference(1e9, 1e9 + 100, 1e-6)).toBeUndefined();
    expect(firstDifference(1e9, 1e9 + 10_000, 1e-6)).toBeDefined();
    expect(firstDifference([{ x: 0.3 }], [{ x: 0.1 + 0.2 }], 1e-9)).toBeUndefined();
    expect(firstDifference("1", 1, 1)).toBeDefined();
  });

  it("treats __proto__ as a key like any other", () => {
    const own = JSON.parse('{"__proto__":{"a":1}}');
    expect(firstDifference(own, JSON.parse('{"__proto__":{"a":1}}'))).toBeUndefined();
    expect(firstDifference(own, {})?.path).toBe("$.__proto__");
    expect(firstDifference({}, own)?.expected).toBe("nothing");
    expect(firstDifference({ constructor: 1 }, {})?.actual).toBe("nothing");
  });

  it("refuses depth before it walks, and hides what a terminal would act on", () => {
    let deep: never = 1 as never;
    for (let level = 0; level < 100_000; level++) deep = [deep] as never;
    expect(firstDifference(1, deep)?.actual).toContain("deeper");
    expect(firstDifference(deep, deep)?.path).toBe("$");
    const shown = firstDifference("", `\u001b[31m\u202e${"x".repeat(9_999)}`);
    expect(shown?.actual).not.toContain("\u001b");
    expect(shown?.actual).not.toContain("\u202e");
    expect(shown?.actual.length).toBeLessThan(210);
  });
});
