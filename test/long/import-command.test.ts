import { existsSync } from "node:fs";
import { join } from "node:path";
import { readActionFolder } from "action-collective";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImportReport } from "../../node/src/cli/import/import-text.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { projectOf, SMALL } from "../node/importing/projects.ts";

/** The tests of this project leave a mark. */
const MARKED = {
  ...SMALL,
  "test/mark.test.ts": `import { writeFileSync } from "node:fs";\nwriteFileSync("ran.txt", "");\n`,
};

const held: { peer?: PeerProcess; project?: Awaited<ReturnType<typeof projectOf>> } = {};
beforeAll(async () => {
  [held.peer, held.project] = await Promise.all([
    PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } }),
    projectOf(MARKED),
  ]);
}, 60_000);
afterAll(async () => {
  await held.peer?.[Symbol.asyncDispose]();
  await held.project?.[Symbol.asyncDispose]();
});

function there<T>(one: T | undefined): T {
  if (one === undefined) throw new TypeError("It is there once the tests begin");
  return one;
}

const run = (...args: string[]) =>
  collective(["--home", there(held.peer).home, "import", there(held.project).path, ...args]);

test("without a yes nothing of the project is run", async () => {
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain("node --test");
  expect(stderr).toContain("--no-tests");
  expect(existsSync(join(there(held.project).path, "ran.txt"))).toBe(false);
});

test("what passes in the sandbox is kept and written out, and nothing is published before a yes", async () => {
  const { path } = there(held.project);
  const { client } = there(held.peer);
  const out = join(path, "actions");
  const imported = await run("--yes", "--out", out, "--json");
  expect(imported.stderr).toBe("");
  expect(imported.code).toBe(0);
  const report = JSON.parse(imported.stdout) as ImportReport;
  expect(existsSync(join(path, "ran.txt"))).toBe(true);
  expect(report).toMatchObject({
    package: "small",
    functions: 10,
    tests: { command: "node --test", exitCode: 0 },
  });
  expect(report.proved.map(({ name }) => name).toSorted()).toEqual([
    "factorial",
    "pair",
    "plusDays",
    "sum",
    "titleOf",
  ]);
  expect(Object.fromEntries(report.reasons.map(({ reason, count }) => [reason, count]))).toEqual({
    "few-cases": 1,
    "needs-modules": 1,
    "no-tests": 1,
    "not-pure": 1,
    "takes-functions": 1,
  });
  const titleOf = await readActionFolder(join(out, "titleOf"));
  expect(titleOf).toMatchObject({ name: "titleOf", language: "javascript", licence: "MIT" });
  const answer = await client.run("titleOf", { text: "made from a function" });
  expect(answer).toMatchObject({ output: "Made From A Function" });
  const shown = await client.show("titleOf");
  expect(shown.publishers).toEqual([]);
}, 120_000);

test("a person sees a table, the reasons of the others, and what was published", async () => {
  const { client } = there(held.peer);
  const { code, stdout, stderr } = await run("--yes", "--publish", "--only", "titleOf", "later", "factorial");
  expect(code).toBe(0);
  expect(stdout).toContain("2 of 3 exported functions are proved actions here.");
  expect(stdout).toMatch(/ACTION\s+CASES\s+FROM\s+MUCH LIKE\ntitleOf\s+3\s+src\/text\.ts/);
  expect(stdout).toMatch(/1\s+it is not pure\s+later/);
  expect(stdout).toMatch(/PROVED\s+BUT NOTE\s+FOR EXAMPLE\n1\s+no comment says what it does\s+factorial/);
  expect(stderr).toContain("Published 2 actions.");
  expect((await client.show("titleOf")).publishers).toHaveLength(1);
  expect((await client.show("pair")).publishers).toEqual([]);
}, 120_000);

test("an import that proves nothing fails, with its reasons", async () => {
  const { code, stdout } = await run("--no-tests", "--only", "untested", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    proved: [],
    refused: [{ name: "untested", reason: "no-tests", from: "src/text.ts" }],
  });
}, 60_000);
