import type { Json } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { fieldOf } from "../../dashboard/src/form/field.ts";
import { fitsForm, initialValue, looksLike, placesIn, toldProblem } from "../../dashboard/src/form/values.ts";

const person: Json = {
  type: "object",
  required: ["name"],
  properties: {
    friends: { type: "array", items: { $ref: "#/$defs/person" } },
    name: { type: "string" },
  },
};
const root: Json = {
  type: "object",
  required: ["who", "many", "on"],
  properties: {
    note: { type: "string" },
    who: { $ref: "#/$defs/person" },
    many: { type: "array", items: { type: "integer" }, minItems: 2 },
    on: { type: "boolean" },
  },
  $defs: { person, circle: { $ref: "#/$defs/circle" } },
};

const kind = (schema: Json) => fieldOf(schema, root).kind;

describe("a form for a JSON Schema", () => {
  it("knows what each schema asks for", () => {
    expect(kind({ type: "string" })).toBe("text");
    expect(kind({ type: "boolean" })).toBe("truth");
    expect(kind({ enum: ["a", 1, null] })).toBe("choice");
    expect(kind({ const: "a" })).toBe("choice");
    expect(kind({ type: "null" })).toBe("choice");
    expect(kind({ items: { type: "string" } })).toBe("array");
    expect(kind({ $ref: "#/$defs/person" })).toBe("object");
    expect(kind({ type: ["string", "null"] })).toBe("ways");
    expect(kind({ anyOf: [{ type: "string" }, { type: "number" }] })).toBe("ways");
    expect(fieldOf({ type: "integer", minimum: 1, maximum: 9 }, root)).toEqual({
      ...{ kind: "number", integer: true },
      ...{ least: 1, most: 9 },
    });
  });

  it("puts what is needed first", () => {
    const field = fieldOf(root, root);
    expect(field.kind === "object" && field.properties.map(({ name }) => name)).toEqual([
      "who",
      "many",
      "on",
      "note",
    ]);
  });

  it("leaves to JSON what no form can say", () => {
    const beyond: Json[] = [
      true,
      {},
      { type: "object" },
      { type: "object", additionalProperties: { type: "number" } },
      { type: "array" },
      { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } },
      { allOf: [{ type: "string" }] },
      { $ref: "#/$defs/circle" },
      { $ref: "#/$defs/nowhere" },
      { $ref: "https://example.com/schema" },
      { properties: { a: {} }, anyOf: [{ properties: { b: {} } }] },
    ];
    for (const schema of beyond) expect([schema, kind(schema)]).toEqual([schema, "json"]);
  });

  it("takes conditions between properties for no choice of shapes", () => {
    const schema: Json = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    };
    expect(kind(schema)).toBe("object");
  });

  it("begins with what is needed, and recursion ends", () => {
    expect(initialValue(root, root)).toEqual({ who: { name: "" }, many: [null, null], on: false });
    expect(initialValue({ type: "string", default: "x" }, root)).toBe("x");
    const endless: Json = { type: "object", required: ["next"], properties: { next: { $ref: "#" } } };
    expect(initialValue(endless, endless)).toHaveProperty("next.next.next");
    expect(JSON.stringify(initialValue(endless, endless)).length).toBeLessThan(200);
  });

  it("ends at once for schemas that branch without end", () => {
    const branches = Array.from({ length: 40 }, (_, at) => `b${at}`);
    const endless: Json = {
      type: "object",
      required: branches,
      properties: Object.fromEntries(branches.map((name) => [name, { $ref: "#" }])),
    };
    expect(JSON.stringify(initialValue(endless, endless)).length).toBeLessThan(5_000);
    const lists: Json = { type: "array", minItems: 3, items: { $ref: "#" } };
    expect(JSON.stringify(initialValue(lists, lists)).length).toBeLessThan(5_000);
    const choices: Json = { anyOf: branches.map(() => ({ $ref: "#" })) };
    expect(looksLike({ x: 1 }, choices, choices)).toBe(false);
  });

  it("looks no further into a long list than it takes to see that it is long", () => {
    const list = Array.from({ length: 300_000 }, () => 1);
    expect(fitsForm(list, { type: "array", items: { type: "number" } }, true)).toBe(false);
  });

  it("chooses the way that a value looks like", () => {
    const ways: Json[] = [
      { type: "string" },
      { type: "integer" },
      { $ref: "#/$defs/person" },
      { type: "null" },
    ];
    const chosen = (value: Json) => ways.findIndex((way) => looksLike(value, way, root));
    expect(["x", 3, { name: "Ada", friends: [{ name: "B" }] }, null, 1.5].map(chosen)).toEqual([
      0, 1, 2, 3, -1,
    ]);
  });

  it("is not used for a value that it would not show in full, or that is too large", () => {
    expect(fitsForm({ who: { name: "Ada" }, many: [1, 2], on: true }, root, root)).toBe(true);
    expect(fitsForm({ who: { name: 3 }, many: [1, 2], on: true }, root, root)).toBe(false);
    const large = { who: { name: "Ada" }, many: Array.from({ length: 1_000 }, (_, i) => i), on: true };
    expect(fitsForm(large, root, root)).toBe(false);
  });

  it("finds the field that the peer's refusal is about", () => {
    const input = { rows: [{ "a b": 1 }], "c/d": 2 };
    expect(placesIn(input)).toEqual(["$.rows.0.a b", "$.rows.0", "$.rows", "$.c~1d", "$"]);
    const told = (said: string) => toldProblem(`The input does not fit parse: ${said}`, input);
    expect(told("$.rows.0.a b must be string")).toEqual({ path: "$.rows.0.a b", text: "must be string" });
    expect(told("$.rows.0 must have required property 'name'")).toEqual({
      path: "$.rows.0.name",
      text: "is needed",
    });
    expect(told('$ must NOT have additional properties ("x")')).toEqual({
      path: "$",
      text: 'must NOT have additional properties ("x")',
    });
    expect(toldProblem("nothing of the kind", input)).toBeUndefined();
  });
});
