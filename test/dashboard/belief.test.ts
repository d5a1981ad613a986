import { expect, test } from "vitest";
import { beliefOf } from "../../dashboard/src/parts/beta.ts";

test("without evidence everything is as likely, with evidence the curve is high where that points, and narrower the more there is", () => {
  expect(new Set(beliefOf(0, 0).points.map(({ y }) => y))).toEqual(new Set([1]));
  expect(beliefOf(0, 0).mean).toBe(0.5);
  const [some, much] = [beliefOf(3, 1), beliefOf(30, 10)];
  const peak = (belief: typeof some) =>
    belief.points.reduce((best, point) => (point.y > best.y ? point : best));
  expect(peak(some).x).toBeCloseTo(0.75, 2);
  expect(peak(some).y).toBeCloseTo(1, 2);
  expect(some.mean).toBeCloseTo(4 / 6);
  const area = ({ points }: typeof some) => points.reduce((sum, { y }) => sum + y, 0) / points.length;
  expect(area(much)).toBeLessThan(area(some) / 2);
  // At the ends nothing is infinite, and what only failed is likeliest never to serve.
  expect(beliefOf(0, 4).points.every(({ y }) => y >= 0 && y <= 1)).toBe(true);
  expect(peak(beliefOf(0, 4)).x).toBe(0);
  expect(peak(beliefOf(5, 0)).x).toBe(1);
});
