import {
  buildBundle,
  decodeManifest,
  descriptionSchema,
  encodeManifest,
  equalBytes,
  InvalidDefinitionError,
  LimitExceededError,
  limits,
  MalformedError,
  type Manifest,
  parseManifest,
  reaches,
  schemaProblems,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isManifest } from "../../protocol/src/manifest-check.ts";
import { json } from "./arbitraries.ts";
import {
  bundle,
  definition,
  richBundle,
  richDefinition,
  usingBundle,
  usingDefinition,
} from "./vectors/material.ts";

function problemsOf(change: Record<string, unknown>): readonly string[] {
  try {
    buildBundle({ ...definition, ...change });
  } catch (error) {
    if (error instanceof InvalidDefinitionError) return error.problems;
    throw error;
  }
  return [];
}

test("§5.1 every problem of a definition is named at once, with its place", () => {
  const problems = problemsOf({
    name: "2 add",
    description: "",
    tags: ["OK"],
    licence: "a\u200b",
    permissions: { net: ["EXAMPLE.org"] },
    cases: [{ input: 1 }],
    extra: 1,
  });
  expect(problems).toEqual([
    "name: must begin with a letter and hold letters, digits, - and _",
    "description: must not be empty",
    "tags.0: must be lower-case letters, digits and -",
    "licence: contains control, direction-changing or invisible characters",
    "permissions.net.0: must be host or host:port, in lower case",
    "cases.0: must be { input, output, tolerance?, fetches? } or { input, error, fetches? }",
    'Unrecognized key: "extra"',
  ]);
});

test("§5.1 defaults are filled in when a definition is built, and none is left to the wire", () => {
  const { useWhen: _, tags: __, permissions: ___, ...bare } = definition;
  const { manifest, bytes } = buildBundle(bare);
  expect(manifest).toMatchObject({ useWhen: [], tags: [], permissions: {} });
  expect(decodeManifest(bytes).manifest).toEqual(manifest);
  const { tags: ____, ...without } = manifest;
  expect(() => decodeManifest(encodeManifest(without as Manifest).bytes)).toThrow(MalformedError);
});

test("§5.2 a unit test is three cases, or a test module, or both", () => {
  const two = definition.cases.slice(0, 2);
  expect(problemsOf({ cases: [] })[0]).toContain("has no unit test");
  expect(problemsOf({ cases: two })[0]).toContain("has 2 cases");
  expect(problemsOf({ cases: two, test: "x" })).toEqual([]);
  expect(problemsOf({ cases: [], test: "x" })).toEqual([]);
});

test("§7.3 case data may hold any text, because it is a program's input; halves of characters cannot be encoded", () => {
  const cases = [
    ...definition.cases.slice(0, 2),
    { input: "\ufeff\u202e\u200b e\u0301", output: { "\u0000": "\u001b" } },
  ];
  const { bytes } = buildBundle({ ...definition, cases });
  expect(decodeManifest(bytes).manifest.cases).toEqual(cases);
  expect(problemsOf({ cases: [...definition.cases, { input: "\ud800", output: 1 }] })[0]).toContain(
    "cases.3",
  );
  expect(problemsOf({ code: "// \ud800" })).toEqual(["code: contains half of a surrogate pair"]);
});

test("§6 what is too large is refused with the number", () => {
  const cases = [...definition.cases, { input: "x".repeat(12_000), output: 1 }];
  expect(() => buildBundle({ ...definition, cases })).toThrow(/The manifest has \d+ bytes; at most 12288/);
  const code = "x".repeat(limits.codeBytes + 1);
  expect(() => buildBundle({ ...definition, code })).toThrow(LimitExceededError);
  expect(() => buildBundle({ ...definition, test: code })).toThrow("The test has 65537 bytes");
});

test("§5.1 the same content has the same id whatever the order of its fields", () => {
  const reversed = Object.fromEntries(Object.entries(definition).reverse());
  expect(buildBundle(reversed).id).toBe(bundle.id);
});

test("§5.3 schemas stay inside themselves and inside their bounds", () => {
  const deep = (levels: number): unknown => (levels === 0 ? true : { items: deep(levels - 1) });
  expect(schemaProblems(definition.input, "input")).toEqual([]);
  expect(schemaProblems({ $ref: "#/$defs/a", $defs: { a: { type: "string" } } }, "input")).toEqual([]);
  expect(schemaProblems({ properties: { a: { $ref: "other.json" } } }, "input")).toEqual([
    "input.properties.a.$ref must stay inside the schema (#…)",
  ]);
  expect(schemaProblems({ anyOf: [{ pattern: "x".repeat(201) }] }, "input")).toEqual([
    "input.anyOf[0].pattern is longer than 200 characters",
  ]);
  expect(schemaProblems(deep(16), "input")).toEqual([]);
  expect(schemaProblems(deep(17), "input")).toEqual(["input nests deeper than 16 levels"]);
  expect(schemaProblems({ enum: "x" }, "input")).toEqual([]);
  expect(schemaProblems({ title: "a\u202e" }, "input")[0]).toContain("input.title contains control");
  expect(schemaProblems(Array(5), "input")).toEqual(["input must be a JSON Schema (an object)"]);
});

test("§5.3 a schema's size is that of its canonical encoding", () => {
  fc.assert(
    fc.property(json(4), (value) => {
      const schema = { const: value, filler: "" };
      const room = limits.schemaBytes - encodeManifest(schema as never).bytes.length;
      const filled = (extra: number) => ({ ...schema, filler: "x".repeat(room - 2 + extra) });
      if (schemaProblems(schema, "schema").length > 0) return;
      expect(encodeManifest(filled(0) as never).bytes.length).toBe(limits.schemaBytes);
      expect(schemaProblems(filled(0), "schema")).toEqual([]);
      expect(schemaProblems(filled(1), "schema")[0]).toContain("6145 bytes");
    }),
  );
});

test("§5.3 a hostile schema does not produce endless complaints", () => {
  const schema = { enum: Array.from({ length: 2_000 }, () => "\u200b") };
  expect(schemaProblems(schema, "schema").length).toBeLessThan(30);
});

/** Manifests with one field replaced by something that may or may not fit. */
const almost = fc
  .tuple(
    fc.constantFrom(bundle.manifest, richBundle.manifest, usingBundle.manifest),
    fc.constantFrom(...Object.keys(richBundle.manifest), "uses", "extra"),
    fc.oneof(
      json(4),
      fc.constantFrom<unknown>(
        undefined,
        [],
        {},
        "",
        "a",
        1,
        true,
        [1],
        ["a", "a"],
        bundle.manifest.code,
        bundle.cid,
      ),
      fc.constantFrom<unknown>(
        ...Object.values(bundle.manifest),
        ...Object.values(richBundle.manifest),
        ...Object.values(usingBundle.manifest),
        [bundle.id, usingBundle.id],
        { net: ["api.example.org:443", "files.example.org"] },
        { net: ["api.example.org:80", "files.example.org"] },
      ),
      fc.array(
        fc.constantFrom<unknown>(...definition.cases, { input: 1 }, { input: 1, output: 2, tolerance: 2 }),
        {
          maxLength: 5,
        },
      ),
    ),
  )
  .map(([manifest, field, value]) => {
    const changed: Record<string, unknown> = { ...manifest, [field]: value };
    if (value === undefined) delete changed[field];
    return changed;
  });

function bringsAnswers(cases: unknown): boolean {
  return Array.isArray(cases) && cases.some((one) => Object.hasOwn(one, "fetches"));
}

test("§5 the quick check and the schema accept the same manifests", () => {
  let accepted = 0;
  fc.assert(
    fc.property(almost, (value) => {
      let parsed: unknown;
      try {
        parsed = parseManifest(value);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError);
      }
      // Cases with answers of the network are left to the schema.
      expect(isManifest(value)).toBe(parsed !== undefined && !bringsAnswers(value.cases));
      if (parsed === undefined) return;
      accepted += 1;
      expect(parsed).toEqual(value);
    }),
    { numRuns: 3_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test("§5 decoding undoes encoding", () => {
  for (const { manifest, bytes, id } of [bundle, richBundle, buildBundle(richDefinition), usingBundle]) {
    const decoded = decodeManifest(bytes);
    expect(decoded.manifest).toEqual(manifest);
    expect(decoded.id).toBe(id);
    expect(equalBytes(encodeManifest(decoded.manifest).bytes, bytes)).toBe(true);
  }
});

test("§5.2 a case brings answers along of those hosts alone that the action asks for", () => {
  const problems = (permissions: object) => {
    const { code: _, ...rest } = usingDefinition;
    return problemsOf({ ...rest, permissions });
  };
  const files = "files.example.org:8443";
  for (const net of [
    ["api.example.org", files],
    ["api.example.org:443", "files.example.org"],
  ])
    expect(problems({ net })).toEqual([]);
  expect(problems({ net: ["api.example.org:80", files] })).toEqual([
    "cases.0: api.example.org is not among permissions.net",
    "cases.1: api.example.org is not among permissions.net",
  ]);
  expect(problems({ net: ["api.example.org", "files.example.org:443"] })).toEqual([
    "cases.1: files.example.org:8443 is not among permissions.net",
  ]);
  expect(problems({})).toHaveLength(3);
});

test("§5.2 an address is reached through its host, with every port or with its own", () => {
  for (const [net, url, reached] of [
    ["a.org", "https://a.org/x", true],
    ["a.org", "http://a.org:8080/", true],
    ["a.org:443", "https://a.org/", true],
    ["a.org:80", "http://a.org/", true],
    ["a.org:443", "http://a.org:443/", true],
    ["a.org:443", "http://a.org/", false],
    ["a.org:8080", "https://a.org/", false],
    ["a.org", "https://b.a.org/", false],
    ["a.org", "https://a.org.evil/", false],
    ["a.org", "https://evil/?a.org", false],
  ] as const)
    expect(reaches([net], url), `${net} ${url}`).toBe(reached);
});

test("§5.4 an action that uses none says nothing of it, and one that does is another action", () => {
  expect(buildBundle({ ...definition, uses: [] }).id).toBe(bundle.id);
  expect(Object.hasOwn(bundle.manifest, "uses")).toBe(false);
  const using = buildBundle({ ...definition, uses: [bundle.id] });
  expect(using.manifest.uses).toEqual([bundle.id]);
  expect(using.id).not.toBe(bundle.id);
  expect(problemsOf({ uses: ["add"] })).toEqual(["uses.0: must be an action's id"]);
});

test("§5.1 what people write in action.json is checked by the same rules", () => {
  const { code: _, language: __, ...description } = definition;
  expect(descriptionSchema.safeParse(description).success).toBe(true);
  expect(descriptionSchema.safeParse({ ...description, name: "no good" }).success).toBe(false);
});
