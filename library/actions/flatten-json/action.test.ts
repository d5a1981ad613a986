import { assert, assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

type Value = Parameters<typeof action>[0]["value"];

const values: Value[] = [
  { a: 1, b: { c: [true, null, { d: "e" }] } },
  [[[]], [[1]], {}, { x: [{}] }],
  { "a.b": { "c[0]": 1, "\\": { "\\.": 2, "[": 3 } }, "0": { "1": "key, not index" } },
  { "p/q": { "r:s": { t_u: [0] } }, " ": { "\n": "😀" }, "😀": { "]": 1 } },
  { "a.b.c": { "d/e/f": 1, "g:h:i": 2, j_k_l: 3 } },
  Array.from({ length: 12 }, (_, index) => ({ index })),
];

test("unflattening what was flattened gives the value back, with every separator", async () => {
  for (const value of values) {
    for (const separator of [".", "/", ":", "_"] as const) {
      const { result } = await action({ value, separator });
      assert(typeof result === "object" && result !== null && !Array.isArray(result), "flat is an object");
      const back = await action({ value: result, separator, direction: "unflatten" });
      assertEquals(back, { result: value });
    }
  }
});

test("flattening what is flat already only escapes", async () => {
  const flat = { a: 1, b: "x", c: null, d: [], e: {} };
  assertEquals(await action({ value: flat, direction: "flatten" }), { result: flat });
});

test("paths that nothing could have been flattened to are refused", async () => {
  for (const path of [".a", "a.", "a[x]", "a[01]", "a[0", "[0]a", "a\\", "a[-1]", "a.[0]"]) {
    await assertRejects(
      async () => action({ value: { [path]: 1 }, direction: "unflatten" }),
      "Cannot read the path",
    );
  }
});

test("one place with two values is refused", async () => {
  const written = { "\\x": 1 };
  assertEquals(await action({ value: written, direction: "unflatten" }), { result: { x: 1 } });
  await assertRejects(
    async () => action({ value: { ...written, x: 2 }, direction: "unflatten" }),
    "is given twice",
  );
});
