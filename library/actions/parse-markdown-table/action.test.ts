import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

test("what is written as a table is read back", async () => {
  const rows = [
    { key: "a|b", "long heading": "1" },
    { key: "C:\\dir\\", "long heading": "" },
    { key: "", "long heading": "two\nlines" },
  ];
  const escaped = (text: string) => text.replace(/[\\|]/g, "\\$&").replace("\n", "<br>");
  const body = rows.map((row) => `| ${Object.values(row).map(escaped).join(" | ")} |`).join("\n");
  const { tables } = await action({ markdown: `| key | long heading |\n| --- | ---: |\n${body}\n` });
  assertEquals(tables, [
    { line: 1, headers: ["key", "long heading"], alignments: ["none", "right"], records: rows },
  ]);
});

test("pipes at the ends, indentation and the kind of line break make no difference", async () => {
  const expected = (await action({ markdown: "| a | b |\n| - | - |\n| 1 | 2 |" })).tables;
  for (const markdown of ["a|b\n-|-\n1|2", "  |a|b\n|---|---\n  1 | 2|", "| a | b |\r| - | - |\r\n|1|2|\n\n"])
    assertEquals((await action({ markdown })).tables, expected, markdown);
});

test("a table has its limits", async () => {
  const wide = (columns: number, rows: number) =>
    `${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n${"|\n".repeat(rows)}`;
  assertEquals((await action({ markdown: wide(500, 1) })).tables[0]?.headers.length, 500);
  await assertRejects(() => action({ markdown: wide(501, 1) }), "500 columns");
  await assertRejects(() => action({ markdown: wide(500, 201) }), "more than 100000");
});
