import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const x = [-2, -1.5, 0, 0.25, 3, 4, 7.5];
const y = [4, 1, 1.5, -3, 0, 0.5, 9];

test("the curve goes through every point, in whatever order they come", async () => {
  for (const method of ["linear", "cubic"] as const) {
    const { values } = await action({ x: x.toReversed(), y: y.toReversed(), at: x, method });
    for (const [index, value] of y.entries()) assertAlmostEquals(values[index] ?? 0, value, 1e-12);
  }
});

test("points of a line give the line, everywhere", async () => {
  const at = [-10, -2, -0.3, 0.1, 5, 7.5, 20];
  for (const method of ["linear", "cubic"] as const) {
    const line = x.map((value) => 2 - 3 * value);
    const { values } = await action({ x, y: line, at, method, outside: "extend" });
    for (const [index, place] of at.entries()) assertAlmostEquals(values[index] ?? 0, 2 - 3 * place, 1e-9);
  }
});

test("slope and bend of the spline do not jump at the knots, and the bend ends at zero", async () => {
  const step = 1e-3;
  const at = x.flatMap((place) => [-2, -1, 0, 1, 2].map((steps) => place + steps * step));
  const { values } = await action({ x, y, at, method: "cubic", outside: "extend" });
  for (let knot = 0; knot < x.length; knot += 1) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = values.slice(knot * 5, knot * 5 + 5);
    assertAlmostEquals((c - b) / step, (d - c) / step, 0.1);
    assertAlmostEquals((a - 2 * b + c) / step ** 2, (c - 2 * d + e) / step ** 2, 0.5);
    if (knot === 0 || knot === x.length - 1) assertAlmostEquals((b - 2 * c + d) / step ** 2, 0, 0.05);
  }
});

test("a fine spline follows a smooth function closely", async () => {
  const places = Array.from({ length: 65 }, (_, index) => (index * Math.PI) / 32);
  const at = places.slice(0, -1).map((place) => place + 0.05);
  const { values } = await action({ x: places, y: places.map(Math.sin), at, method: "cubic" });
  assertEquals(values.length, 64);
  for (const [index, place] of at.entries()) {
    assert(Math.abs((values[index] ?? 9) - Math.sin(place)) < 1e-6, `at ${place}`);
  }
});
