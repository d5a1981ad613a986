import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const lengths: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const samples = [1, 999, 59_500, 3_599_499, 86_399_500, 123_456_789, 9_876_543_210];

test("the parts of the short form add up to the rounded value", async () => {
  for (const milliseconds of samples)
    for (const maxUnits of [1, 2, 4]) {
      const { short, rounded } = await action({ milliseconds, maxUnits });
      const parts = short.split(" ");
      const sum = parts.reduce(
        (total, part) => total + Number.parseInt(part, 10) * (lengths[part.slice(-1)] ?? 0),
        0,
      );
      assertEquals(sum, rounded, short);
      assert(parts.length <= maxUnits, short);
      assertEquals((await action({ milliseconds: rounded, maxUnits })).short, short);
    }
});

test("down and up enclose the value", async () => {
  for (const milliseconds of samples.slice(3)) {
    const down = await action({ milliseconds, maxUnits: 1, rounding: "down" });
    const up = await action({ milliseconds, maxUnits: 1, rounding: "up" });
    assert(down.rounded <= milliseconds && milliseconds <= up.rounded, `${milliseconds}`);
  }
});
