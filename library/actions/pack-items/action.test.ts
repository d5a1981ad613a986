import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const items = Array.from({ length: 12 }, (_, index) => ({
  name: `item ${index}`,
  weight: ((index * 7 + 3) % 11) + 1,
  value: ((index * 5 + 2) % 13) + 0.5,
}));

test("no choice of the items that fits is worth more", async () => {
  for (const capacity of [1, 5, 13, 20, 37, 60, 100]) {
    let best = 0;
    for (let choice = 0; choice < 2 ** items.length; choice += 1) {
      const chosen = items.filter((_, index) => (choice >> index) % 2 === 1);
      const weight = chosen.reduce((sum, item) => sum + item.weight, 0);
      const value = chosen.reduce((sum, item) => sum + item.value, 0);
      if (weight <= capacity) best = Math.max(best, value);
    }
    const found = await action({ items, capacity });
    assertEquals(found.totalValue, best);
    assert(found.totalWeight <= capacity, "fits");
    const chosen = items.filter(({ name }) => found.packed.includes(name));
    assertEquals(
      chosen.reduce((sum, item) => sum + item.weight, 0),
      found.totalWeight,
    );
    assertEquals([...found.packed, ...found.left].toSorted(), items.map(({ name }) => name).toSorted());
  }
});

test("the order of the items does not matter for the value", async () => {
  const there = await action({ items, capacity: 30 });
  const back = await action({ items: items.toReversed(), capacity: 30 });
  assertEquals(back.totalValue, there.totalValue);
});
