import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const place = (latitude: number, longitude: number) => ({ latitude, longitude });
const places = [
  place(51.5, -0.13),
  place(-33.87, 151.21),
  place(40.71, -74),
  place(1.35, 103.82),
  place(-89, 20),
];

test("the bearing and the distance found lead to the destination", async () => {
  for (const from of places.slice(0, 3)) {
    for (const to of places) {
      if (from === to) continue;
      const way = await action({ from, to });
      const again = await action({ from, bearing: way.initialBearing, distanceKm: way.distanceKm });
      assertAlmostEquals(again.destination.latitude, to.latitude, 1e-9);
      assertAlmostEquals(again.destination.longitude, to.longitude, 1e-9);
      assertAlmostEquals(again.finalBearing, way.finalBearing, 1e-6);
      assertAlmostEquals(again.midpoint.longitude, way.midpoint.longitude, 1e-9);
    }
  }
});

test("the midpoint is halfway for both", async () => {
  const [from, to] = [place(60, 10), place(-20, 130)];
  const { midpoint, distanceKm } = await action({ from, to });
  assertAlmostEquals((await action({ from, to: midpoint })).distanceKm, distanceKm / 2, 1e-9);
  assertAlmostEquals((await action({ from: to, to: midpoint })).distanceKm, distanceKm / 2, 1e-9);
});

test("near and opposite places keep their digits", async () => {
  const near = await action({ from: place(45, 7), to: place(45.000_000_001, 7) });
  assertAlmostEquals(near.distanceKm * 1e6, 0.111_195, 0.000_01);
  const far = await action({ from: place(0, 0), to: place(0, 179.999_999_999), radiusKm: 1 });
  assertAlmostEquals(far.distanceKm, Math.PI - 1.745e-11, 1e-13);
  const same = await action({ from: place(12.3, 45.6), to: place(12.3, 45.6) });
  assertEquals(same.distanceKm, 0);
});

test("from the pole, every way leads south", async () => {
  const way = await action({ from: place(90, 0), to: place(50, 25) });
  assertAlmostEquals(way.finalBearing, 180, 1e-9);
  assert(Math.abs(way.distanceKm - 4447.8) < 0.1, `${way.distanceKm}`);
});
