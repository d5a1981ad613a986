import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const records = ["a", "bb", "ccc", "dddd", "eeeee"].map((word, index) => ({
  word,
  count: 10 ** index,
  more: index % 2 === 0,
}));

test("all lines of a padded table are equally long", async () => {
  for (const align of ["left", "right", "center"] as const) {
    const columns = [
      { field: "word", align },
      { field: "count" },
      { field: "more", header: "a longer heading" },
    ];
    const lines = (await action({ records, columns })).markdown.split("\n");
    assertEquals(lines.length, records.length + 2);
    assertEquals([...new Set(lines.map((line) => line.length))], [2 + 5 + 3 + 5 + 3 + 16 + 2], align);
  }
});

test("padding is the only difference of the compact form", async () => {
  const squeeze = (text: string) => text.replace(/ +/g, " ").replace(/-+/g, "-");
  const { markdown } = await action({ records });
  const compact = (await action({ records, compact: true })).markdown;
  assertEquals(squeeze(compact), squeeze(markdown));
});

test("a table too large to be read is refused", async () => {
  const columns = Array.from({ length: 200 }, () => ({ field: "b" }));
  const many = (count: number) => Array.from({ length: count }, () => ({ a: 1 }));
  assertEquals((await action({ records: many(20), columns, compact: true })).markdown.split("\n").length, 22);
  await assertRejects(() => action({ records: many(501), columns, compact: true }), "more than 100000");
});
