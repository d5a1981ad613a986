import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Point = [number, number];
const corner = (index: number, radius: number): Point => [
  radius * Math.cos((index * Math.PI) / 5),
  radius * Math.sin((index * Math.PI) / 5),
];
const star = Array.from({ length: 10 }, (_, index) => corner(index, index % 2 === 0 ? 5 : 2));
const points = Array.from(
  { length: 15 * 15 },
  (_, index): Point => [(index % 15) * 0.8 - 5.5, Math.floor(index / 15) * 0.8 - 5.5],
);

test("the direction of the outline and its first corner do not matter", async () => {
  const expected = await action({ polygon: star, points });
  assertEquals(await action({ polygon: star.toReversed(), points }), expected);
  assertEquals(await action({ polygon: [...star.slice(3), ...star.slice(0, 3)], points }), expected);
  assertEquals(await action({ polygon: [...star, star[0] ?? [0, 0]], points }), expected);
});

test("moving everything changes nothing", async () => {
  const move = ([x, y]: Point): Point => [x + 1000, y - 300];
  const expected = await action({ polygon: star, points });
  assertEquals(await action({ polygon: star.map(move), points: points.map(move) }), expected);
});

test("a hole takes out just what a polygon of its outline contains", async () => {
  const hole = Array.from({ length: 6 }, (_, index) => corner(index * 1.7, 1.5));
  const whole = await action({ polygon: star, points });
  const taken = await action({ polygon: hole, points });
  const rest = await action({ polygon: star, holes: [hole], points });
  const expected = whole.locations.map((location, index) =>
    taken.locations[index] === "inside" ? "outside" : location,
  );
  assertEquals(rest.locations, expected);
  assertEquals(rest.insideCount, whole.insideCount - taken.insideCount);
});

test("a circle of many corners holds the points within its radius", async () => {
  const circle = Array.from(
    { length: 1000 },
    (_, index): Point => [3 * Math.cos((index * Math.PI) / 500), 3 * Math.sin((index * Math.PI) / 500)],
  );
  const { locations } = await action({ polygon: circle, points });
  const expected = points.map((point) => (Math.hypot(...point) < 3 ? "inside" : "outside"));
  assertEquals(locations, expected);
});
