import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

const records = Array.from({ length: 60 }, (_, index) => ({
  row: index % 4,
  column: `c${index % 3}`,
  value: (index * 7) % 11,
}));
const input = { records, rows: ["row"], column: "column", value: "value" };

test("sums over the columns give the total, and over the table the sum of all", async () => {
  const { rows } = await action({ ...input, total: "total" });
  let all = 0;
  for (const row of rows) {
    assertEquals(Number(row.c0) + Number(row.c1) + Number(row.c2), row.total);
    all += Number(row.total);
  }
  assertEquals(
    all,
    records.reduce((sum, { value }) => sum + value, 0),
  );
});

test("a thousand columns are made, and not one more", async () => {
  const wide = (count: number) => Array.from({ length: count }, (_, column) => ({ column }));
  assertEquals((await action({ records: wide(1000), rows: [], column: "column" })).columns.length, 1000);
  await assertRejects(() => action({ records: wide(1001), rows: [], column: "column" }), "more than 1000");
});

test("a table of more than a hundred thousand cells is refused", async () => {
  const records = Array.from({ length: 1_000 }, (_, index) => ({ r: index, c: index % 100 }));
  await assertRejects(() => action({ records, rows: ["r"], column: "c" }), "more than 100000");
  assertEquals((await action({ records, rows: ["c"], column: "c" })).rows.length, 100);
});
