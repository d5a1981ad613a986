import { existsSync } from "node:fs";
import { mkdir, readFile, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readActionFolder } from "action-collective";
import { beforeAll, expect, test } from "vitest";
import type { ImportReport } from "../../node/src/cli/import/import-text.ts";
import { COLLECTIVE, collective, OurProcess, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { install, JEST_MODULES } from "../runners/install.ts";

const OUR_MODULES = join(import.meta.dirname, "../../node_modules");

const SOURCE = `import { ends } from "./ends.js";
/**
 * Joins words with a dash.
 * @param {string[]} words what to join
 * @returns {string} the words
 */
export function dashed(words) { return words.join("-"); }
/** Doubles. */
export const double = (n) => n * 2;
/** How a text ends. */
export async function endOf(text, { characters = 1 } = {}) { return ends(text, characters); }
/** Days between. */
export function daysBetween(from, to) { return Math.round((to - from) / 86400000); }
`;
const ENDS = `export const ends = (text, count) => text.slice(text.length - count);\n`;
const CALLS = `  for (const words of [["a", "b"], [], ["x"]]) dashed(words);
  for (const n of [1, 2, -3]) double(n);
  await endOf("text"); await endOf("text", { characters: 2 }); await endOf("", {});
  for (const day of ["02", "03", "09"]) daysBetween(new Date("2024-01-01"), new Date("2024-01-" + day));`;
const IMPORTS = `import { dashed, daysBetween, double, endOf } from "../src/index.js";`;

interface Runner {
  readonly script: string;
  readonly modules: string;
  readonly files: Readonly<Record<string, string>>;
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  vitest: {
    script: "vitest run",
    modules: OUR_MODULES,
    files: {
      "test/index.test.js": `import { test } from "vitest";\n${IMPORTS}\ntest("it", async () => {\n${CALLS}\n});\n`,
    },
  },
  jest: {
    script: "jest",
    modules: JEST_MODULES,
    files: {
      "test/index.test.js": `${IMPORTS}\ntest("it", async () => {\n${CALLS}\n});\n`,
      "babel.config.json": `{ "plugins": ["@babel/plugin-transform-modules-commonjs"] }`,
    },
  },
  "node:test": {
    script: "node --test",
    modules: OUR_MODULES,
    files: {
      "test/index.test.js": `import test from "node:test";\n${IMPORTS}\ntest("it", async () => {\n${CALLS}\n});\n`,
    },
  },
};

beforeAll(install, 300_000);

test.each(Object.entries(RUNNERS))(
  "tests of %s are recorded, and become proved actions",
  async (name, runner) => {
    await using folder = await temporaryFolder();
    const project = join(await realpath(folder.path), "a project");
    const files = {
      ...runner.files,
      "src/index.js": SOURCE,
      "src/ends.js": ENDS,
      "package.json": JSON.stringify({
        name: "recorded",
        license: "MIT",
        main: "src/index.js",
        ...(name === "jest" ? {} : { type: "module" }),
        scripts: { test: runner.script },
      }),
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(project, path)), { recursive: true });
      await writeFile(join(project, path), text);
    }
    await symlink(runner.modules, join(project, "node_modules"));
    const changed = () =>
      Promise.all(Object.keys(files).map(async (path) => (await stat(join(project, path))).mtimeMs));
    const before = await changed();
    await using peer = await PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } });
    const out = join(project, "actions");

    const imported = await collective([
      ...["--home", peer.home, "--json", "import", project, "--yes", "--out", out],
    ]);

    expect(imported.code, imported.stderr).toBe(0);
    const report = JSON.parse(imported.stdout) as ImportReport;
    expect(report.tests?.exitCode).toBe(0);
    expect(report.refused).toEqual([]);
    expect(report.proved.map((one) => one.name).toSorted()).toEqual([
      "dashed",
      "daysBetween",
      "double",
      "endOf",
    ]);
    expect(await changed()).toEqual(before);
    const casesOf = async (action: string) => (await readActionFolder(join(out, action))).cases;
    expect(await casesOf("dashed")).toEqual(
      expect.arrayContaining([
        { input: { words: [] }, output: "" },
        { input: { words: ["x"] }, output: "x" },
        { input: { words: ["a", "b"] }, output: "a-b" },
      ]),
    );
    expect(await casesOf("double")).toContainEqual({ input: { n: -3 }, output: -6 });
    expect(await casesOf("endOf")).toHaveLength(3);
    expect(await casesOf("daysBetween")).toContainEqual({
      input: { from: "2024-01-01T00:00:00.000Z", to: "2024-01-09T00:00:00.000Z" },
      output: 8,
    });
    const { client } = peer;
    expect(await client.run("endOf", { text: "other", argument2: { characters: 3 } })).toMatchObject({
      output: "her",
    });
  },
  240_000,
);

test.each(["SIGINT", "SIGHUP"] as const)(
  "%s stops the tests with all that they started",
  async (signal) => {
    await using folder = await temporaryFolder();
    const project = await realpath(folder.path);
    await writeFile(join(project, "index.js"), "export const double = (n) => n * 2;\n");
    await writeFile(
      join(project, "index.test.js"),
      `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import test from "node:test";
import { double } from "./index.js";
test("for ever", async () => {
  double(1);
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeFileSync("pids.json", JSON.stringify([process.pid, child.pid, process.env.COLLECTIVE_RECORD_FILES]));
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
});
`,
    );
    await writeFile(
      join(project, "package.json"),
      JSON.stringify({
        name: "p",
        license: "MIT",
        type: "module",
        main: "index.js",
        scripts: { test: "node --test" },
      }),
    );
    await using peer = await PeerProcess.start({ env: { COLLECTIVE_VERIFY: "false" } });
    await using importing = new OurProcess(COLLECTIVE, ["--home", peer.home, "import", project, "--yes"], {});
    const told = () => readFile(join(project, "pids.json"), "utf8").catch(() => "");
    const text = await until(async () => (await told()) || undefined, {
      what: "running tests",
      timeoutMs: 60_000,
    });
    const [test, child, list] = JSON.parse(text) as [number, number, string];

    importing.child.kill(signal);

    await until(() => (importing.running ? undefined : true), { what: "its end", timeoutMs: 20_000 });
    expect(importing.stderr).toContain("The import was stopped");
    const isGone = (pid: number) => !existsSync(`/proc/${pid}/fd/0`);
    await until(() => (isGone(test) && isGone(child) ? true : undefined), {
      what: "their end",
      timeoutMs: 20_000,
    });
    expect(existsSync(dirname(list))).toBe(false);
  },
  120_000,
);
