import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findFunctions, makeOfPackage, recordCalls } from "../../../node/src/importing/import-package.ts";
import type { MadeOfPackage } from "../../../node/src/importing/make-each.ts";
import type { RecordedCalls } from "../../../node/src/importing/recorded-calls.ts";
import { testCommand } from "../../../node/src/importing/test-command.ts";
import { projectOf, SMALL } from "./projects.ts";

async function importOf(path: string, command?: string) {
  const found = findFunctions(path);
  const tests = testCommand(found.project, command);
  if (tests === undefined) throw new Error("no test command");
  const run = await recordCalls(found, tests, { env: process.env });
  const of = await makeOfPackage(found, run.calls, { licence: "MIT", progress: () => undefined });
  return { found, run, of };
}

const held: { calls?: ReadonlyMap<string, RecordedCalls>; of?: MadeOfPackage; exitCode?: number | null } = {};

beforeAll(async () => {
  await using project = await projectOf(SMALL);
  const { found, run, of } = await importOf(project.path);
  held.calls = new Map(found.functions.map(({ name }, at) => [name, run.calls[at] as RecordedCalls]));
  held.of = of;
  held.exitCode = run.exitCode;
  // No file of the project was changed.
  for (const [name, text] of Object.entries(SMALL))
    expect(await readFile(join(project.path, name), "utf8")).toBe(text);
});

function made(name: string) {
  const one = held.of?.made.find(({ definition }) => definition.name === name);
  if (one === undefined) throw new Error(`${name}: ${JSON.stringify(held.of?.refused)}`);
  return one;
}

test("the tests of the project pass while its functions are recorded", () => {
  expect(held.exitCode).toBe(0);
});

test("each function becomes an action, or there is a reason why not", () => {
  expect(held.of?.made.map(({ definition }) => definition.name).toSorted()).toEqual([
    "factorial",
    "pair",
    "plusDays",
    "sum",
    "titleOf",
  ]);
  expect(Object.fromEntries((held.of?.refused ?? []).map(({ name, reason }) => [name, reason]))).toEqual({
    each: "takes-functions",
    later: "not-pure",
    once: "few-cases",
    size: "needs-modules",
    untested: "no-tests",
  });
});

test("parameters are properties, and types of other modules are followed", () => {
  const { definition } = made("titleOf");
  expect(definition).toMatchObject({
    description: "Makes a title of words, each beginning with a capital letter.",
    licence: "MIT",
    tags: ["text-tools"],
    input: {
      type: "object",
      properties: { text: { type: "string", description: "what to make a title of" } },
      required: ["text"],
    },
    output: { type: "string" },
  });
  expect(JSON.stringify(definition.input)).toContain("Words that stay as they are.");
  expect(definition.cases).toContainEqual({ input: { text: "a b" }, output: "A B" });
  expect(definition.cases).toHaveLength(3);
  expect(definition.code).not.toContain("node:fs");
});

test("a call that gives one object in two places is no case", () => {
  expect(held.calls?.get("pair")?.unwritable).toEqual([
    { what: "one object in two places", where: "argument" },
  ]);
});

test("a rest of parameters is a list", () => {
  const { definition } = made("sum");
  expect(definition.input).toMatchObject({
    properties: { numbers: { type: "array", items: { type: "number" } } },
  });
  expect(definition.cases).toContainEqual({ input: { numbers: [1, 2] }, output: 3 });
  expect(definition.cases).toContainEqual({ input: {}, output: 0 });
});

test("calls that a function makes of itself are told apart, and come last", () => {
  const calls = held.calls?.get("factorial")?.calls ?? [];
  expect(calls.filter(({ nested }) => !nested).map(({ args }) => args[0])).toEqual([0, 3, 5]);
  expect(made("factorial").definition.cases.map(({ input }) => input)).toEqual([
    { n: 0 },
    { n: 3 },
    { n: 5 },
  ]);
});

test("dates are ISO texts, and what is undefined is null", async () => {
  const { definition, notes } = made("plusDays");
  expect(definition.cases).toEqual(
    expect.arrayContaining([
      { input: { date: "2024-02-28T00:00:00.000Z", days: 2 }, output: "2024-03-01T00:00:00.000Z" },
      { input: { date: "Invalid Date", days: 2 }, output: "Invalid Date" },
    ]),
  );
  expect(notes.join()).toContain("ISO 8601");
  for (const name of ["plusDays", "pair", "sum", "titleOf"]) {
    const { code, cases } = made(name).definition;
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      default: (input: unknown) => unknown;
    };
    expect(cases.length).toBeGreaterThanOrEqual(3);
    for (const one of cases)
      expect(module.default(one.input)).toEqual("output" in one ? one.output : undefined);
  }
  expect(made("pair").definition.cases).toContainEqual({ input: { a: 1 }, output: null });
});

test("vitest's tests are recorded too, with TypeScript and constants", async () => {
  await using project = await projectOf({
    "package.json": JSON.stringify({
      name: "v",
      type: "module",
      main: "./index.ts",
      devDependencies: { vitest: "*" },
    }),
    "area.js":
      "/** An area.\n * @param {{ wide: number, high?: number }} size its sides\n * @returns {number} */\nexport const area = ({ wide, high = 1 }) => wide * high;\n",
    "index.ts":
      "export { area } from './area.js';\nexport const double = (n: number): number => n * 2;\nexport default function half(n: number): number {\n  return n / 2;\n}\n",
    "index.test.ts": `import { expect, test } from "vitest";
import half, { area, double } from "./index.ts";
test.each([1, 2, 3])("%i", async (n) => {
  expect(half(double(n))).toBe(n);
  expect(area({ wide: n, high: 2 })).toBe(2 * n);
  expect(double.name).toBe("double");
});`,
  });
  const { run, of } = await importOf(project.path);
  expect(run).toMatchObject({ exitCode: 0, timedOut: false });
  expect(of.refused).toEqual([]);
  expect(of.made.map(({ definition }) => [definition.name, definition.cases])).toEqual([
    ["area", [1, 2, 3].map((wide) => ({ input: { wide, high: 2 }, output: 2 * wide }))],
    ["double", [1, 2, 3].map((n) => ({ input: { n }, output: n * 2 }))],
    ["half", [2, 4, 6].map((n) => ({ input: { n }, output: n / 2 }))],
  ]);
});

test("CommonJS modules are read, re-exports of others among them", async () => {
  await using project = await projectOf({
    "package.json": JSON.stringify({ name: "c", main: "lib/index.js", scripts: { test: "node --test" } }),
    "lib/index.js": `const { length: second } = require("./length");
function next(n) { return n + 1; }
module.exports = { next, second, negate: require("./negate.js") };
`,
    "lib/length.js": "exports.length = (text) => text.length;\n",
    "lib/negate.js":
      "/** Negates a number.\n * @param {number} n */\nmodule.exports = function negate(n) { return -n; };\n",
    "test/all.test.js": `const { next, second, negate } = require("../lib");
require("node:test")("all", () => { for (const n of [1, 2, 3]) { next(n); negate(n); second("x".repeat(n)); } });
`,
  });
  const { run, of } = await importOf(project.path);
  expect(run.exitCode).toBe(0);
  expect(of.refused).toEqual([]);
  const definitions = new Map(of.made.map(({ definition }) => [definition.name, definition]));
  expect([...definitions.keys()].toSorted()).toEqual(["negate", "next", "second"]);
  expect(definitions.get("negate")).toMatchObject({
    description: "Negates a number.",
    input: { properties: { n: { type: "number" } }, required: ["n"] },
    cases: [1, 2, 3].map((n) => ({ input: { n }, output: -n })),
  });
  expect(definitions.get("second")?.cases).toContainEqual({ input: { text: "xx" }, output: 2 });
});
