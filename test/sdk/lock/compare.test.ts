import type { Json } from "action-collective";
import { comparePermissions, compareSchemas, unifiedDiff } from "action-collective";
import { describe, expect, test } from "vitest";
import { compareCases } from "../../../sdk/src/lock/compare-cases.ts";

const object = (properties: Record<string, Json>, more: Record<string, Json> = {}): Json => ({
  type: "object",
  properties,
  ...more,
});

describe("schemas", () => {
  /** What changes, and what it is for those who give it and for those who get it. */
  const cases: readonly (readonly [
    string,
    Json,
    Json,
    "same" | "compatible" | "breaking",
    "same" | "compatible" | "breaking",
  ])[] = [
    ["nothing", object({ a: { type: "string" } }), object({ a: { type: "string" } }), "same", "same"],
    [
      "a description",
      object({ a: { type: "string" } }),
      object({ a: { type: "string", description: "A" } }),
      "same",
      "same",
    ],
    ["the order of keys", { type: "string", maxLength: 3 }, { maxLength: 3, type: "string" }, "same", "same"],
    [
      "an optional property is added",
      object({}),
      object({ a: { type: "string" } }),
      "compatible",
      "compatible",
    ],
    ["a required one is", object({}), object({ a: true }, { required: ["a"] }), "breaking", "compatible"],
    ["a property goes", object({ a: true }), object({}), "compatible", "breaking"],
    [
      "a property goes, and no others are taken",
      object({ a: true }, { additionalProperties: false }),
      object({}, { additionalProperties: false }),
      "breaking",
      "breaking",
    ],
    [
      "a property becomes required",
      object({ a: true }),
      object({ a: true }, { required: ["a"] }),
      "breaking",
      "compatible",
    ],
    [
      "a property becomes optional",
      object({ a: true }, { required: ["a"] }),
      object({ a: true }),
      "compatible",
      "breaking",
    ],
    ["a type widens", { type: "integer" }, { type: "number" }, "compatible", "breaking"],
    ["a type narrows", { type: ["string", "null"] }, { type: "string" }, "breaking", "compatible"],
    [
      "types stand in another order",
      { type: ["string", "null"] },
      { type: ["null", "string"] },
      "same",
      "same",
    ],
    ["a value is added", { enum: ["a"] }, { enum: ["a", "b"] }, "compatible", "breaking"],
    ["a value goes", { enum: ["a", "b"] }, { enum: ["b"] }, "breaking", "compatible"],
    [
      "a bound rises",
      { type: "number", maximum: 1 },
      { type: "number", maximum: 2 },
      "compatible",
      "breaking",
    ],
    ["a bound is new", { type: "string" }, { type: "string", minLength: 1 }, "breaking", "compatible"],
    ["a pattern is another", { pattern: "a" }, { pattern: "b" }, "breaking", "breaking"],
    [
      "no other properties are taken",
      object({}),
      object({}, { additionalProperties: false }),
      "breaking",
      "compatible",
    ],
    [
      "deep inside",
      object({ a: { items: object({ b: { type: "integer" } }) } }),
      object({ a: { items: object({ b: { type: "string" } }) } }),
      "breaking",
      "breaking",
    ],
    [
      "what is referred to",
      { $ref: "#/$defs/a", $defs: { a: { minimum: 1 } } },
      { $ref: "#/$defs/a", $defs: { a: { minimum: 0 } } },
      "compatible",
      "breaking",
    ],
    ["anything at all", true, { type: "string" }, "breaking", "compatible"],
    ["nothing at all", { type: "string" }, false, "breaking", "compatible"],
  ];

  test.each(cases)("%s", (_what, before, after, given, got) => {
    expect(compareSchemas(before, after, "input").verdict).toBe(given);
    expect(compareSchemas(before, after, "output").verdict).toBe(got);
  });

  test("what breaks comes first, with its place", () => {
    const before = object({ list: { items: object({ n: { type: "number" } }) } });
    const after = object({ extra: true, list: { items: object({ n: { type: "integer" } }) } });
    expect(compareSchemas(before, after, "input")).toEqual({
      verdict: "breaking",
      changes: [
        { path: "list[].n", what: "type number → integer", breaking: true },
        { path: "extra", what: "added", breaking: false },
      ],
      more: 0,
    });
  });

  test("names like __proto__ are names, and a hundred changes are not all told", () => {
    const many = (from: number) =>
      object(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${from + n}`, true])));
    expect(compareSchemas(many(0), many(100), "output")).toMatchObject({ verdict: "breaking", more: 136 });
    const proto = object(JSON.parse('{"__proto__": {"type": "string"}}') as Record<string, Json>);
    const other = object(JSON.parse('{"__proto__": {"type": "number"}}') as Record<string, Json>);
    expect(compareSchemas(proto, other, "input")).toMatchObject({ changes: [{ path: "__proto__" }] });
  });
});

test("permissions: a host covers its ports, and not the other way round", () => {
  expect(comparePermissions({ net: ["a.org"] }, { net: ["a.org:443"] })).toEqual({
    wider: [],
    narrower: ["net a.org"],
  });
  expect(comparePermissions({ net: ["a.org:443"] }, { net: ["a.org"], secrets: ["TOKEN"] })).toEqual({
    wider: ["net a.org", "secret TOKEN"],
    narrower: [],
  });
});

test("cases: which are gone, and which the new one answers otherwise", () => {
  const before = [
    { input: { a: 1, b: 2 }, output: 3 },
    { input: { a: 0 }, output: 0 },
    { input: { a: 9 }, error: "no" },
  ];
  const after = [
    { input: { b: 2, a: 1 }, output: 3 },
    { input: { a: 0 }, output: 1 },
    { input: { a: 5 }, output: 5 },
  ];
  expect(compareCases(before, after)).toEqual({ gone: before.slice(1), added: 2, kept: 1, contradicted: 1 });
});

describe("the difference of two texts", () => {
  test("is what diff -u says", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
    const after = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n";
    expect(unifiedDiff(before, after)).toEqual({
      added: 2,
      removed: 1,
      lines: [
        "@@ -1,5 +1,5 @@",
        " a",
        "-b",
        "+B",
        " c",
        " d",
        " e",
        "@@ -10,3 +10,4 @@",
        " j",
        " k",
        " l",
        "+m",
      ],
      more: 0,
    });
    expect(unifiedDiff(after, after)).toEqual({ added: 0, removed: 0, lines: [], more: 0 });
    expect(unifiedDiff("", "x\n").lines).toEqual(["@@ -1,0 +1,1 @@", "+x"]);
  });

  test("applied to the old text gives the new one, for any two texts", () => {
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % most;
    };
    const someText = () => Array.from({ length: random(40) }, () => `${"abcde"[random(5)]}\n`).join("");
    for (let round = 0; round < 300; round++) {
      const [before, after] = [someText(), someText()];
      expect(patched(before, unifiedDiff(before, after).lines)).toBe(after);
    }
  });

  test("is bounded, whatever the texts", () => {
    const lines = (word: string) => Array.from({ length: 30_000 }, (_, n) => `${word}${n}`).join("\n");
    const { added, removed, lines: shown, more } = unifiedDiff(lines("a"), lines("b"));
    expect([added, removed, shown.length]).toEqual([30_000, 30_000, 400]);
    expect(more).toBe(59_601);
  });
});

/** What `patch` does. */
function patched(before: string, lines: readonly string[]): string {
  const old = before.split("\n").slice(0, -1);
  const result: string[] = [];
  let at = 0;
  for (const line of lines) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      // A hunk without old lines names the line after which it stands, or the one at which it begins: ours the latter.
      while (at < Number(hunk[1]) - 1) result.push(old[at++] ?? "");
    } else if (line.startsWith("+")) result.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(" ")) result.push(line.slice(1));
      at++;
    }
  }
  return [...result, ...old.slice(at), ""].join("\n");
}
