import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createLog } from "../../../node/src/log.ts";
import { LogFile, readKeptLog } from "../../../node/src/log-file.ts";

const NOW = new Date("2026-11-22T04:23:38.123Z");
const HEX = "0123456789abcdef".repeat(4);

/** Any text, broken and invisible ones more often than people write them. */
const codeUnits = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0x2000, max: 0x206f }), fc.nat(0x9f)), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

function logged(format: "text" | "json", ...message: Parameters<ReturnType<typeof createLog>>): string {
  let written = "";
  createLog(
    "debug",
    (line) => (written += line),
    () => NOW,
    format,
  )(...message);
  return written;
}

describe("a JSON log", () => {
  it("is one object a line: time, level, message, fields", () => {
    expect(logged("json", "warn", "a peer left", { after: 3, peer: "12D3" })).toBe(
      '{"time":"2026-11-22T04:23:38.123Z","level":"warn","message":"a peer left","fields":{"after":3,"peer":"12D3"}}\n',
    );
    expect(JSON.parse(logged("json", "info", "started"))).toEqual({
      ...{ time: NOW.toISOString(), level: "info", message: "started" },
    });
  });

  it("says nothing below its level", () => {
    let lines = 0;
    const log = createLog(
      "warn",
      () => lines++,
      () => NOW,
      "json",
    );
    for (const level of ["debug", "info", "warn", "error"] as const) log(level, "x");
    expect(lines).toBe(2);
  });

  it("holds no credential, whether its form or its name gives it away", () => {
    const line = logged("json", "error", `refused Bearer ${HEX}`, {
      token: "short-one",
      headers: { authorization: ["Basic YWRhOmVuZ2luZQ=="], "x-api-key": "abc" },
      text: `key ${HEX}, acc1.${"x".repeat(40)}, sk-${"a1".repeat(20)}`,
      error: new Error(`password=${"p".repeat(12)}`),
      tokens: 42,
    });
    for (const secret of [HEX, "short-one", "YWRhOmVuZ2luZQ", '"abc"', "acc1.", "a1a1a1", "pppp"])
      expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({
      message: "refused Bearer [credential]",
      fields: { token: "[credential]", text: "key [credential], [credential], [credential]", tokens: 42 },
    });
  });

  it("stays one line of bounded length that shows what is invisible, whatever strangers write", () => {
    const deep: Record<string, unknown> = {};
    deep.self = deep;
    fc.assert(
      fc.property(codeUnits, fc.jsonValue(), (text, anything) => {
        const line = logged("json", "info", text, { text, anything, deep });
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(JSON.parse(line)).toMatchObject({ level: "info" });
      }),
    );
    const long = logged("json", "info", "m".repeat(1_000_000), {
      a: "x ".repeat(1_000_000),
      b: Array(50).fill("y ".repeat(900)),
    });
    expect(long.length).toBeLessThan(12_000);
    expect(JSON.parse(long)).toMatchObject({ fields: "left out: too long" });
  });
});

it("a text log holds no credential either", () => {
  const line = logged("text", "error", `refused Bearer ${HEX}`, {
    ...{ token: "short-one", text: `sk-${"a1".repeat(20)}`, error: new Error(`password=${"p".repeat(12)}`) },
  });
  for (const secret of [HEX, "short-one", "a1a1a1", "pppp"]) expect(line).not.toContain(secret);
  expect(line).toContain('"token":"[credential]"');
});

it("a text log is what it was", () => {
  expect(logged("text", "warn", "a peer left\u202e", { after: 3 })).toBe(
    '2026-11-22T04:23:38.123Z warn  a peer left? {"after":3}\n',
  );
});

describe("the log that is kept", () => {
  const folders: string[] = [];
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), "collective-log-"));
    folders.push(path);
    return path;
  };
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

  it("is the owner's, bounded, and holds the newest lines in order", async () => {
    const home = await folder();
    const log = new LogFile(home, 1_000);
    const lines = Array.from({ length: 200 }, (_, number) => `line ${number}`);
    for (const line of lines) log.write(`${line}\n`);
    const sizes = await Promise.all(["peer.log", "peer.log.1"].map((name) => stat(join(home, name))));
    for (const { size, mode } of sizes) {
      expect(size).toBeLessThanOrEqual(1_000);
      expect(mode & 0o077).toBe(0);
    }
    expect(await readKeptLog(home, 20)).toEqual(lines.slice(-20));
    // A peer that starts again goes on where it was.
    new LogFile(home, 1_000).write("again\n");
    expect((await readKeptLog(home, 2)).at(-1)).toBe("again");
    expect(await readFile(join(home, "peer.log"), "utf8")).toContain("line 199\n");
  });

  it("is given up, quietly, where it cannot be written", async () => {
    const home = join(await folder(), "file");
    await writeFile(home, "");
    const log = new LogFile(home);
    for (const line of ["a\n", "b\n"]) log.write(line);
    expect(await readKeptLog(home, 5)).toEqual([]);
    expect((await stat(home)).size).toBe(0);
  });
});
