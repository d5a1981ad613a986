import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const document = { list: [1, [2, { "a'b": "x" }], { c: null }], "new\nline": { '"': true } };

test("every path finds the value that it stands beside", async () => {
  const { values, paths } = await action({ document, query: "$..*" });
  assertEquals(values.length, 10);
  for (const [index, query] of paths.entries())
    assertEquals(await action({ document, query }), { values: [values[index]], paths: [query] });
});

test("slices take what they take in Python", async () => {
  const list = [0, 1, 2, 3, 4, 5, 6];
  for (const [slice, expected] of [
    ["2:5", [2, 3, 4]],
    ["-3:-1", [4, 5]],
    ["5:1:-2", [5, 3]],
    ["-2::-3", [5, 2]],
    [":2", [0, 1]],
    [":-5:-1", [6, 5, 4, 3]],
    ["1::3", [1, 4]],
    ["7:", []],
    ["-9::2", [0, 2, 4, 6]],
  ] as const)
    assertEquals((await action({ document: list, query: `$[${slice}]` })).values, [...expected], slice);
});

test("a query that goes everywhere is stopped", async () => {
  const wide = Array.from({ length: 400 }, (_, index) => [index]);
  assertEquals((await action({ document: wide, query: "$..*" })).values.length, 800);
  await assertRejects(() => action({ document: wide, query: "$[?$..*]..*..*..*" }), "make it narrower");
  await assertRejects(() => action({ document: wide, query: `$[?${"(".repeat(300)}@]` }), "parenthesis");
});
