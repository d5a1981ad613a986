import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const x = Array.from({ length: 40 }, (_, index) => index * 0.7 - 9);
const y = x.map((value, index) => 3 * value - 11 + (((index * 37) % 17) - 8) / 4);

test("a line is found again without error", async () => {
  const found = await action({ x, y: x.map((value) => -2.5 * value + 4), predictAt: [100] });
  assertAlmostEquals(found.slope, -2.5, 1e-12);
  assertAlmostEquals(found.intercept, 4, 1e-12);
  assertAlmostEquals(found.rSquared ?? 0, 1, 1e-12);
  assertAlmostEquals(found.predictions[0] ?? 0, -246, 1e-9);
});

test("residuals have no mean and no trend, and no other line is better", async () => {
  const { slope, intercept, residuals } = await action({ x, y });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  assertEquals(residuals.length, 40);
  assertAlmostEquals(sum(residuals), 0, 1e-9);
  assertAlmostEquals(sum(residuals.map((value, index) => value * (x[index] ?? 0))), 0, 1e-9);
  const squares = (a: number, b: number) =>
    sum(x.map((value, index) => ((y[index] ?? 0) - a * value - b) ** 2));
  for (const [a, b] of [
    [0.001, 0],
    [-0.001, 0],
    [0, 0.001],
    [0, -0.001],
  ] as const) {
    assert(squares(slope + a, intercept + b) > squares(slope, intercept), "the least squares");
  }
});

test("swapping x and y keeps r squared, the product of both slopes", async () => {
  const there = await action({ x, y });
  const back = await action({ x: y, y: x });
  assertAlmostEquals(there.rSquared ?? 0, back.rSquared ?? 1, 1e-12);
  assertAlmostEquals(there.slope * back.slope, there.rSquared ?? 0, 1e-12);
});
