import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const values = Array.from({ length: 500 }, (_, index) => Math.sin(index * 1.7) * 10 + ((index * 7) % 13));

test("every value is counted once, in the bin whose edges hold it", async () => {
  for (const input of [{ values }, { values, bins: 13 }, { values, edges: [-5, 0.5, 1, 20] }]) {
    const { bins, below, above } = await action(input);
    const counted = bins.reduce((sum, { count }) => sum + count, 0);
    assertEquals(counted + below + above, 500);
    for (const [index, { from, to, count }] of bins.entries()) {
      const isLast = index === bins.length - 1;
      const inside = values.filter((value) => value >= from && (value < to || (isLast && value === to)));
      assertEquals(count, inside.length);
      if (index > 0) assertEquals(from, bins[index - 1]?.to);
    }
  }
});

test("automatic bins cover everything and are neither few nor many", async () => {
  for (const scale of [1e-6, 0.3, 1, 7e5]) {
    const { bins, below, above } = await action({ values: values.map((value) => value * scale) });
    assertEquals(below + above, 0);
    assert(bins.length >= 6 && bins.length <= 30, `${bins.length} bins`);
  }
});

test("a far value does not make too many bins", async () => {
  const { bins } = await action({ values: [...values, 1e9] });
  assert(bins.length <= 200, `${bins.length} bins`);
  assertEquals(bins.at(-1)?.count, 1);
});
