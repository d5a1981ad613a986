import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Change = { op: "add" | "remove" | "replace"; path: string; value?: Json };

/** A small JSON Patch applier, independent of the action. */
function apply(document: Json, change: Change): Json {
  if (change.path === "") return change.value ?? null;
  const [key = "", ...rest] = change.path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const path = rest.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  if (Array.isArray(document)) {
    const index = Number(key);
    if (path !== "") return document.with(index, apply(document[index] ?? null, { ...change, path }));
    const items = change.op === "remove" ? [] : [change.value ?? null];
    return document.toSpliced(index, change.op === "add" ? 0 : 1, ...items);
  }
  const { [key]: inner = null, ...others } = document as { [key: string]: Json };
  if (path !== "") return { ...others, [key]: apply(inner, { ...change, path }) };
  return change.op === "remove" ? others : { ...others, [key]: change.value ?? null };
}

const values: Json[] = [
  null,
  [],
  {},
  [1, 2, 3, 4, 5],
  [2, 1, 2, 3],
  [1, [2, [3]], { a: [1] }],
  [1, [2, [3, 4]], { a: [] }, "end"],
  { a: 1, b: { c: [1, 2], "d/e~f": "x" } },
  { a: "1", b: { c: [2], "d/e~f": null }, g: [{}] },
  { "~h~": 1, "/i/": { "~/~": 2 } },
  { "~h~": 2, "/i/": {} },
];

test("applying the changes gives the new value, for every pair of values", async () => {
  for (const before of values) {
    for (const after of values) {
      const { equal, changes } = await action({ before, after });
      const patched = changes.reduce<Json>((document, change) => apply(document, change), before);
      assertEquals(patched, after);
      assertEquals(equal, before === after);
    }
  }
});

test("an item put anywhere into a list is one change, and so is one taken out", async () => {
  const list = ["a", "b", "c", "d"];
  for (let index = 0; index <= list.length; index += 1) {
    const longer = list.toSpliced(index, 0, "new");
    const added = await action({ before: list, after: longer });
    assertEquals(added.changes, [{ op: "add", path: `/${index}`, value: "new" }]);
    const removed = await action({ before: longer, after: list });
    assertEquals(removed.changes, [{ op: "remove", path: `/${index}`, was: "new" }]);
  }
});
