import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const x = Array.from({ length: 50 }, (_, index) => ((index * 29) % 53) / 3);
const y = Array.from({ length: 50 }, (_, index) => ((index * 17) % 11) - index / 10);

test("order of the lists, scale and origin do not matter", async () => {
  const found = await action({ x, y });
  const swapped = await action({ x: y, y: x });
  const moved = await action({ x: x.map((value) => value * 1e6 + 7), y });
  const turned = await action({ x: x.map((value) => -value), y });
  assertAlmostEquals(swapped.pearson, found.pearson, 1e-12);
  assertAlmostEquals(moved.pearson, found.pearson, 1e-12);
  assertAlmostEquals(turned.pearson, -found.pearson, 1e-12);
  assertAlmostEquals(turned.spearman, -found.spearman, 1e-12);
  assertEquals(moved.spearman, found.spearman);
});

test("any rising function keeps the ranks", async () => {
  const found = await action({ x, y: x.map((value) => Math.exp(value)) });
  assertAlmostEquals(found.spearman, 1, 1e-12);
  assert(found.pearson < 0.9, "the relation is not a line");
});

test("coefficients never leave -1 to 1", async () => {
  for (const factor of [0.1, 1 / 3, -0.7]) {
    const { pearson } = await action({ x, y: x.map((value) => value * factor) });
    assert(Math.abs(pearson) <= 1, `${pearson}`);
    assertAlmostEquals(pearson, Math.sign(factor), 1e-12);
  }
});
