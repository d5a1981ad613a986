import { isDeepStrictEqual } from "node:util";
import type { Json } from "@action-collective/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFunctions, makeOfPackage } from "../../../node/src/importing/import-package.ts";
import { keptState } from "../../../node/src/importing/kept-state.ts";
import type { MadeOfPackage } from "../../../node/src/importing/make-each.ts";
import type { RecordedCall } from "../../../node/src/importing/recorded-calls.ts";
import { parseText } from "../../../node/src/importing/source-files.ts";
import { projectOf } from "./projects.ts";

const date = (text: string) => ({ $: "date", v: text });
const set = (...items: Json[]) => ({ $: "set", v: items });
const UNDEFINED = { $: "undefined" };
const call = (args: readonly Json[], result: Json, more: Partial<RecordedCall> = {}): RecordedCall => ({
  args,
  result,
  nested: false,
  changed: false,
  promised: false,
  ...more,
});

/** By function: its text, and calls of it. */
const FUNCTIONS: Readonly<
  Record<string, { readonly code: string; readonly calls: readonly RecordedCall[] }>
> = {
  named: {
    code: "export function named(theFunction, asJson, Date) { return Date === undefined ? undefined : theFunction + asJson + Date; }",
    calls: [call(["a", "b", "c"], "abc"), call(["a", "b"], UNDEFINED), call(["", "", "d"], "d")],
  },
  twins: {
    code: "/** @param list one\n * @param list two */\nexport function twins([a], [b]) { return a + b; }",
    calls: [call([[1], [2]], 3), call([[0], [0]], 0), call([[5], [1]], 6)],
  },
  promised: {
    code: "export const promised = (n) => Promise.resolve(n === 0 ? undefined : { n, none: undefined });",
    calls: [0, 1, 2].map((n) => call([n], n === 0 ? UNDEFINED : { n, none: UNDEFINED }, { promised: true })),
  },
  isDate: {
    code: "export function isDate(value) { return value instanceof Date; }",
    calls: [
      ...["a", 1, {}].map((value) => call([value], false)),
      call([date("2024-01-01T00:00:00.000Z")], true),
    ],
  },
  kindOf: {
    code: "export function kindOf(value) { return value instanceof Date ? 'date' : typeof value; }",
    calls: [
      ...["2024", "2025", "2026"].map((year) => call([date(`${year}-01-01T00:00:00.000Z`)], "date")),
      call(["text"], "string"),
    ],
  },
  has: {
    code: "export function has(all, one) { return all.has(one); }",
    calls: [call([set(1, 2), 1], true), call([set(), 1], false), call([set("a"), "a"], true)],
  },
  nextId: {
    code: "let count = 0;\nexport function nextId(prefix) { count += 1; return prefix + count; }",
    calls: ["a", "b", "c"].map((prefix, at) => call([prefix], `${prefix}${at + 1}`)),
  },
  lookUp: {
    code: 'import "./fill.js";\nimport { table } from "./table.js";\nexport const lookUp = (key) => table[key] ?? "none";',
    calls: [call(["a"], "A"), call(["b"], "none"), call(["c"], "none")],
  },
  keys: {
    code: "export const keys = (of) => Object.keys(of);",
    calls: [
      ...[{}, { a: 1 }, { b: 1 }].map((of) => call([of], Object.keys(of))),
      call([{ x: UNDEFINED }], ["x"]),
    ],
  },
  needing: {
    code: 'import "another-package";\nexport const needing = (n) => n + 1;',
    calls: [1, 2, 3].map((n) => call([n], n + 1)),
  },
};
const OTHERS = {
  "table.js": "export const table = {};\n",
  "fill.js": 'import { table } from "./table.js";\ntable.a = "A";\ntable.hidden = "H";\n',
};

const held: { of?: MadeOfPackage; project?: Awaited<ReturnType<typeof projectOf>> } = {};
beforeAll(async () => {
  const modules = Object.entries(FUNCTIONS);
  held.project = await projectOf({
    "package.json": JSON.stringify({ name: "faithful", type: "module", main: "index.js" }),
    "index.js": modules.map(([name]) => `export * from "./${name}.js";`).join("\n"),
    ...Object.fromEntries(modules.map(([name, { code }]) => [`${name}.js`, code])),
    ...OTHERS,
  });
  const found = findFunctions(held.project.path);
  const calls = found.functions.map(({ name }) => ({ calls: FUNCTIONS[name]?.calls ?? [], unwritable: [] }));
  held.of = await makeOfPackage(found, calls, { licence: "MIT", progress: () => undefined });
});
afterAll(() => held.project?.[Symbol.asyncDispose]());

async function actionOf(name: string): Promise<(input: Json) => Promise<Json>> {
  const made = held.of?.made.find(({ definition }) => definition.name === name);
  if (made === undefined) throw new Error(`${name}: ${JSON.stringify(held.of?.refused)}`);
  const { default: run } = (await import(
    `data:text/javascript,${encodeURIComponent(made.definition.code)}`
  )) as { default: (input: Json) => Promise<Json> };
  for (const one of made.definition.cases)
    expect(isDeepStrictEqual(await run(one.input), "output" in one ? one.output : undefined)).toBe(true);
  return run;
}

const reasonOf = (name: string) => held.of?.refused.find((one) => one.name === name)?.reason;

test("parameters may be called like anything that the adapter itself needs", async () => {
  const named = await actionOf("named");
  expect(await named({ theFunction: "x", asJson: "y", Date: "z" })).toBe("xyz");
});

test("two parameters of one name in a comment are two properties", async () => {
  const twins = await actionOf("twins");
  expect(await twins({ list: [7], list_2: [8] })).toBe(15);
});

test("a promise of a function that is not async is awaited before it becomes JSON", async () => {
  const promised = await actionOf("promised");
  expect(await promised({ n: 9 })).toEqual({ n: 9 });
});

test("a set that is put back is one for every input", async () => {
  const has = await actionOf("has");
  expect(await has({ all: [3, 4], one: 4 })).toBe(true);
  expect(await has({ all: [3, 4], one: 5 })).toBe(false);
});

test("a property that is undefined is no case, since JSON leaves it out", async () => {
  const keys = await actionOf("keys");
  expect(await keys({ of: { c: 1 } })).toEqual(["c"]);
});

test("a module that is not at hand is needed, also where nothing of it is named", () => {
  expect(reasonOf("needing")).toBe("needs-modules");
});

test("what a module does by being imported is done", async () => {
  const lookUp = await actionOf("lookUp");
  expect(await lookUp({ key: "hidden" })).toBe("H");
});

test("a function that tells what JSON does not tell is refused", () => {
  expect(reasonOf("isDate")).toBe("one-answer");
  expect(reasonOf("kindOf")).toBe("no-json");
});

test("a function whose answers hang on earlier calls is refused, though its cases pass in their order", () => {
  expect(reasonOf("nextId")).toBe("not-pure");
});

test.each([
  "let n = 0; export default ({ a }) => n++ + a;",
  "const seen = new Map(); const see = (x) => { seen.set(x, 1); return x; }; export default see;",
  "class A { static n = 0 } export default () => ++A.n;",
  "const next = (() => { let n = 0; return () => ++n; })(); export default next;",
  "var made = __commonJSMin((exports, module) => { let n = 0; module.exports = () => ++n; }); export default made;",
  "let first; export default ({ x }) => { first ??= x; return first; };",
  "let first; export default (x) => { if (!first) { first = x; } return first; };",
  "const all = {}; export default (x) => { Object.assign(all, x); return all; };",
  "const all = { x: 1 }; export default (x) => { delete all[x]; return all; };",
])("state is found: %s", (code) => {
  expect(keptState(parseText(code).program)).toMatch(/^\w+$/);
});

test.each([
  "const n = []; export default function f({ n }) { n.push(1); return n; }",
  "const table = new Map(); table.set(1, 2); export default (x) => table.get(x);",
  "const list = []; export default function f(x) { const list = []; list.push(x); { let q = 1; q++; } return list; }",
  "var made = __commonJSMin((exports, module) => { module.exports = (x) => { const { b: c } = x; let d = c; d++; return d; }; });",
  "let made; function get() { if (made === undefined) { made = [1]; } return made; } export default () => get();",
  "const R = /a/g; export default (x) => { R.lastIndex = 0; return R.test(x); };",
])("what is the function's own is no state: %s", (code) => {
  expect(keptState(parseText(code).program)).toBeUndefined();
});
