import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shortIds } from "../../../node/src/cli/short-id.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { ID, VERIFICATION } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

describe("shortIds", () => {
  it("gives fifteen characters, more where two begin alike, and all of a duplicate's", () => {
    expect(shortIds([ID])(ID)).toBe(ID.slice(0, 15));
    const near = `${ID.slice(0, 30)}0`;
    const short = shortIds([ID, near, ID]);
    expect([short(ID), short(near)]).toEqual([ID.slice(0, 31), near]);
  });
});

describe("collective run", () => {
  it("prints the output as JSON and everything else beside it", async () => {
    await using running = await peer({
      run: async ({ body, ref }) => ({
        run: "r",
        id: ID,
        name: ref,
        output: body.input,
        durationMs: 4.2,
        logs: ["said \u001b[1m"],
        granted: {},
      }),
    });
    expect(await running.run(["run", "echo", "--input", '{"a":"\u009b"}'])).toEqual({
      code: 0,
      stdout: '{\n  "a": "\\u009b"\n}\n',
      stderr: "log: said ?[1m\necho ran in 4 ms.\n",
    });
  });

  it("takes its input from a file or from stdin", async () => {
    await using running = await peer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, "in.json");
    await writeFile(file, "[1]");
    expect((await running.run(["run", "x", "--input", `@${file}`])).stdout).toBe("[\n  1\n]\n");
    expect((await running.run(["run", "x", "--input", "-"], { stdin: '"piped"' })).stdout).toBe('"piped"\n');
    expect((await running.run(["run", "x", "--input", "-5"])).stdout).toBe("-5\n");
    await writeFile(file, " ".repeat(1_100_000));
    expect(await running.run(["run", "x", "--input", `@${file}`])).toMatchObject({ code: 2 });
  });
});

describe("collective verify", () => {
  const failed = {
    ...VERIFICATION,
    outcome: "fail" as const,
    code: "case-failed",
    reason: "case-failed: case 2",
    cases: [
      { index: 0, status: "passed" as const, durationMs: 2 },
      {
        index: 1,
        status: "failed" as const,
        durationMs: 3,
        message: "the output differs",
        difference: { path: "a.0", expected: "1", actual: "2" },
      },
    ],
    tests: [{ name: "adds", status: "passed" as const }],
    permissionsObserved: ["read /etc/passwd"],
  };

  it("ends with 0 when the test passes", async () => {
    await using running = await peer();
    expect(await running.run(["verify", "x"])).toEqual({
      code: 0,
      stdout: "pass  1 of 1 cases passed in 12 ms (deno 2.9.6, process)\n",
      stderr: "",
    });
  });

  it("ends with 6 when it does not, and explains when asked", async () => {
    await using running = await peer({ verify: async () => failed });
    const brief = await running.run(["verify", "x"]);
    expect(brief).toEqual({
      code: 6,
      stdout:
        "fail  1 of 2 cases passed, 1 of 1 tests passed in 12 ms (deno 2.9.6, process): case-failed: case 2\n",
      stderr: "Add --explain to see every case.\n",
    });
    const explained = await running.run(["verify", "x", "--explain"]);
    expect(explained.code).toBe(6);
    expect(explained.stdout.split("\n").slice(1)).toEqual([
      "  passed  case 1, 2 ms",
      "  failed  case 2, 3 ms: the output differs",
      "          expected  1 at a.0",
      "          actual    2",
      '  passed  test "adds"',
      "  the test made 1 call and 0 assertions",
      "  looked for read /etc/passwd",
      "",
    ]);
    expect(await running.run(["verify", "x", "--json"])).toMatchObject({ code: 6, stderr: "" });
    await using unsure = await peer({ verify: async () => ({ ...failed, outcome: "unknown" }) });
    expect((await unsure.run(["verify", "x"])).code).toBe(6);
  });
});

describe("collective publish", () => {
  it("prints the id and tells the rest beside it", async () => {
    await using running = await peer();
    await using folder = await temporaryFolder();
    const path = join(folder.path, "echo");
    await mkdir(path);
    const cases = [1, 2, 3].map((n) => ({ input: n, output: n }));
    const description = {
      name: "echo",
      description: "Gives back.",
      input: {},
      output: {},
      licence: "MIT",
      cases,
    };
    await writeFile(join(path, "action.json"), JSON.stringify(description));
    await writeFile(join(path, "action.js"), "export default (x) => x;");
    expect(await running.run(["publish", path])).toEqual({
      code: 0,
      stdout: `${ID}\n`,
      stderr: "Published echo: 1 of 1 cases passed in 12 ms (deno 2.9.6, process); told 2 peers.\n",
    });
    await writeFile(join(path, "action.json"), '{"name": }');
    const broken = await running.run(["publish", path]);
    expect(broken).toMatchObject({ code: 1, stdout: "" });
    expect(broken.stderr).toBe(
      `error: ${path} is not a complete action:\n  - action.json, line 1, column 10: expected a value\nMend the folder as listed, then try again.\n`,
    );
  });
});

describe("the other commands", () => {
  it("show an action, its code, and that it has no test module", async () => {
    await using running = await peer();
    const shown = (await running.run(["show", "echo"])).stdout;
    expect(shown).toMatch(/^echo\nGives back what it was given\.\n\nid +bafy/);
    expect(shown).toMatch(/^test here +passed$/m);
    expect(shown).toMatch(/^needs +nothing but its input$/m);
    expect(shown).toMatch(/^cases +1\n +1 → 1$/m);
    expect((await running.run(["show", "echo", "--code"])).stdout).toBe(
      "export default (x: unknown) => x;\n",
    );
    expect(await running.run(["show", "echo", "--test"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("no test module"),
    });
  });

  it("hand over code as it is, but clean on a terminal", async () => {
    const code = 'export default () => "\u001b[2J";\r\n';
    await using running = await peer({ source: async () => ({ id: ID, language: "typescript", code }) });
    expect((await running.run(["show", "x", "--code"])).stdout).toBe(code);
    expect((await running.run(["show", "x", "--code"], { terminal: { columns: 80 } })).stdout).toBe(
      'export default () => "?[2J";\n',
    );
  });

  it("show the status, the identity and the peers", async () => {
    await using running = await peer();
    const status = (await running.run(["status"])).stdout;
    expect(status).toMatch(
      /^actions +12 known: 11 passed, 0 failed, 1 pending \(waiting until the machine is less busy\), 0 unknown$/m,
    );
    expect(status).toMatch(
      /^seeding +9 actions of others \(2 that few others hold\), 1\.5 of 2048\.0 MB; 3 of one's own$/m,
    );
    expect(status).toMatch(
      /^give and take +gave 3\.0 MB, took 1\.5 MB, 1 request put off\n +12D3KooWQYhTNQd: gave 2\.0 kB, took 0 B, has 1\.00 of a newcomer's ration$/m,
    );
    expect(status).toMatch(/^policy +2 rules, 1 block list, 3 known actions hidden$/m);
    expect(status).toMatch(/^sandbox +deno, deno 2\.9\.6 \(process\)$/m);
    expect((await running.run(["id"])).stdout).toBe(
      "peer       12D3KooWexample\nnetwork    main\naddresses  /ip4/127.0.0.1/tcp/4010\n",
    );
    expect((await running.run(["peers"])).stdout).toMatch(
      /^PEER +RATER .*\n12D3KooWother +0\.50 +1 +0 +2\.0 kB +0 B +1\.00 +yes +them +\/ip4/,
    );
    await using lonely = await peer({ peers: async () => ({ peers: [] }) });
    expect(await lonely.run(["peers"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("No peers"),
    });
  });

  it("pass on feedback", async () => {
    const said: boolean[] = [];
    await using running = await peer({
      feedback: async ({ body }) => {
        said.push(body.useful);
        return { id: ID, runs: 3, succeeded: 2, useful: 1, useless: 1 };
      },
    });
    expect((await running.run(["feedback", "x", "--useful"])).stdout).toBe(
      "3 runs, 2 succeeded; useful 1 time, not useful 1 time\n",
    );
    await running.run(["feedback", "x", "--not-useful"]);
    expect(said).toEqual([true, false]);
  });
});
