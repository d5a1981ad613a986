import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Point = [number, number];
const points = Array.from(
  { length: 200 },
  (_, index): Point => [((index * 7919) % 1009) - 500, ((index * 104_729) % 997) - 400 + (index % 3) / 7],
);
const turn = (a: Point, b: Point, c: Point) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

test("no point lies to the right of an edge and every corner turns left", async () => {
  const { hull, indexes } = await action({ points });
  for (const [index, corner] of hull.entries()) {
    const next = hull[(index + 1) % hull.length] ?? corner;
    const afterNext = hull[(index + 2) % hull.length] ?? corner;
    assert(turn(corner, next, afterNext) > 0, "turns left");
    assert(
      points.every((point) => turn(corner, next, point) >= 0),
      "all points on the left",
    );
    assertEquals(points[indexes[index] ?? -1], corner);
  }
});

test("the hull of the hull is the hull, and order does not matter", async () => {
  const { hull, area } = await action({ points });
  assertEquals((await action({ points: hull })).hull, hull);
  const turned = await action({ points: points.toReversed() });
  assertEquals(turned.hull, hull);
  assertAlmostEquals(turned.area, area, 1e-6);
});

test("a circle of points is its own hull", async () => {
  const circle = Array.from(
    { length: 500 },
    (_, index): Point => [Math.cos((index * Math.PI) / 250), Math.sin((index * Math.PI) / 250)],
  );
  const found = await action({ points: [...circle, [0, 0], [0.5, 0.5]] });
  assertEquals(found.hull.length, 500);
  assertAlmostEquals(found.area, Math.PI, 1e-3);
  assertAlmostEquals(found.perimeter, 2 * Math.PI, 1e-3);
});
