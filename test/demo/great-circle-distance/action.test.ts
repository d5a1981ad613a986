import { assert, assertAlmostEquals, test } from "action-collective/test";
import action from "./action.ts";

const oslo = { latitude: 59.9139, longitude: 10.7522 };
const lima = { latitude: -12.0464, longitude: -77.0428 };

test("the way back is as long", async () => {
  const there = await action({ from: oslo, to: lima });
  const back = await action({ from: lima, to: oslo });
  assertAlmostEquals(there.kilometres, back.kilometres, 1e-6);
  assert(there.kilometres > 10_000, "the two are continents apart");
});

test("a detour is never shorter", async () => {
  const via = { latitude: 0, longitude: 0 };
  const straight = await action({ from: oslo, to: lima });
  const first = await action({ from: oslo, to: via });
  const second = await action({ from: via, to: lima });
  assert(first.kilometres + second.kilometres >= straight.kilometres);
});
