import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert, assertAlmostEquals, assertEquals, assertRejects, test } from "action-collective/test";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary.ts";

const run = promisify(execFile);

describe("action-collective/test", () => {
  it("compares by structure, as JSON sees it", () => {
    assertEquals({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] });
    assertEquals(Number.NaN, Number.NaN);
    assertEquals(-0, 0);
    const different: [unknown, unknown][] = [
      [1, "1"],
      [{ a: 1 }, { a: 1, b: undefined }],
      [{ a: undefined }, { b: undefined }],
      [[1, 2], [1]],
      [[], {}],
      [null, {}],
      [{ a: { b: 1 } }, { a: { b: 2 } }],
    ];
    for (const [actual, expected] of different)
      expect(() => assertEquals(actual, expected)).toThrow(/differ/);
    expect(() => assertEquals({ a: 1 }, { a: 2 })).toThrow('actual:   {"a":1}\n  expected: {"a":2}');
  });

  it("knows nearly equal numbers", () => {
    assertAlmostEquals(0.1 + 0.2, 0.3);
    assertAlmostEquals(10, 11, 1);
    assertAlmostEquals(1e12, 1e12 + 1);
    expect(() => assertAlmostEquals(1, 1.1)).toThrow("1 is not within 1e-9 of 1.1");
    expect(() => assertAlmostEquals(Number.NaN, 1)).toThrow();
  });

  it("expects errors", async () => {
    const error = new Error("too large");
    expect(await assertRejects(Promise.reject(error), "large")).toBe(error);
    await assertRejects(() => {
      throw new Error("thrown at once");
    });
    await assertRejects(async () => {
      throw new TypeError("later");
    }, "later");
    await expect(assertRejects(async () => 1)).rejects.toThrow("none was thrown");
    await expect(assertRejects(Promise.reject(new Error("a")), "b")).rejects.toThrow('does not include "b"');
    assert(true);
    expect(() => assert(0, "no zero")).toThrow("no zero");
  });

  it("runs an author's file with plain node, and fails when a test does", async () => {
    await using folder = await temporaryFolder();
    const module = new URL("../../sdk/src/test.ts", import.meta.url).href;
    const file = join(folder.path, "action.test.ts");
    const source = (expected: number) =>
      `import { assertEquals, test } from ${JSON.stringify(module)};
       test("doubles", async () => { assertEquals(await Promise.resolve(4), ${expected} as number); });\n`;
    const env = { PATH: process.env.PATH };
    await writeFile(file, source(4));
    expect((await run(process.execPath, [file], { env })).stdout).toMatch(/doubles.*pass 1/s);
    await writeFile(file, source(5));
    const failed = await run(process.execPath, [file], { env }).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("actual:   4") });
  });
});

// Registered with vitest, which runs this file: if it were not, the count of this file's tests would tell.
test("registers with the runner that runs the file", async () => {
  await assertRejects(Promise.reject(new Error("as it should")));
});
