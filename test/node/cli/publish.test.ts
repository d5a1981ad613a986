import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Card, Described } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import type { ApiHandlers } from "../../../node/src/api/handlers.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { ID, sampleHandlers, VERIFICATION } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

const echo = {
  name: "echo",
  description: "Gives back.",
  input: {},
  output: {},
  licence: "MIT",
  cases: [1, 2, 3].map((n) => ({ input: n, output: n })),
};
const CODE = "export default (x) => x;\n";
const card: Card = {
  id: "bafyreitwin",
  name: "sayAgain",
  summary: "Says it\nagain",
  standing: "passed",
  score: 0.5,
  permissions: {},
  match: 0.9,
  similar: 0,
};

type Proving = Parameters<ApiHandlers["prove"]>[0];

async function proof(call: Proving, changed: object) {
  return { ...(await sampleHandlers().prove(call)), ...changed };
}

async function folderWith(files: Record<string, string>) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  return folder;
}

const complete = { "action.json": JSON.stringify(echo), "action.js": CODE };

describe("collective publish, where the collective has much the same", () => {
  async function twin(answers: { readonly count?: number } = {}) {
    let published = 0;
    const running = await peer({
      prove: async (call) => proof(call, { similar: Array(answers.count ?? 1).fill(card) }),
      publish: async (call) => {
        published++;
        return { ...(await sampleHandlers().publish(call)), similar: [card] };
      },
    });
    return Object.assign(running, { published: () => published });
  }

  it("publishes nothing for a program, says what there is, and ends with 7", async () => {
    await using running = await twin();
    await using folder = await folderWith(complete);
    expect(await running.run(["publish", folder.path])).toEqual({
      code: 7,
      stdout: "",
      stderr: [
        "error: echo was not published: the collective has an action much like it already",
        "  - bafyreitwin  sayAgain: Says it again",
        "Use that one; or, if yours does more or replaces it, publish with --yes.",
        "",
      ].join("\n"),
    });
    const json = await running.run(["publish", folder.path, "--json"]);
    expect(json).toMatchObject({ code: 7, stdout: "" });
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: "near-duplicate",
      details: ["bafyreitwin  sayAgain: Says it again"],
    });
    expect(running.published()).toBe(0);
  });

  it("shows it and publishes with --yes", async () => {
    await using running = await twin({ count: 7 });
    await using folder = await folderWith(complete);
    const ran = await running.run(["publish", folder.path, "--yes"]);
    expect(ran).toMatchObject({ code: 0, stdout: `${ID}\n` });
    const lines = ran.stderr.split("\n");
    expect(lines[0]).toBe("The collective has 7 actions much like it already; a search shows one for all:");
    expect(lines.slice(1, 7)).toEqual([
      ...Array(5).fill("  bafyreitwin  sayAgain: Says it again"),
      "  … and 2 more",
    ]);
    expect(lines[7]).toMatch(/^Published echo/);
    const json = await running.run(["publish", folder.path, "--yes", "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ id: ID, similar: [{ id: "bafyreitwin" }] });
    expect(running.published()).toBe(2);
  });

  it("asks at a terminal, before anything is published", async () => {
    await using running = await twin();
    await using folder = await folderWith(complete);
    const at = (stdin: string) => ({ stdin, typed: true, terminal: { columns: 80 } });
    const no = await running.run(["publish", folder.path], at("n\n"));
    expect(no).toMatchObject({ code: 7, stdout: "" });
    expect(no.stderr).toMatch(
      /sayAgain: Says it again\nPublish all the same\? \[y\/N\] It was not published\.\n$/,
    );
    expect(running.published()).toBe(0);
    expect(await running.run(["publish", folder.path], at("y\n"))).toMatchObject({
      code: 0,
      stdout: `${ID}\n`,
    });
    expect(running.published()).toBe(1);
  });
});

describe("collective publish --check", () => {
  it("proves, tells what came of it, and publishes nothing", async () => {
    await using running = await peer({
      prove: async (call) => proof(call, { similar: [card], advice: ["It has no phrasings."] }),
      publish: async () => {
        throw new Error("it was published");
      },
    });
    await using folder = await folderWith(complete);
    expect(await running.run(["publish", folder.path, "--check"])).toEqual({
      code: 0,
      stdout: [
        "pass  echo: 1 of 1 cases passed in 12 ms (deno 2.9.6, process)",
        "  passed  case 1, 2 ms",
        "",
      ].join("\n"),
      stderr: [
        "The collective has an action much like it already; a search shows one for all:",
        "  bafyreitwin  sayAgain: Says it again",
        "Hint: It has no phrasings.",
        `Nothing was published. It would be ${ID}.`,
        "",
      ].join("\n"),
    });
    const json = await running.run(["publish", folder.path, "--check", "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ id: ID, kept: false, similar: [{ name: "sayAgain" }] });
  });

  it("ends with 6 for what fails, with 7 for what may not leave this machine", async () => {
    const failed = {
      ...VERIFICATION,
      outcome: "fail",
      reason: "case 1 failed",
      cases: [{ index: 0, status: "failed", message: "x is not defined", durationMs: 1 }],
    };
    await using failing = await peer({ prove: async (call) => proof(call, { verification: failed }) });
    await using folder = await folderWith(complete);
    const checked = await failing.run(["publish", folder.path, "--check"]);
    expect(checked).toMatchObject({ code: 6, stderr: "" });
    expect(checked.stdout).toMatch(
      /^fail {2}echo: .*: case 1 failed\n {2}failed {2}case 1, 1 ms: x is not defined\n/,
    );
    const published = await failing.run(["publish", folder.path]);
    expect(published).toMatchObject({ code: 6, stdout: "" });
    expect(published.stderr).toMatch(
      /^error: The unit test of echo does not pass here: case 1 failed\n {2}- case 1: x is not defined\n/,
    );
    const why = "an API key in line 3";
    await using secret = await peer({ prove: async (call) => proof(call, { unpublishable: why }) });
    const refused = await secret.run(["publish", folder.path, "--check"]);
    expect(refused).toMatchObject({ code: 7, stderr: `It would not be published: ${why}\n` });
  });
});

describe("collective publish, what the code says", () => {
  const told: Described = {
    name: "fromCode",
    description: "Says it in its comment.",
    useWhen: ["in the words of the code"],
    tags: [],
    licence: "MIT",
    input: { type: "number" },
    output: { type: "number" },
    cases: [1, 2, 3].map((n) => ({ input: n, output: n })),
    problems: [],
  };

  async function describing(described: Described) {
    const proved: object[] = [];
    const asked: string[] = [];
    const running = await peer({
      describe: async ({ body }) => {
        asked.push(`${body.language}: ${body.code}`);
        return described;
      },
      prove: async (call) => {
        proved.push(call.body.definition);
        return proof(call, {});
      },
    });
    return Object.assign(running, { proved, asked });
  }

  it("describes a lone file", async () => {
    await using running = await describing(told);
    await using folder = await folderWith({ "anything.ts": CODE });
    const ran = await running.run(["publish", join(folder.path, "anything.ts")]);
    expect(ran).toMatchObject({ code: 0, stdout: `${ID}\n` });
    expect(ran.stderr).toContain(
      "From its types and comments: name, description, licence, input, output, useWhen, cases.\n",
    );
    expect(running.asked).toEqual([`typescript: ${CODE}`]);
    const { problems: _, ...all } = told;
    expect(running.proved).toEqual([
      { ...all, permissions: {}, uses: [], language: "typescript", code: CODE },
    ]);
  });

  it("fills in what action.json leaves out, and no more", async () => {
    await using running = await describing(told);
    const { input: _, ...rest } = echo;
    await using folder = await folderWith({ "action.json": JSON.stringify(rest), "action.ts": CODE });
    // The file names the folder it lies in.
    const ran = await running.run(["publish", join(folder.path, "action.ts")]);
    expect(ran.stderr).toContain("From its types and comments: input, useWhen.\n");
    expect(running.proved).toMatchObject([{ ...echo, input: { type: "number" }, useWhen: told.useWhen }]);
  });

  it("does not ask about what is complete", async () => {
    await using running = await describing(told);
    await using folder = await folderWith(complete);
    expect((await running.run(["publish", folder.path])).code).toBe(0);
    expect(running.asked).toEqual([]);
    expect(running.proved).toMatchObject([echo]);
  });

  it("says at once everything that is missing, and how to mend it", async () => {
    await using running = await describing({
      useWhen: [],
      tags: [],
      cases: [],
      problems: ['the parameter "x" has no type'],
    });
    await using folder = await folderWith({
      "action.json": '{"license":"MIT","tags":["Bad"]}',
      "action.js": CODE,
    });
    const ran = await running.run(["publish", folder.path]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    const lines = ran.stderr.split("\n").filter((line) => line.startsWith("  - "));
    expect(lines).toEqual([
      expect.stringMatching(/- name: it has none; name the exported function, or write @name .*, or "name"/),
      expect.stringMatching(/- description: it has none; say what it does in a comment/),
      expect.stringMatching(
        /- licence: it has none; .*@licence MIT in the comment, or "licence": "MIT" in action\.json/,
      ),
      expect.stringMatching(
        /- input: no schema; give the exported function's parameter a type, or write @param .*, or a JSON Schema as/,
      ),
      expect.stringMatching(
        /- output: no schema; give the exported function a return type, or write @returns/,
      ),
      expect.stringMatching(/- tags\.0: must be lower-case/),
      expect.stringMatching(/- Unrecognized key: "license"/),
      '  - action.json: "license" is called "licence" here',
      expect.stringMatching(/- cases: has no unit test: give at least 3 cases/),
      '  - the parameter "x" has no type',
    ]);
    expect(running.proved).toEqual([]);
  });

  it("publishes no schema that its types do not say, and says which example is no case", async () => {
    const date = "input.at: JSON has no Date: use a string";
    const example = '@example "f(now())" is no case';
    await using running = await describing({ ...told, cases: [], problems: [date, example, "no name"] });
    await using folder = await folderWith({ "f.ts": CODE, "action.ts": CODE });
    const problems = async (path: string) =>
      (await running.run(["publish", path])).stderr.split("\n").filter((line) => line.startsWith("  - "));
    expect(await problems(join(folder.path, "f.ts"))).toEqual([
      expect.stringMatching(/- cases: has no unit test: give at least 3, each @example/),
      `  - ${date}`,
      `  - ${example}`,
    ]);
    expect(running.proved).toEqual([]);
    // A schema of one's own, and cases, leave nothing to be told.
    const { input, cases } = echo;
    await writeFile(join(folder.path, "action.json"), JSON.stringify({ input, cases }));
    expect(await problems(folder.path)).toEqual([]);
    expect(running.proved).toMatchObject([{ name: "fromCode", input: {}, cases }]);
  });

  it("refuses what is no action at all", async () => {
    await using running = await describing(told);
    await using folder = await folderWith({ "readme.md": "# x", "a.test.ts": CODE });
    const problem = async (name: string) => (await running.run(["publish", join(folder.path, name)])).stderr;
    expect(await problem("none")).toContain("there is no such folder or file");
    expect(await problem("readme.md")).toContain("it is neither a folder nor a module");
    expect(await problem("a.test.ts")).toContain("it is neither a folder nor a module");
    await mkdir(join(folder.path, "empty"));
    expect(await problem("empty")).toMatch(
      / {2}- action\.ts \(or action\.js\) is missing\n {2}- action\.json is missing too; `collective new`/,
    );
    expect(running.asked).toEqual([]);
  });
});

describe("collective publish, where unpublished actions would go out with it", () => {
  const along = [{ id: "bafyreiprivate", name: "mineAlone" }];
  async function using() {
    let published = 0;
    const running = await peer({
      prove: async (call) => proof(call, { publishesAlong: along }),
      publish: async (call) => {
        published++;
        return await sampleHandlers().publish(call);
      },
    });
    return Object.assign(running, { published: () => published });
  }

  it("names them, and publishes nothing for a program that did not say yes", async () => {
    await using running = await using();
    await using folder = await folderWith(complete);
    expect(await running.run(["publish", folder.path])).toEqual({
      code: 7,
      stdout: "",
      stderr: [
        "error: echo was not published. It uses mineAlone, which nobody has published: published with it, for good.",
        "  - bafyreiprivate",
        "Look at them with `collective show`, then add --yes.",
        "",
      ].join("\n"),
    });
    const checked = await running.run(["publish", folder.path, "--check"]);
    expect(checked.stderr).toContain("It uses mineAlone, which nobody has published");
    expect(running.published()).toBe(0);
  });

  it("publishes with --yes, and says so", async () => {
    await using running = await using();
    await using folder = await folderWith(complete);
    const answer = await running.run(["publish", folder.path, "--yes"]);
    expect(answer.code).toBe(0);
    expect(answer.stderr).toContain("It uses mineAlone");
    expect(running.published()).toBe(1);
  });
});
