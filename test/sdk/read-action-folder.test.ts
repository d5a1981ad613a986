import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "@action-collective/protocol";
import { parseJson, readActionFolder } from "action-collective";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary.ts";

const description = {
  name: "double",
  description: "Doubles a number.",
  input: { type: "number" },
  output: { type: "number" },
  licence: "MIT",
  cases: [1, 2, 3].map((n) => ({ input: n, output: 2 * n })),
};
const code = "export default (n: number) => 2 * n;\n";
const complete = { "action.json": JSON.stringify(description), "action.ts": code };

type Files = Record<string, string | Uint8Array>;

async function read(files: Files) {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  return await readActionFolder(folder.path);
}

async function problemsOf(files: Files): Promise<readonly string[]> {
  const failure = await read(files).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "invalid-definition", remedy: expect.stringContaining("Mend") });
  return (failure as { problems: string[] }).problems;
}

describe("readActionFolder", () => {
  it("reads both languages, with and without a test module", async () => {
    expect(await read(complete)).toEqual({
      ...description,
      useWhen: [],
      tags: [],
      permissions: {},
      uses: [],
      language: "typescript",
      code,
    });
    const javascript = {
      "action.json": complete["action.json"],
      "action.js": "export default (n) => 2 * n;",
      "action.test.js": "// …",
    };
    expect(await read(javascript)).toMatchObject({ language: "javascript", test: "// …" });
  });

  it("says that a folder is missing, or a file", async () => {
    await using folder = await temporaryFolder();
    await expect(readActionFolder(join(folder.path, "none"))).rejects.toMatchObject({
      problems: ["there is no such folder"],
    });
    await writeFile(join(folder.path, "action.json"), "{}");
    await expect(readActionFolder(join(folder.path, "action.json"))).rejects.toMatchObject({
      problems: [expect.stringContaining("it is a file")],
    });
  });

  it("lists all that is missing at once", async () => {
    expect(await problemsOf({})).toEqual(["action.json is missing", "action.ts (or action.js) is missing"]);
    const { licence: _, ...rest } = description;
    const problems = await problemsOf({
      "action.json": JSON.stringify({ ...rest, name: "1x", tags: ["Bad Tag"] }),
      "action.ts": code,
    });
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).toMatch(
      /action\.json: name:.*action\.json: tags\.0:.*action\.json: licence:/s,
    );
  });

  it("accepts one language only, and no test of the other", async () => {
    expect(await problemsOf({ ...complete, "action.js": code })).toEqual([
      "both action.ts and action.js are there; keep one",
    ]);
    expect(await problemsOf({ ...complete, "action.test.js": "x" })).toEqual([
      "action.test.js belongs to action.js; rename it to action.test.ts",
    ]);
  });

  it("gives line and column of a syntax error", async () => {
    const text = '{\n  "name": "double",\n  "tags": [],\n}';
    expect(await problemsOf({ ...complete, "action.json": text })).toEqual([
      "action.json, line 4, column 1: expected a key in double quotes (no comma may stand before a closing brace)",
    ]);
  });

  it("names keys it does not know, and what they are called here", async () => {
    const { licence, ...rest } = description;
    const problems = await problemsOf({
      ...complete,
      "action.json": JSON.stringify({ ...rest, license: licence, code: "x" }),
    });
    expect(problems.join("\n")).toMatch(/Unrecognized keys: "license", "code"/);
    expect(problems).toContain('action.json: "license" is called "licence" here');
  });

  it("refuses files that are too large, not files, or not text, before reading on", async () => {
    const large = await problemsOf({ ...complete, "action.ts": "x".repeat(limits.codeBytes + 1) });
    expect(large).toEqual([
      `action.ts cannot be read: it has ${limits.codeBytes + 1} bytes; at most ${limits.codeBytes} are allowed`,
    ]);
    expect(await problemsOf({ ...complete, "action.ts": new Uint8Array([0xff, 0xfe]) })).toEqual([
      "action.ts is not UTF-8 text",
    ]);
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, "action.json"));
    execFileSync("mkfifo", [join(folder.path, "action.ts")]);
    await expect(readActionFolder(folder.path)).rejects.toMatchObject({
      problems: [
        "action.json cannot be read: it is not a file",
        "action.ts cannot be read: it is not a file",
      ],
    });
  });

  it("wants a unit test", async () => {
    const untested = {
      ...complete,
      "action.json": JSON.stringify({ ...description, cases: description.cases.slice(1) }),
    };
    expect(await problemsOf(untested)).toEqual([expect.stringContaining("has 2 cases")]);
    expect(await read({ ...untested, "action.test.ts": "// …" })).toMatchObject({ test: "// …" });
  });

  it("takes a byte order mark for what it is", async () => {
    expect(await read({ ...complete, "action.json": `\ufeff${complete["action.json"]}` })).toMatchObject({
      name: "double",
    });
  });
});

describe("parseJson", () => {
  it.each([
    ["", 1, 1, "a value"],
    ["[1,]", 1, 4, "a value"],
    ['{"a":}', 1, 6, "a value"],
    ['{"a" 1}', 1, 6, 'a ":"'],
    ['{"a":1\n "b":2}', 2, 2, 'a "," or "}"'],
    ["[1 2]", 1, 4, 'a "," or "]"'],
    ["{a:1}", 1, 2, 'a key in double quotes or "}"'],
    ["1 2", 1, 3, "nothing after the value"],
    ['["open]', 1, 2, "a value or ]"],
    ["[01]", 1, 2, "a value or ]"],
    ["nul", 1, 1, "a value"],
    ["[1}", 1, 3, 'a "," or "]"'],
    ['{"a":1', 1, 7, 'a "," or "}"'],
  ])("finds the fault in %j", (text, line, column, expected) => {
    expect(parseJson(text)).toEqual({ problem: { line, column, expected } });
  });

  it("agrees with JSON.parse on what is JSON, however it is damaged", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }), (text, at, noise) => {
        const damaged =
          text.slice(0, at % (text.length + 1)) + noise + text.slice((at + 1) % (text.length + 1));
        let valid = true;
        try {
          JSON.parse(damaged);
        } catch {
          valid = false;
        }
        const found = parseJson(damaged);
        expect("value" in found).toBe(valid);
        // The first place at which nothing could make it JSON is never beyond the end.
        if ("problem" in found) expect(found.problem.column).toBeLessThanOrEqual(damaged.length + 1);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it("copes with depth and length", () => {
    expect(parseJson("[".repeat(200_000))).toMatchObject({ problem: { column: 200_001 } });
    expect(parseJson(`["${"x".repeat(1_000_000)}",]`)).toMatchObject({ problem: { column: 1_000_005 } });
  });
});
