import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const records = Array.from({ length: 50 }, (_, index) => ({
  name: `row ${(index * 17) % 13}`,
  size: index % 7 === 0 ? null : (index * 31) % 10,
  index,
}));

test("sorting by a unique field gives its order, from any order", async () => {
  const by = [{ field: "index" }];
  const mixed = (await action({ records, by: [{ field: "size" }, { field: "name" }] })).records;
  assertEquals((await action({ records: mixed, by })).records, records);
});

test("sorting again changes nothing, and equal records keep their order", async () => {
  const by = [{ field: "size", direction: "descending" as const }, { field: "name" }];
  const once = await action({ records, by });
  const again = await action({ records: once.records, by });
  assertEquals(again.order, [...records.keys()]);
  assertEquals(
    once.order,
    once.records.map((record) => record.index),
  );
});
