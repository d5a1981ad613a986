import { assertEquals, test } from "action-collective/test";
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
