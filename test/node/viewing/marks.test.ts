import type { Bundle } from "@action-collective/protocol";
import { afterAll, expect, test } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { marksOf } from "../../../node/src/viewing/marks.ts";
import { bundleOf } from "../../helpers/records.ts";

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

const { manifest } = bundleOf();
const marks = (code: string, test?: string) =>
  marksOf({ code, manifest, ...(test === undefined ? {} : { test }) } as Bundle, analysis);
/** What stands at each mark, for those that do not mark a whole line. */
async function marked(code: string): Promise<[string, string][]> {
  const lines = code.split("\n");
  return (await marks(code))
    .filter(({ kind }) => kind !== "finding")
    .map(({ kind, line, column, length }) => [kind, (lines[line - 1] ?? "").slice(column, column + length)]);
}

test("marks requests, secrets and calls of other actions where they stand", async () => {
  const code = `const base = "https://example.org/"; // fetch secrets
export default async (input: { q: string }, context: any) => {
  const key = context.secrets.KEY;
  const response = await fetch(base + input.q, { headers: { key } });
  const more = await globalThis.fetch(base);
  return await context.call("bafyreic6fxan74kx4uhfa5s5c54hutbhd2jgpdfjllrszgk74fj37rq6ba", { more, response });
};
`;
  expect(await marked(code)).toEqual([
    ["secrets", "context.secrets"],
    ["net", "fetch"],
    ["net", "globalThis.fetch"],
    ["uses", "context.call"],
  ]);
  expect((await marks(code))[0]).toEqual({
    ...{ kind: "secrets", line: 3, column: 14, length: 15 },
    message: "reads secrets that it was given",
  });
});

test("knows what was taken out of the context, under whatever name", async () => {
  const code = `async function main(_: unknown, { secrets: keys = {}, call }: any = {}) {
  await call("a", {});
  return keys.ONE;
}
export default main;
`;
  expect(await marked(code)).toEqual([
    ["uses", "call"],
    ["secrets", "keys"],
  ]);
  const arrow = `const main = async (_: unknown, it: any) => {
  const { secrets } = it;
  const fetch = (x: number) => x;
  [].slice.call([]);
  return [secrets.A, fetch(1), { call: 1, secrets: 2 }, it.call("a")];
};
export default main;
`;
  expect(await marked(arrow)).toEqual([
    ["secrets", "secrets"],
    ["uses", "it.call"],
  ]);
});

test("columns count UTF-16 units, and nothing reaches over the end of its line", async () => {
  const code = `export default async (_: string, context: any) => { const a = "😀é"; return await context
  .call("a", a); };\n`;
  expect(await marked(code)).toEqual([["uses", "context"]]);
});

test("findings mark their line, with those of the test after the code's", async () => {
  const code = "export default () =>\n  eval('1') + Math.random();\n";
  const test = 'import { test } from "action-collective/test";\ntest("now", () => { Date.now(); });\n';
  const all = await marks(code, test);
  expect(all.map(({ line, code: what, in: where, length }) => [line, what, where, length])).toEqual([
    [2, "eval", undefined, 0],
    [2, "uses-randomness", undefined, 0],
    [2, "reads-clock", "test", 0],
  ]);
  expect(all[0]).toMatchObject({
    kind: "finding",
    severity: "danger",
    message: expect.stringContaining("eval"),
  });
});

test("text that is no module has no marks, and a text full of requests no more than an answer holds", async () => {
  expect(await marks("export default (")).toEqual([]);
  const all = await marks(`export default [${"fetch('x'),".repeat(5_000)}];`);
  expect(all.filter(({ kind }) => kind === "net")).toHaveLength(100);
});
