import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../helpers/temporary.ts";

const OUR_MODULES = join(import.meta.dirname, "../../../node_modules");

/** A package on the disk, with our own node_modules, where vitest is. */
export async function projectOf(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await temporaryFolder();
  const path = await realpath(folder.path);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  await symlink(OUR_MODULES, join(path, "node_modules"));
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** A few functions of each kind that an import meets, with tests for Node's own runner. */
export const SMALL: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "small",
    type: "module",
    license: "MIT",
    keywords: ["Text tools"],
    exports: "./dist/index.js",
    scripts: { test: "node --test" },
  }),
  "src/index.ts": `export * from "./text.ts";\nexport { addDays as plusDays } from "./days.ts";\n`,
  "src/text.ts": `import { readFileSync } from "node:fs";
import type { Options } from "./options.ts";
/**
 * Makes a title of words, each beginning with a capital letter.
 * @param text what to make a title of
 */
export function titleOf(text: string, { keep = [] }: Options = {}): string {
  return text.split(" ").map((word) => (keep.includes(word) ? word : word.charAt(0).toUpperCase() + word.slice(1))).join(" ");
}
/** Adds numbers up. */
export const sum = (...numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
/** Two of a kind, or nothing. */
export function pair<T>(a: T, b?: T) {
  return b === undefined ? undefined : [a, b];
}
export function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
export function later(ms: number): number { return Date.now() + ms; }
export function each(list: string[], f: (x: string) => void) { list.forEach(f); }
export function size(path: string): number { return readFileSync(path, "utf8").length; }
export function untested(n: number): number { return n; }
export function once(n: number): number { return n; }
`,
  "src/options.ts": `export interface Options {\n  /** Words that stay as they are. */\n  keep?: readonly string[];\n}\n`,
  "src/days.ts": `/** Adds days to a date. */
export function addDays(date: Date, days: number): Date {
  const moved = new Date(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved;
}
`,
  "test/all.test.ts": `import { test } from "node:test";
import assert from "node:assert/strict";
import { each, factorial, later, once, pair, plusDays, size, sum, titleOf } from "../src/index.ts";
test("all of them", () => {
  assert.equal(titleOf("a b"), "A B");
  assert.equal(titleOf("the cat", { keep: ["the"] }), "the Cat");
  titleOf("");
  assert.equal(sum(1, 2), 3); sum(); sum(5);
  const same = {}; pair(same, same);
  pair(1, 2); pair(1); pair("a", "b");
  assert.equal(factorial(5), 120); factorial(0); factorial(3);
  assert.equal(factorial.name, "factorial"); assert.equal(sum.length, 0);
  later(1); later(2); later(3); each(["a"], () => {}); once(1);
  size("package.json"); size("src/index.ts"); size("src/text.ts");
  plusDays(new Date("2024-02-28T00:00:00Z"), 1);
  plusDays(new Date("2024-02-28T00:00:00Z"), 2);
  assert.ok(Number.isNaN(plusDays(new Date("x"), 2).getTime()));
});
`,
};
