import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";

const LIBRARY = fileURLToPath(new URL("../../../library/actions", import.meta.url));
const files = readdirSync(LIBRARY, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.[tj]s$/.test(name),
);

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

it("has something to read", () => {
  expect(files.length).toBeGreaterThan(10);
});

it.each(files)(
  "nothing is refused in %s, and nothing is found that an honest action needs not",
  async (name) => {
    const language = name.endsWith(".ts") ? "typescript" : "javascript";
    const code = readFileSync(join(LIBRARY, name), "utf8");
    const kind = /\btest\.[tj]s$/.test(name) ? "test" : "action";
    const { refusal, findings, imports } = await analysis.analyse({ code, language }, kind);
    expect(refusal).toBeUndefined();
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(imports.length > 0).toBe(kind === "test");
  },
);

it("the sandbox takes it for its filter", async () => {
  const sandbox = await Sandbox.open({ processes: 2, filter: analysis.filter });
  try {
    const source = (code: string) => ({ code, language: "typescript" }) as const;
    const honest = source("export default ({ a }: { a: number }): number => a + 1;");
    expect(await sandbox.runOnce(honest, { a: 1 })).toMatchObject({ status: "returned", output: 2 });
    await expect(sandbox.runOnce(source(`import "node:fs"; export default () => 1;`), {})).rejects.toThrow(
      'The action holds an import of "node:fs", and may import nothing',
    );
    const test = await sandbox.startTest(
      source(`import { test, assertEquals } from "action-collective/test"; import action from "./action.ts";
        test("adds", async () => { assertEquals(await action({ a: 1 }), 2); });`),
    );
    expect(await test.run(async () => ({ output: 2 }))).toMatchObject({
      status: "finished",
      tests: [{ name: "adds", status: "passed" }],
    });
    await test.close();
  } finally {
    await sandbox.stop();
  }
});
