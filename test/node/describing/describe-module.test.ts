import type { Described, Json } from "@action-collective/protocol";
import { schemaProblems } from "@action-collective/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

const of = (code: string, language: "typescript" | "javascript" = "typescript"): Promise<Described> =>
  analysis.describe({ code, language });

/** The schema of one type, as an action's input has it. */
async function input(type: string, before = ""): Promise<{ schema: Json | undefined; problems: string[] }> {
  const { input: schema, problems } = await of(
    `${before}\n/** Tries a type. */\nexport default function tried(input: ${type}): boolean { return true; }`,
  );
  return { schema, problems };
}

const closed = (properties: Record<string, Json>, required: string[] = Object.keys(properties)): Json => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});

test("an ordinary action says everything: name, texts, schemas, phrasings, tags, licence and cases", async () => {
  const described = await of(`
/** What it answers. */
interface Answer {
  /** The sum, to the cent. */
  total: number;
  currency?: "EUR" | "USD";
}

/**
 * Adds up
 * the prices of a basket.
 *
 * Prices may be negative.
 * @param input.prices each price, before tax
 * @useWhen what does my shopping cost
 * @useWhen total of an invoice's lines
 * @tags money, lists
 * @licence MIT
 * @example sumPrices({ prices: [1, 2.5], rounds: true }) // => { total: 3.5 }
 * @example
 * sumPrices({ prices: [] }) → { "total": 0, "currency": "EUR" }
 */
export default async function sumPrices({ prices, rounds = false }: {
  prices: number[];
  /** Whole units only. */
  rounds?: boolean;
}): Promise<Answer> {
  return { total: 0 };
}`);
  expect(described).toEqual({
    name: "sumPrices",
    description: "Adds up the prices of a basket.\n\nPrices may be negative.",
    useWhen: ["what does my shopping cost", "total of an invoice's lines"],
    tags: ["money", "lists"],
    licence: "MIT",
    input: closed(
      {
        prices: { type: "array", items: { type: "number" }, description: "each price, before tax" },
        rounds: { type: "boolean", description: "Whole units only.", default: false },
      },
      ["prices"],
    ),
    output: closed(
      {
        total: { type: "number", description: "The sum, to the cent." },
        currency: { type: "string", enum: ["EUR", "USD"] },
      },
      ["total"],
    ),
    cases: [
      { input: { prices: [1, 2.5], rounds: true }, output: { total: 3.5 } },
      { input: { prices: [] }, output: { total: 0, currency: "EUR" } },
    ],
    problems: [],
  });
});

test.each<[string, string, Json]>([
  ["string", "", { type: "string" }],
  ["number | null", "", { type: ["number", "null"] }],
  ["'a' | 'b' | 1", "", { type: ["string", "number"], enum: ["a", "b", 1] }],
  ["'a' | null", "", { type: ["string", "null"], enum: ["a", null] }],
  ["-1 | 1", "", { type: "number", enum: [-1, 1] }],
  ["'only'", "", { type: "string", const: "only" }],
  ["{ a: string }[]", "", { type: "array", items: closed({ a: { type: "string" } }) }],
  ["ReadonlyArray<string>", "", { type: "array", items: { type: "string" } }],
  ["readonly (string | number)[]", "", { type: "array", items: { type: ["string", "number"] } }],
  [
    "{ a?: string | undefined; b: number | undefined }",
    "",
    closed({ a: { type: "string" }, b: { type: "number" } }, []),
  ],
  ["Record<string, number>", "", { type: "object", additionalProperties: { type: "number" } }],
  ["Record<'x' | 'y', number>", "", closed({ x: { type: "number" }, y: { type: "number" } })],
  ["{ [key: string]: boolean }", "", { type: "object", additionalProperties: { type: "boolean" } }],
  ["{ [K in 'x' | 'y']?: string }", "", closed({ x: { type: "string" }, y: { type: "string" } }, [])],
  ["Pick<P, 'a'>", "interface P { a: string; b: number }", closed({ a: { type: "string" } })],
  ["Omit<P, 'a'>", "interface P { a: string; b: number }", closed({ b: { type: "number" } })],
  ["Partial<P>", "type P = { a: string }", closed({ a: { type: "string" } }, [])],
  ["Exclude<L, 'a'>", "type L = 'a' | 'b'", { type: "string", enum: ["b"] }],
  ["keyof P", "interface P { a: string; b: number }", { type: "string", enum: ["a", "b"] }],
  ["P['a']", "interface P { a: string[] }", { type: "array", items: { type: "string" } }],
  ["(typeof UNITS)[number]", "const UNITS = ['m', 'km'] as const;", { type: "string", enum: ["m", "km"] }],
  ["Unit", "enum Unit { Metre = 'm', Mile = 'mi' }", { type: "string", enum: ["m", "mi"] }],
  ["Level", "enum Level { Low, High = 5, Top }", { type: "number", enum: [0, 5, 6] }],
  ["Box<string>", "type Box<T> = { value: T }", closed({ value: { type: "string" } })],
  [
    "Pair<number>",
    "type Pair<A, B = A[]> = { a: A; b: B }",
    closed({ a: { type: "number" }, b: { type: "array", items: { type: "number" } } }),
  ],
  [
    "A & B",
    "type A = { a: string }; interface B { b?: number }",
    closed({ a: { type: "string" }, b: { type: "number" } }, ["a"]),
  ],
  [
    "B",
    "interface A { a: string } interface B extends A { b: number }",
    closed({ a: { type: "string" }, b: { type: "number" } }),
  ],
  [
    "[number, number]",
    "",
    { type: "array", prefixItems: [{ type: "number" }, { type: "number" }], items: false, minItems: 2 },
  ],
  [
    "[lat: number, name?: string]",
    "",
    { type: "array", prefixItems: [{ type: "number" }, { type: "string" }], items: false, minItems: 1 },
  ],
  [
    "[string, ...number[]]",
    "",
    { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" }, minItems: 1 },
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the type that is tried
  ["`${number}-${'a' | 'b'}`", "", { type: "string", pattern: "^-?[0-9.e+-]+-(?:a|b)$" }],
  [
    "{ kind: 'a'; n: number } | { kind: 'b' }",
    "",
    {
      anyOf: [
        closed({ kind: { type: "string", const: "a" }, n: { type: "number" } }),
        closed({ kind: { type: "string", const: "b" } }),
      ],
    },
  ],
])("the type %s (%s)", async (type, before, expected) => {
  const { schema, problems } = await input(type, before);
  expect(problems).toEqual([]);
  expect(schema).toEqual(expected);
});

test("a type that holds itself becomes a definition that validators follow", async () => {
  const { schema, problems } = await input(
    "{ root: Tree }",
    "interface Tree { name: string; children: Tree[] }",
  );
  expect(problems).toEqual([]);
  expect(schemaProblems(schema, "input")).toEqual([]);
  const validate = new Ajv2020({ strict: true }).compile(schema as object);
  expect(validate({ root: { name: "a", children: [{ name: "b", children: [] }] } })).toBe(true);
  expect(validate({ root: { name: "a", children: [{ name: 1, children: [] }] } })).toBe(false);
});

test("bounds come from the words of JSON Schema in comments, and what is no such value is told", async () => {
  const { schema, problems } = await input(`{
    /** How many. @ignored
     * @integer
     * @minimum 0
     * @maximum 1e3
     */
    count: number;
    /** @pattern ^[a-z]+$
     * @maxLength twelve */
    code: string;
    /** @default ["x"]
     * @uniqueItems */
    list?: string[];
  }`);
  expect(schema).toMatchObject({
    properties: {
      count: { type: "integer", minimum: 0, maximum: 1000, description: "How many. @ignored" },
      code: { type: "string", pattern: "^[a-z]+$" },
      list: { type: "array", default: ["x"], uniqueItems: true },
    },
  });
  expect(problems).toEqual(['input.code: @maxLength says "twelve", which is no number']);
});

test("JavaScript says the same in JSDoc", async () => {
  const described = await of(
    `/**
 * Doubles.
 * @param {{ n: number, unit?: "m" | "km" }} input
 * @param input.n what to double
 * @returns {{ twice: number }} the double
 */
const double = (input) => ({ twice: input.n * 2 });
export { double as default };`,
    "javascript",
  );
  expect(described).toMatchObject({ name: "double", description: "Doubles.", problems: [] });
  expect(described.input).toEqual(
    closed(
      { n: { type: "number", description: "what to double" }, unit: { type: "string", enum: ["m", "km"] } },
      ["n"],
    ),
  );
  expect(described.output).toEqual({
    ...(closed({ twice: { type: "number" } }) as object),
    description: "the double",
  });
});

test("parameters described one by one make an input", async () => {
  const { input: schema } = await of(
    `/** Joins.
 * @param {object} input
 * @param {string[]} input.parts - what to join
 * @param {string} [input.by=","] - put between
 * @returns {string}
 */
export default function join(input) { return input.parts.join(input.by); }`,
    "javascript",
  );
  expect(schema).toMatchObject({ type: "object" });
  const described = await of(
    `/** Joins.
 * @param {string[]} input.parts - what to join
 * @param {string} [input.by] - put between
 * @returns {string} */
export default function join(input) { return input.parts.join(input.by); }`,
    "javascript",
  );
  expect(described.input).toEqual(
    closed(
      {
        parts: { type: "array", items: { type: "string" }, description: "what to join" },
        by: { type: "string", description: "put between" },
      },
      ["parts"],
    ),
  );
});

test.each([
  ["export default async (input: string): Promise<string> => input;", undefined],
  ["const twice: (input: { n: number }) => number = ({ n }) => n * 2;\nexport default twice;", "twice"],
  [
    "type Run = { n: number };\nfunction named({ n }: Run): number { return n; }\nexport default named;",
    "named",
  ],
  ["export default (function inner(input: string): string { return input; });", "inner"],
])("forms of a default export: %s", async (code, name) => {
  const described = await of(code);
  expect(described.name).toBe(name);
  expect(described.output).toBeDefined();
});

describe("what cannot be told is told", () => {
  test.each([
    ["Map<string, number>", "input: JSON has no Map: use a record, or a list of entries"],
    ["{ at: Date }", "input.at: JSON has no Date: use a string, with @format date-time in its comment"],
    ["{ n: bigint }", "input.n: JSON has no bigint: use a string of digits"],
    ["{ run: () => void }", "input.run: its type has no JSON form"],
    ["Elsewhere", "input: the type Elsewhere is not declared in this file"],
    ["{ method(): string }", "input: it has a member that is no plain property"],
  ])("%s", async (type, problem) => {
    expect((await input(type)).problems.join("\n")).toContain(problem);
  });

  test.each([
    [
      "export default function f(a: number, b: number, c: number): number { return a; }",
      "it takes 3 parameters",
    ],
    ["/** x */ export default function f(input): number { return 1; }", "its input has no type"],
    ["export default function f(input: string) { return input; }", "its output has no type"],
    ["export default function f(input: string): string { return input; }", "nothing says what it does"],
    ["/** x */ export default (input: string): string => input;", "the function has no name"],
    ["export const f = 1;", "the module default-exports no function"],
    [
      "/** x\n * @example f(1)\n */\nexport default function f(input: number): number { return 1; }",
      '@example "f(1)" is no case',
    ],
    [
      "/** x\n * @example f(now()) => 2\n */\nexport default function f(input: number): number { return 1; }",
      "is no case",
    ],
  ])("%s", async (code, problem) => {
    expect((await of(code)).problems.join("\n")).toContain(problem);
  });
});

test("hostile texts end in a problem or a refusal, soon and in little", async () => {
  const doubling = Array.from({ length: 40 }, (_, i) => `type T${i} = { a: T${i + 1}; b: T${i + 1} };`).join(
    "\n",
  );
  const { problems } = await input("T0", `${doubling}\ntype T40 = string;`);
  expect(problems.join()).toContain("larger than a schema may be");
  const deep = await input(`${"[".repeat(40)}string${"]".repeat(40)}`);
  expect(JSON.stringify(deep).length).toBeLessThan(20_000);
  const generic = await input("L<string>", "type L<T> = { next: L<T[]>; value: T }");
  expect(generic.problems.join()).toContain("larger than a schema may be");
  await expect(of("export default function (")).rejects.toMatchObject({ code: "scan-refused" });
  const proto = await input("{ __proto__: string; constructor: number }");
  expect(schemaProblems(proto.schema, "input").join()).toContain("__proto__");
});
