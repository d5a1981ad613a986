import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

/** Both tails of Student's t by Simpson's rule, after the substitution t = sqrt(freedom) tan(angle). */
function bothTails(t: number, freedom: number): number {
  const integral = (from: number, to: number) => {
    const steps = 20_000;
    let sum = 0;
    for (let step = 0; step <= steps; step += 1) {
      const weight = step === 0 || step === steps ? 1 : 2 + 2 * (step % 2);
      sum += weight * Math.cos(from + ((to - from) * step) / steps) ** (freedom - 1);
    }
    return (sum * (to - from)) / steps / 3;
  };
  return integral(Math.atan(Math.abs(t) / Math.sqrt(freedom)), Math.PI / 2) / integral(0, Math.PI / 2);
}

const spread = (size: number, width: number, center: number) =>
  Array.from({ length: size }, (_, index) => center + width * (((index * 7) % size) - (size - 1) / 2));

test("the p value is the area of the tails", async () => {
  const groups: [number[], number[]][] = [
    [spread(4, 1, 0), spread(6, 2, 1.5)],
    [spread(5, 1, 0), spread(5, 1, 9)],
    [spread(40, 0.1, 1), spread(25, 0.2, 1.3)],
    [spread(9, 3, 0), spread(300, 0.01, 0.2)],
  ];
  for (const [a, b] of groups) {
    const found = await action({ a, b });
    const expected = bothTails(found.t, found.degreesOfFreedom);
    assertAlmostEquals(found.pValue / expected, 1, 1e-6);
  }
});

test("with one degree of freedom, and with two, the p value has a closed form", async () => {
  const one = await action({ a: [1, 4], b: [0, 0] });
  assertAlmostEquals(one.degreesOfFreedom, 1, 1e-12);
  assertAlmostEquals(one.pValue, 1 - (2 * Math.atan(one.t)) / Math.PI, 1e-12);
  const two = await action({ a: [1, 4], b: [0, 3] });
  assertAlmostEquals(two.degreesOfFreedom, 2, 1e-12);
  assertAlmostEquals(two.pValue, 1 - two.t / Math.sqrt(2 + two.t ** 2), 1e-12);
});

test("the interval just excludes zero when p is what confidence leaves", async () => {
  const [a, b] = [spread(12, 1, 3.1), spread(15, 0.7, 0)];
  const { pValue, difference } = await action({ a, b });
  const { confidenceInterval } = await action({ a, b, confidencePercent: 100 - pValue * 100 });
  assertAlmostEquals(confidenceInterval[0], 0, 1e-6);
  assertAlmostEquals(confidenceInterval[1], 2 * difference, 1e-6);
});

test("one-sided values add up to one; swapping the groups turns everything round", async () => {
  const [a, b] = [spread(8, 1, 1), spread(9, 1, 0.5)];
  const greater = await action({ a, b, alternative: "greater" });
  const less = await action({ a, b, alternative: "less" });
  const swapped = await action({ a: b, b: a, alternative: "less" });
  assertAlmostEquals(greater.pValue + less.pValue, 1, 1e-12);
  assert(greater.pValue < 0.5, "a is greater");
  assertAlmostEquals(swapped.pValue, greater.pValue, 1e-12);
  assertEquals(swapped.t, -greater.t);
  assertEquals(swapped.effectSize, -greater.effectSize);
});
