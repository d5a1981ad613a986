import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const document = { list: [{ id: 1 }, { id: 2 }, { id: 3 }], map: { a: 1, b: null } };

test("an operation and its opposite leave nothing behind", async () => {
  const pairs = [
    [
      { op: "add", path: "/list/1", value: 0 },
      { op: "remove", path: "/list/1" },
    ],
    [
      { op: "move", from: "/list/2", path: "/list/0" },
      { op: "move", from: "/list/0", path: "/list/2" },
    ],
    [
      { op: "copy", from: "/map", path: "/twin" },
      { op: "remove", path: "/twin" },
    ],
    [
      { op: "move", from: "/map/a", path: "/list/-" },
      { op: "move", from: "/list/3", path: "/map/a" },
    ],
    [
      { op: "replace", path: "", value: 7 },
      { op: "replace", path: "", value: document },
    ],
  ] as const;
  for (const patch of pairs) assertEquals((await action({ document, patch: [...patch] })).document, document);
});

test("a copy is of its own", async () => {
  const patch = [
    { op: "copy", from: "/map", path: "/twin" },
    { op: "replace", path: "/twin/a", value: 2 },
  ] as const;
  const changed = (await action({ document, patch: [...patch] })).document;
  assertEquals(changed, { ...document, twin: { a: 2, b: null } });
});

test("every list index but the existing ones is refused", async () => {
  for (const index of ["3", "-1", "00", "1.0", "", " 1", "a", "-"])
    await assertRejects(
      () => action({ document, patch: [{ op: "remove", path: `/list/${index}` }] }),
      "Operation 0",
    );
});

test("what is copied in all has a limit", async () => {
  const document = { a: "x".repeat(49_998) };
  const copies = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ op: "copy" as const, from: "/a", path: `/${index}` }));
  assertEquals(Object.keys(Object((await action({ document, patch: copies(10) })).document)).length, 11);
  await assertRejects(() => action({ document, patch: copies(11) }), "longer than");
});
