import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const words = ["", "a", "ab", "ba", "banana", "bananas", "nab"];

test("the distance is a metric, and swaps never make it longer", async () => {
  const distances = new Map<string, number>();
  for (const a of words) for (const b of words) distances.set(`${a},${b}`, (await action({ a, b })).distance);
  const of = (a: string, b: string) => distances.get(`${a},${b}`) ?? Number.NaN;
  for (const a of words) {
    assertEquals(of(a, a), 0);
    for (const b of words) {
      assertEquals(of(a, b), of(b, a));
      for (const c of words) assert(of(a, c) <= of(a, b) + of(b, c), `${a} ${b} ${c}`);
    }
  }
  assertEquals((await action({ a: "ab", b: "ba", method: "osa" })).distance, 1);
  assertEquals(of("ab", "ba"), 2);
});
