import type { Json, Language } from "@action-collective/protocol";
import { schemaProblems } from "@action-collective/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { describeModule } from "../../../node/src/describing/describe-module.ts";

/** Modules as people write them, with values that their input must take and must not. */

function told(code: string, language: Language = "typescript") {
  return describeModule(code, language, (text, of) => {
    const lang = of === "typescript" ? "ts" : "js";
    const parsed = parseSync(`module.${lang}`, text, { lang, sourceType: "module" });
    const [error] = parsed.errors;
    if (error !== undefined) throw new SyntaxError(error.message);
    return parsed;
  });
}

function check(schema: Json | undefined) {
  expect(schemaProblems(schema, "schema")).toEqual([]);
  return new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(
    schema as object,
  );
}

interface Expected {
  readonly takes: readonly Json[];
  readonly refuses: readonly Json[];
}

const fn = (type: string, before = "", output = "boolean") =>
  `${before}\n/** Does it. */\nexport default function does(input: ${type}): ${output} { return true as never; }`;

const shapes = `
interface Base { id: string; note?: string | null }
type Circle = Base & { kind: "circle"; radius: number };
type Square = Base & { kind: "square"; side: number };
type Shape = Circle | Square;`;

describe("what a type means", () => {
  it.each<[string, string, Expected]>([
    [
      "a discriminated union of intersections",
      fn("Shape", shapes),
      {
        takes: [
          { id: "a", kind: "circle", radius: 1 },
          { id: "a", kind: "square", side: 1, note: null },
        ],
        refuses: [
          { id: "a", kind: "circle", side: 1 },
          { kind: "circle", radius: 1 },
        ],
      },
    ],
    [
      "a base with a union",
      fn("Base & ({ kind: 'a'; x: number } | { kind: 'b' })", "interface Base { id: string }"),
      {
        takes: [
          { id: "1", kind: "a", x: 1 },
          { id: "1", kind: "b" },
        ],
        refuses: [{ id: "1" }, { kind: "b" }, { id: "1", kind: "b", x: 1 }],
      },
    ],
    [
      "a branded text",
      fn("{ mail: Mail }", "type Mail = string & { readonly __brand: 'Mail' };"),
      { takes: [{ mail: "a@b" }], refuses: [{ mail: 1 }] },
    ],
    [
      "an interface that extends Omit and Partial",
      fn(
        "B",
        "interface A { a: string; b: number; c: boolean }\ninterface B extends Omit<A, 'c'>, Partial<Pick<A, 'c'>> { d: null }",
      ),
      {
        takes: [
          { a: "", b: 1, d: null },
          { a: "", b: 1, c: true, d: null },
        ],
        refuses: [{ a: "", b: 1 }],
      },
    ],
    [
      "keyof typeof a constant",
      fn(
        "{ from: Unit; to: keyof typeof UNITS }",
        "const UNITS = { m: 1, km: 1000, 'sea mile': (n: number) => n * 1852 } as const;\ntype Unit = keyof typeof UNITS;",
      ),
      { takes: [{ from: "m", to: "sea mile" }], refuses: [{ from: "m", to: "mile" }] },
    ],
    [
      "the values of a constant object",
      fn(
        "Level",
        "export const LEVEL = { Low: 'low', High: 'high' } as const satisfies Record<string, string>;\nexport type Level = (typeof LEVEL)[keyof typeof LEVEL];",
      ),
      { takes: ["low", "high"], refuses: ["Low", 1] },
    ],
    [
      "members of an enum",
      fn(
        "{ kind: Kind.Circle; r: number } | { kind: Kind.Square; side: number }",
        "enum Kind { Circle = 'circle', Square = 'square' }",
      ),
      {
        takes: [{ kind: "circle", r: 1 }],
        refuses: [
          { kind: "square", r: 1 },
          { kind: "Circle", r: 1 },
        ],
      },
    ],
    [
      "one generic in itself",
      fn(
        "Maybe<{ a: Maybe<string>; b: Page<Page<number>> }>",
        "type Maybe<T> = T | null;\ninterface Page<T> { items: T[] }",
      ),
      { takes: [null, { a: null, b: { items: [{ items: [1] }] } }], refuses: [{ a: 1, b: { items: [] } }] },
    ],
    [
      "a generic that holds itself, twice",
      fn("{ a: Tree<string>; b: Tree<number> }", "interface Tree<T> { value: T; children: Tree<T>[] }"),
      {
        takes: [{ a: { value: "", children: [{ value: "", children: [] }] }, b: { value: 1, children: [] } }],
        refuses: [{ a: { value: 1, children: [] }, b: { value: 1, children: [] } }],
      },
    ],
    [
      "types that hold each other",
      fn("Expr", "type Expr = number | Sum;\ninterface Sum { op: '+' | '-'; of: Expr[] }"),
      { takes: [1, { op: "+", of: [1, { op: "-", of: [] }] }], refuses: [{ op: "*", of: [] }, "1"] },
    ],
    [
      "any JSON",
      fn(
        "{ data: Json }",
        "type Json = string | number | boolean | null | Json[] | { [key: string]: Json };",
      ),
      { takes: [{ data: { a: [1, null, { b: "" }] } }], refuses: [{}] },
    ],
    [
      "NonNullable, Required and Readonly",
      fn(
        "Required<Readonly<O>> & { name: NonNullable<O['name']> }",
        "interface O { name?: string | null; n?: number }",
      ),
      { takes: [{ name: "", n: 1 }], refuses: [{ name: null, n: 1 }, { name: "" }] },
    ],
    [
      "a mapped type over its own keys",
      fn("{ [K in keyof P]?: P[K] | null }", "interface P { a: string; b: number }"),
      { takes: [{}, { a: null, b: 1 }], refuses: [{ a: 1 }] },
    ],
    [
      "Partial<Record<…>> and nested options",
      fn("{ prices: Partial<Record<'EUR' | 'USD', number>>; options?: { round?: boolean } }"),
      { takes: [{ prices: { EUR: 1 } }], refuses: [{ prices: { GBP: 1 } }] },
    ],
    [
      "keys of a record",
      fn("{ row: Row; by: keyof Row }", "type Row = Record<string, number>;"),
      { takes: [{ row: { a: 1 }, by: "a" }], refuses: [{ row: { a: 1 }, by: 1 }] },
    ],
    [
      "tuples in lists",
      fn("readonly (readonly [x: number, y: number])[]"),
      { takes: [[], [[1, 2]]], refuses: [[[1]], [[1, 2, 3]]] },
    ],
    [
      "bounds in comments, over null and lists too",
      fn(`{
      /** @integer
       * @minimum 1 */
      page: number | null;
      /** @minItems 1
       * @default [] */
      list: string[] }`),
      {
        takes: [
          { page: null, list: ["a"] },
          { page: 1, list: ["a"] },
        ],
        refuses: [
          { page: 1.5, list: ["a"] },
          { page: 0, list: ["a"] },
          { page: 1, list: [] },
        ],
      },
    ],
    [
      "an odd name",
      fn("{ größe: Größe }", "type Größe = { kinder?: Größe[] };"),
      { takes: [{ größe: { kinder: [{}] } }], refuses: [{ größe: { kinder: [1] } }] },
    ],
  ])("%s", (_what, code, { takes, refuses }) => {
    const { input, problems } = told(code);
    expect(problems).toEqual([]);
    const validate = check(input);
    for (const value of takes) expect(validate(value), JSON.stringify(value)).toBe(true);
    for (const value of refuses) expect(validate(value), JSON.stringify(value)).toBe(false);
  });
});

describe("how the function is written", () => {
  it.each([
    [
      "a function checked by satisfies",
      "type Run = (input: { n: number }) => number;\n/** Does it. */\nconst does = ((input) => input.n) satisfies Run;\nexport default does;",
    ],
    [
      "a constant with a named function type",
      "type Run = (input: { n: number }) => Promise<number>;\n/** Does it. */\nexport const does: Run = async ({ n }) => n;\nexport default does;",
    ],
    [
      "an export that is checked",
      "type Run = (input: { n: number }) => number;\n/** Does it. */\nfunction does(input: { n: number }): number { return input.n; }\nexport default does satisfies Run;",
    ],
    [
      "comments between",
      "/** Does it. */\n// eslint-disable-next-line\n/* istanbul ignore next */\nexport default function does(input: { n: number }): number { return input.n; }",
    ],
    [
      "the comment above the export",
      "function does(input: { n: number }): number { return input.n; }\n/** Does it. */\nexport default does;",
    ],
    [
      "a licence above, CRLF and a byte order mark",
      "\ufeff/**\r\n * @license Apache-2.0\r\n */\r\n\r\n/**\r\n * Does\r\n * it.\r\n */\r\nexport default function does(input: { n: number }): number { return input.n; }\r\n",
    ],
    [
      "@description",
      "/**\n * @description Does it.\n */\nexport default function does(input: { n: number }): number { return input.n; }",
    ],
  ])("%s", (_what, code) => {
    const { name, description, input, output, problems } = told(code);
    expect({ name, description, output, problems }).toEqual({
      name: "does",
      description: "Does it.",
      output: { type: "number" },
      problems: [],
    });
    expect([{ n: 1 }, { n: "" }].map((value) => check(input)(value))).toEqual([true, false]);
  });

  it("tells that overloads need one signature", () => {
    const { problems } = told(
      "/** x */\nexport default function f(input: string): string;\nexport default function f(input: number): number;\nexport default function f(input: never): never { return input; }",
    );
    expect(problems.join("\n")).toContain("overloads: write one signature");
  });

  it("fills in what destructuring says, also where the whole has a default", () => {
    const { input } = told(
      "/** x */\nexport default function f({ n = 2, by: step = 'a' }: { n?: number; by?: string } = {}): number { return n; }",
    );
    expect(input).toMatchObject({ properties: { n: { default: 2 }, by: { default: "a" } } });
  });
});

describe("how comments are written", () => {
  it("TSDoc and TypeDoc: links, remarks, hyphens, titles, fences, many lines", () => {
    const described = told(`/**
 * Splits a {@link Bill | bill} among people; see {@link https://example.org}.
 *
 * @remarks
 * The larger shares come first.
 *
 * @param input - The bill
 * @param input.amount - In cents.
 * @param context - Not part of the input.
 * @returns What each pays.
 * @throws when nobody pays
 * @example Three people
 * \`\`\`ts
 * const result = await split({
 *   amount: 100, // in cents
 *   people: ["a => b", "b"],
 * });
 * // => {
 * //   shares: [50, 50],
 * // }
 * \`\`\`
 * @example
 * split({ amount: 1, people: ["a"] }); // returns { shares: [1] }
 * split({ amount: 0, people: ["a"] }) // { shares: [0] }
 * @example <caption>Nobody</caption>
 * split({ amount: 2, people: [] })
 * // → { shares: [] }
 * @public
 */
export default function split(input: { amount: number; people: string[] }, context: unknown): { shares: number[] } {
  return { shares: [] };
}`);
    expect(described.problems).toEqual([]);
    expect(described.description).toBe("Splits a bill among people; see https://example.org.");
    expect(described.input).toMatchObject({
      description: "The bill",
      properties: { amount: { description: "In cents." } },
    });
    expect(described.output).toMatchObject({ description: "What each pays." });
    expect(described.cases).toEqual([
      { input: { amount: 100, people: ["a => b", "b"] }, output: { shares: [50, 50] } },
      { input: { amount: 1, people: ["a"] }, output: { shares: [1] } },
      { input: { amount: 0, people: ["a"] }, output: { shares: [0] } },
      { input: { amount: 2, people: [] }, output: { shares: [] } },
    ]);
  });

  it("names of destructured properties are theirs, and those of a second parameter nobody's", () => {
    const { input } = told(`/** x
 * @param width - across
 * @param height - up
 * @param context - what else */
export default function f({ width, height }: { width: number; height: number }, context: unknown): number { return 1; }`);
    expect(input).toEqual({
      type: "object",
      properties: {
        width: { type: "number", description: "across" },
        height: { type: "number", description: "up" },
      },
      required: ["width", "height"],
      additionalProperties: false,
    });
  });

  it("JavaScript in the words of JSDoc", () => {
    const { input, output, problems } = told(
      `/** x
 * @param {Object} input - what to count
 * @param {Array.<string>} input.words
 * @param {Object<string, number>} input.weights
 * @param {?string} [input.by="a"]
 * @param {*} [input.rest]
 * @param {boolean=} input.strict
 * @return {Promise<Object.<string, number>>} */
export default async function f(input) { return {}; }`,
      "javascript",
    );
    expect(problems).toEqual([]);
    const validate = check(input);
    expect(validate({ words: ["a"], weights: { a: 1 }, by: null, rest: [1], strict: true })).toBe(true);
    expect(validate({ words: [], weights: {} })).toBe(true);
    expect(validate({ words: [1], weights: {} })).toBe(false);
    expect(validate({ words: [] })).toBe(false);
    expect(output).toEqual({ type: "object", additionalProperties: { type: "number" } });
  });

  it("typedefs of JavaScript", () => {
    const { input, problems } = told(
      `/** @typedef {{ x: number, y?: Unit }} Point */
/** @typedef {"m" | "km"} Unit */
/** x
 * @param {Point[]} input
 * @returns {number} */
export default function f(input) { return 1; }`,
      "javascript",
    );
    expect(problems).toEqual([]);
    expect([[{ x: 1, y: "m" }], [{ x: 1, y: "mi" }]].map((value) => check(input)(value))).toEqual([
      true,
      false,
    ]);
  });
});

describe("what cannot be told is told, and never turned into something else", () => {
  it.each([
    ["enum E { A = 1 << 2, B }", "E", "input: the value of E.A cannot be told"],
    ["", "{ list: (number | undefined)[] }", "may be undefined"],
    ["type A = B | string; type B = A | null;", "A", "input: A is nothing but itself"],
    ["class Point { x = 1 }", "Point", "input: Point is a class: declare an interface"],
    ["", "Node & { a: string }", "the type Node is not declared"],
    ["interface N { next: (N & { a: string })[] }", "N", "what is in all of these types cannot be told"],
  ])("%s %s", (before, type, problem) => {
    expect(told(fn(type, before)).problems.join("\n")).toContain(problem);
  });

  it("a bound that does not belong to the type, and a pattern that is none", () => {
    const { input, problems } = told(
      fn(
        "{ /** @minimum 1 */ a: string; /** @pattern ( */ b: string; /** @maxLength 3 */ c?: string | null }",
      ),
    );
    expect(problems).toEqual([
      "input.a: @minimum belongs to a number",
      'input.b: @pattern says "(", which is no pattern',
    ]);
    expect(check(input)({ a: "", b: "", c: "abcd" })).toBe(false);
  });
});

it("long runs of blanks and signs cost little", () => {
  const blanks = " ".repeat(20_000);
  const text = (line: string) =>
    `/** x\n * ${line}\n */\nexport default function f(input: number): number { return input; }`;
  const started = performance.now();
  for (const line of [
    `@example f(1)${blanks}2`,
    `@example ${"=> ".repeat(15_000)}`,
    `@example ${"f(1 // ".repeat(9_000)}`,
    `@param ${"[a=".repeat(15_000)}`,
    `@param {${"{".repeat(30_000)}`,
    `{@link ${"{@link ".repeat(8_000)}`,
  ])
    expect(told(text(line)).name).toBe("f");
  expect(performance.now() - started).toBeLessThan(30_000);
});
