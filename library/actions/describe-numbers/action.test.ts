import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const values = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);

test("order does not matter", async () => {
  const one = await action({ values, percentiles: [5, 33] });
  const other = await action({ values: values.toSorted((a, b) => b - a), percentiles: [5, 33] });
  assertEquals(one, other);
  assertEquals(one.percentiles, [
    { percentile: 5, value: 5 },
    { percentile: 33, value: 33 },
  ]);
});

test("adding a constant moves the centre and keeps the spread; scaling scales both", async () => {
  const base = await action({ values });
  const moved = await action({ values: values.map((value) => value + 1000) });
  const scaled = await action({ values: values.map((value) => value * -2) });
  assertEquals(
    [moved.mean, moved.median, moved.min],
    [base.mean + 1000, base.median + 1000, base.min + 1000],
  );
  assertAlmostEquals(moved.variance ?? 0, 858.5, 1e-9);
  assertAlmostEquals(base.variance ?? 0, 858.5, 1e-9);
  assertAlmostEquals(scaled.standardDeviation ?? 0, 2 * (base.standardDeviation ?? 0), 1e-9);
  assertEquals([scaled.max, scaled.min], [0, -200]);
});

test("a small value between two large ones is not lost", async () => {
  assertEquals((await action({ values: [1e16, 1, -1e16] })).sum, 1);
  assertEquals((await action({ values: [-1e16, -1, 1e16] })).sum, -1);
  assertEquals((await action({ values: [2 ** 53, 1, 1] })).sum, 2 ** 53 + 2);
});

test("a value on the fence is no outlier, one beyond it is", async () => {
  // Quartiles 2 and 4, so the fences stand at -1 and 7.
  assertEquals((await action({ values: [-1, 2, 3, 4, 7] })).outliers, []);
  assertEquals((await action({ values: [-1.01, 2, 3, 4, 7.01] })).outliers, [-1.01, 7.01]);
});

test("every percentile lies between the extremes and none falls", async () => {
  const percentiles = Array.from({ length: 41 }, (_, index) => index * 2.5);
  const described = await action({ values: [3, -8, 15, 2, 2], percentiles });
  const found = described.percentiles.map(({ value }) => value);
  assertEquals([found.at(0), found.at(20), found.at(-1)], [-8, 2, 15]);
  assert(
    found.every((value, index) => index === 0 || value >= (found[index - 1] ?? 0)),
    "percentiles rise",
  );
});
