import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImportReport } from "../../node/src/cli/import/import-text.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { SWITCHING } from "../node/importing/mcp-servers.ts";
import { projectOf } from "../node/importing/projects.ts";

const SKILL = {
  "SKILL.md":
    "---\nname: adder\ndescription: Adds numbers. Use when sums are wanted.\nlicense: MIT\n---\n```\nnode scripts/add.js 1 2\n```\n",
  "scripts/add.js":
    'const sum = process.argv.slice(2).reduce((a, b) => a + Number(b), 0);\nprocess.exitCode = Number.isNaN(sum) ? 1 : 0;\nconsole.log("sum:", sum);\n',
  "scripts/fetch.py": "print(1)\n",
};

const held: {
  peer?: PeerProcess;
  skill?: Awaited<ReturnType<typeof projectOf>>;
  server?: typeof held.skill;
} = {};
beforeAll(async () => {
  [held.peer, held.skill, held.server] = await Promise.all([
    PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } }),
    projectOf(SKILL),
    projectOf(SWITCHING),
  ]);
}, 60_000);
afterAll(async () => {
  for (const one of Object.values(held)) await one?.[Symbol.asyncDispose]();
});

function there<T>(one: T | undefined): T {
  if (one === undefined) throw new TypeError("It is there once the tests begin");
  return one;
}

const run = (...args: string[]) => collective(["--home", there(held.peer).home, "import", ...args]);

test("a skill's command line runs in the sandbox as it does outside, after a yes", async () => {
  const { path } = there(held.skill);
  const unasked = await run(path);
  expect(unasked).toMatchObject({ code: 2 });
  expect(unasked.stderr).toContain("scripts/add.js");
  const imported = await run(path, "--yes", "--json");
  expect(imported).toMatchObject({ code: 0, stderr: "" });
  const report = JSON.parse(imported.stdout) as ImportReport;
  expect(report).toMatchObject({
    package: "adder",
    functions: 2,
    proved: [{ name: "adder-add", from: "scripts/add.js", cases: 3 }],
    reasons: [{ reason: "not-javascript", names: ["scripts/fetch.py"] }],
  });
  const answer = await there(held.peer).client.run("adder-add", { args: ["20", "22"] });
  expect(answer).toMatchObject({ output: { stdout: "sum: 42\n", exitCode: 0 } });
}, 120_000);

test("a server's tools are proved against what it answers, after a yes", async () => {
  const { path } = there(held.server);
  const inputs = join(path, "inputs.jsonl");
  await writeFile(inputs, '{"name":"double","input":{"n":21}}\n');
  const command = ["mcp", "--", "node", join(path, "server.mjs")];
  expect(await run(...command)).toMatchObject({ code: 2, stdout: "" });
  const { code, stdout, stderr } = await run("--yes", "--inputs", inputs, ...command);
  expect(stderr).toContain("The server has 3 tools.");
  expect(code).toBe(0);
  expect(stdout).toContain("2 of 3 tools are proved actions here.");
  expect(stdout).toMatch(/1\s+it needs modules that cannot be bundled\s+file/);
  const { client } = there(held.peer);
  expect(await client.run("double", { n: 4 })).toMatchObject({ output: "8" });
  const { cases } = await client.show("double");
  expect(cases).toContainEqual({ input: { n: 21 }, output: "42" });
}, 120_000);

test("inputs that cannot be read, and a server that is none, are said", async () => {
  const file = join(there(held.server).path, "bad.jsonl");
  await writeFile(file, "{}\n");
  const bad = await run(there(held.skill).path, "--inputs", file);
  expect(bad.stderr).toContain("line 1 is no input");
  const none = await run("mcp", "--yes", "--", "node", "-e", "process.exit(3)");
  expect(none.stderr).toContain("did not answer as an MCP server");
  expect(none.code).not.toBe(0);
}, 120_000);
