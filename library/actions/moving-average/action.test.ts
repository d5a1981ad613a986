import { assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const values = Array.from({ length: 30 }, (_, index) => ((index * 19) % 23) - 4.5);
const methods = ["simple", "weighted", "exponential"] as const;

test("a constant series stays as it is", async () => {
  for (const method of methods) {
    const { averages } = await action({ values: new Array(9).fill(2.5), window: 4, method, partial: true });
    assertEquals(averages, new Array(9).fill(2.5), method);
  }
});

test("a window of one changes nothing", async () => {
  for (const method of methods) {
    const { averages } = await action({ values, window: 1, method });
    for (const [index, value] of values.entries()) assertAlmostEquals(averages[index] ?? 0, value, 1e-12);
  }
});

test("each average is the mean of the slice that ends there", async () => {
  const { averages } = await action({ values, window: 7 });
  assertEquals(averages.length, 30);
  for (const [index, average] of averages.entries()) {
    const slice = values.slice(Math.max(0, index - 6), index + 1);
    if (index < 6) assertEquals(average, null);
    else assertAlmostEquals(average ?? 0, slice.reduce((sum, value) => sum + value, 0) / 7, 1e-12);
  }
});

test("equal weights are a simple average", async () => {
  const simple = await action({ values, window: 5, partial: true });
  const weighted = await action({
    values,
    window: 5,
    partial: true,
    method: "weighted",
    weights: [3, 3, 3, 3, 3],
  });
  for (const [index, average] of simple.averages.entries()) {
    assertAlmostEquals(weighted.averages[index] ?? 0, average ?? 1, 1e-12);
  }
});
