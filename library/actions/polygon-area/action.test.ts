import { assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Point = [number, number];
const regular = (corners: number, radius: number): Point[] =>
  Array.from({ length: corners }, (_, index) => [
    7 + radius * Math.cos((2 * Math.PI * index) / corners),
    -3 + radius * Math.sin((2 * Math.PI * index) / corners),
  ]);

test("regular polygons have the area and the perimeter of their formula", async () => {
  for (const corners of [3, 5, 8, 1000]) {
    const found = await action({ polygon: regular(corners, 2) });
    assertAlmostEquals(found.area, 2 * corners * Math.sin((2 * Math.PI) / corners), 1e-9);
    assertAlmostEquals(found.perimeter, 4 * corners * Math.sin(Math.PI / corners), 1e-9);
    assertAlmostEquals(found.centroid?.[0] ?? 0, 7, 1e-9);
    assertAlmostEquals(found.centroid?.[1] ?? 0, -3, 1e-9);
    assertEquals(found.orientation, "counterclockwise");
  }
});

test("the direction turns the orientation and nothing else; nor does the first corner matter", async () => {
  const polygon: Point[] = [
    [0, 0],
    [7, 1],
    [3, 2],
    [6, 6],
    [-2, 4],
  ];
  const found = await action({ polygon });
  const turned = await action({ polygon: polygon.toReversed() });
  const shifted = await action({ polygon: [...polygon.slice(2), ...polygon.slice(0, 2)] });
  assertEquals(turned.orientation, "clockwise");
  for (const other of [turned, shifted]) {
    assertAlmostEquals(other.area, found.area, 1e-12);
    assertAlmostEquals(other.perimeter, found.perimeter, 1e-12);
    assertAlmostEquals(other.centroid?.[0] ?? 0, found.centroid?.[0] ?? 1, 1e-12);
    assertAlmostEquals(other.centroid?.[1] ?? 0, found.centroid?.[1] ?? 1, 1e-12);
  }
});

test("what is cut out and what remains balance at the centroid of the whole", async () => {
  const [polygon, hole] = [regular(6, 5), regular(4, 1).map(([x, y]): Point => [x + 1.5, y - 0.5])];
  const part = await action({ polygon: hole });
  for (const turned of [hole, hole.toReversed()]) {
    const rest = await action({ polygon, holes: [turned] });
    const whole = rest.area + part.area;
    const x = (rest.centroid?.[0] ?? 0) * rest.area + (part.centroid?.[0] ?? 0) * part.area;
    assertAlmostEquals(x / whole, 7, 1e-9);
  }
});
