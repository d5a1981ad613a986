import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const records = Array.from({ length: 60 }, (_, index) => ({ bucket: index % 7, value: (index * 37) % 101 }));
const aggregates = [
  { operation: "count" as const, as: "n" },
  { operation: "sum" as const, field: "value", as: "sum" },
  { operation: "min" as const, field: "value", as: "min" },
  { operation: "max" as const, field: "value", as: "max" },
  { operation: "median" as const, field: "value", as: "median" },
];
const byBucket = (a: { bucket?: unknown }, b: { bucket?: unknown }) => Number(a.bucket) - Number(b.bucket);

test("the order of records changes only the order of groups", async () => {
  const forward = await action({ records, groupBy: ["bucket"], aggregates });
  const backward = await action({ records: records.toReversed(), groupBy: ["bucket"], aggregates });
  assertEquals(forward.groups.length, 7);
  assertEquals(
    backward.groups.map((group) => group.bucket),
    [3, 2, 1, 0, 6, 5, 4],
  );
  assertEquals(backward.groups.toSorted(byBucket), forward.groups.toSorted(byBucket));
});

test("groups add up to the whole", async () => {
  const { groups } = await action({ records, groupBy: ["bucket"], aggregates });
  const whole = await action({ records, groupBy: [], aggregates });
  const total = (name: string) => groups.reduce((sum, group) => sum + Number(group[name]), 0);
  assertEquals(
    whole.groups.map((group) => [group.n, group.sum]),
    [[total("n"), total("sum")]],
  );
  assertEquals(total("n"), 60);
});

test("an even number of values has its median halfway between the middle two", async () => {
  const median = async (values: number[]) => {
    const rows = values.map((value) => ({ value }));
    const { groups } = await action({
      records: rows,
      groupBy: [],
      aggregates: [{ operation: "median", field: "value", as: "m" }],
    });
    return groups[0]?.m;
  };
  assertEquals(await median([10, 1, 4, 2]), 3);
  assertEquals(await median([5]), 5);
  assertEquals(await median([100, 20, 3]), 20);
});
