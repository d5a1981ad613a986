import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { MadeOfPackage } from "../../../node/src/importing/make-each.ts";
import {
  commandIn,
  exampleCommands,
  mentionedCommands,
} from "../../../node/src/importing/skills/example-commands.ts";
import { findSkill, makeOfSkill } from "../../../node/src/importing/skills/import-skill.ts";
import { readSkill, type Skill } from "../../../node/src/importing/skills/read-skill.ts";
import { splitUseWhen } from "../../../node/src/importing/skills/use-when.ts";
import { projectOf } from "./projects.ts";
import { SKILL } from "./skill-folders.ts";

const held: { of?: MadeOfPackage; skill?: Skill; count?: number } = {};

beforeAll(async () => {
  await using folder = await projectOf(SKILL);
  const found = await findSkill(folder.path);
  held.skill = found.skill;
  held.count = found.count;
  held.of = await makeOfSkill(found, [], {
    licence: "MIT",
    given: [{ name: "words.cjs", input: { args: [], stdin: "a b" } }],
    mayRun: true,
    path: process.env.PATH,
    progress: () => undefined,
  });
}, 60_000);

function made(name: string) {
  const one = held.of?.made.find(({ definition }) => definition.name === name);
  if (one === undefined) throw new Error(`${name}: ${JSON.stringify(held.of?.refused, null, 1)}`);
  return one;
}

test("the manual is read", () => {
  expect(held.skill).toMatchObject({
    name: "number-tools",
    description: "Adds numbers and makes slugs of titles. Works offline.",
    useWhen: ["Use when the user asks for a sum or a slug."],
    licence: "MIT",
  });
});

test("every script becomes an action, or there is a reason why not", () => {
  expect(held.of?.made.map(({ definition }) => definition.name).toSorted()).toEqual([
    "add",
    "number-tools-main",
    "number-tools-sum",
    "number-tools-words",
  ]);
  const reasons = Object.fromEntries((held.of?.refused ?? []).map(({ name, reason }) => [name, reason]));
  expect(reasons).toEqual({
    main: "no-tests",
    "scripts/convert.py": "not-javascript",
    "scripts/install.sh": "not-javascript",
    "scripts/now.js": "not-pure",
    "scripts/save.js": "not-pure",
    "scripts/wait.js": "not-pure",
  });
  expect(held.count).toBe(10);
});

test("a command line's cases are what the script printed", () => {
  const { definition, notes } = made("number-tools-sum");
  expect(definition).toMatchObject({
    description: "Adds up the numbers of its words, or of its standard input.",
    useWhen: ["Use when the user asks for a sum or a slug."],
    licence: "MIT",
    permissions: {},
  });
  expect(definition.cases).toEqual(
    expect.arrayContaining([
      { input: { args: ["1", "2", "3"] }, output: { stdout: "6\n", exitCode: 0 } },
      { input: { args: ["--json", "4", "5"] }, output: { stdout: '{"sum":9}\n', exitCode: 0 } },
      { input: { args: ["--stdin"], stdin: "1 2 3\n" }, output: { stdout: "6\n", exitCode: 0 } },
      { input: { args: [] }, output: { stdout: "", exitCode: 2 } },
      { input: { args: ["--help"] }, output: { stdout: "", exitCode: 1 } },
    ]),
  );
  expect(notes.join()).not.toContain("SKILL.md shows another");
  expect(made("number-tools-words").definition.cases).toContainEqual({
    input: { args: ["--file", "examples/text.txt"], files: { "examples/text.txt": "one two three\n" } },
    output: { stdout: "3 words in text\n", exitCode: 0 },
  });
});

test("the module gives what the script printed, without a process, and again", async () => {
  for (const name of ["sum", "words", "main"]) {
    const { code, cases } = made(`number-tools-${name}`).definition;
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      default: (input: unknown) => unknown;
    };
    expect(cases.length).toBeGreaterThanOrEqual(3);
    for (const one of [...cases, ...cases])
      expect(await module.default(one.input), name).toEqual("output" in one ? one.output : undefined);
  }
});

test("a file outside the skill becomes part of no case, though a link leads there", async () => {
  await using folder = await projectOf({
    "secret.txt": "a secret of its user\n",
    "skill/SKILL.md":
      "---\nname: linked\ndescription: It counts.\nlicense: MIT\n---\n```\nnode count.cjs linked.txt\nnode count.cjs own.txt\n```\n",
    "skill/own.txt": "its own\n",
    "skill/count.cjs":
      'const { readFileSync } = require("fs");\nconsole.log(readFileSync(process.argv[2], "utf8").length);\n',
  });
  await symlink(join(folder.path, "secret.txt"), join(folder.path, "skill/linked.txt"));
  const of = await makeOfSkill(await findSkill(join(folder.path, "skill")), [], {
    licence: "MIT",
    given: [],
    mayRun: true,
    path: process.env.PATH,
    progress: () => undefined,
  });
  const cases = of.made[0]?.definition.cases ?? [];
  expect(cases).toContainEqual({
    input: { args: ["own.txt"], files: { "own.txt": "its own\n" } },
    output: { stdout: "8\n", exitCode: 0 },
  });
  expect(JSON.stringify(cases)).not.toContain("secret");
}, 60_000);

test("front matter that is nearly YAML is read line by line", async () => {
  await using folder = await projectOf({
    "SKILL.md":
      "---\nname: loose\ndescription: 'Checks: files.'\nglobs: *.ts\nlicense: Apache-2.0 (see LICENSE)\n---\n",
  });
  expect(readSkill(folder.path)).toMatchObject({
    name: "loose",
    description: "Checks: files.",
    licence: "Apache-2.0",
  });
});

test("an object that is printed as such is no answer", async () => {
  await using folder = await projectOf({
    "SKILL.md": "---\nname: s\ndescription: It prints.\n---\n```\nnode print.js\n```\n",
    "print.js": "try { console.log({ a: process.argv.length }); } catch {}\n",
  });
  const found = await findSkill(folder.path);
  const [one] = found.commandLines;
  const module = (await import(`data:text/javascript,${encodeURIComponent(one?.code ?? "")}`)) as {
    default: (input: unknown) => unknown;
  };
  await expect(module.default({})).rejects.toThrow("JSON.stringify");
});

test("command lines are read as a shell reads them, and placeholders are none", () => {
  expect(commandIn(`node scripts/a.js "two words" 'it'\\''s' --x=1 # note`)).toEqual({
    script: "scripts/a.js",
    args: ["two words", "it's", "--x=1"],
  });
  expect(commandIn("npx tsx ./scripts/a.ts run")).toEqual({ script: "scripts/a.ts", args: ["run"] });
  expect(commandIn(`echo -n '{"a":1}' | node a.mjs`)).toEqual({
    script: "a.mjs",
    args: [],
    stdin: '{"a":1}',
  });
  for (const line of [
    "node a.js <file>",
    "node a.js [options]",
    "node a.js $HOME",
    "node a.js a && rm b",
    "python a.py",
    "npx skills add a.js",
    "node a.js *.md",
    'node a.js "$(id)"',
  ])
    expect(commandIn(line), line).toBeUndefined();
  expect(mentionedCommands(" * Usage: node a.js --list   Lists all\n node a.js <x>\n")).toEqual([
    { script: "a.js", args: ["--list"] },
  ]);
  expect(exampleCommands("```sh\n$ node a.js 1\n2\n\n```\n")).toEqual([
    { script: "a.js", args: ["1"], shown: "2" },
  ]);
});

test("sentences that say when to use it are told apart", () => {
  expect(
    splitUseWhen("Makes tables of lists. Use this skill when somebody has CSV. Invoke if asked."),
  ).toEqual({
    description: "Makes tables of lists.",
    useWhen: ["Use this skill when somebody has CSV.", "Invoke if asked."],
  });
});
