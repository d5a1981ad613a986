import { assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

/** What one of each unit is in the first unit of its row. */
const known: Record<string, Record<string, number>> = {
  m: {
    nm: 1e-9,
    µm: 1e-6,
    mm: 1e-3,
    cm: 0.01,
    km: 1e3,
    in: 0.0254,
    ft: 0.3048,
    yd: 0.9144,
    mi: 1609.344,
    nmi: 1852,
  },
  kg: { mg: 1e-6, g: 1e-3, t: 1e3, oz: 0.028349523125, lb: 0.45359237, st: 6.35029318, "US ton": 907.18474 },
  m2: {
    cm2: 1e-4,
    ha: 1e4,
    km2: 1e6,
    in2: 6.4516e-4,
    ft2: 0.09290304,
    acre: 4046.8564224,
    mi2: 2589988.110336,
  },
  L: {
    mL: 1e-3,
    m3: 1e3,
    tsp: 0.00492892159375,
    tbsp: 0.01478676478125,
    "fl oz": 0.0295735295625,
    cup: 0.2365882365,
  },
  gal: {
    pt: 0.125,
    qt: 0.25,
    L: 0.264172052358148,
    "imperial gallon": 1.20094992550485,
    ft3: 7.48051948051948,
  },
  "imperial gallon": { "imperial pint": 0.125, L: 0.219969248299088 },
  s: { ms: 1e-3, min: 60, h: 3600, d: 86_400, wk: 604_800 },
  "km/h": { "m/s": 3.6, mph: 1.609344, kn: 1.852, "ft/s": 1.09728 },
  bit: { B: 8, kb: 1e3, Mb: 1e6, Gb: 1e9, kB: 8e3, KB: 8e3, MB: 8e6, GB: 8e9, TB: 8e12 },
  B: { KiB: 1024, MiB: 1048576, GiB: 1073741824, TiB: 1099511627776 },
  J: { kJ: 1e3, cal: 4.184, kcal: 4184, Wh: 3600, kWh: 3.6e6, BTU: 1055.05585262 },
  W: { kW: 1e3, hp: 745.69987158227, PS: 735.49875 },
  Pa: { hPa: 100, mbar: 100, kPa: 1e3, bar: 1e5, atm: 101325, psi: 6894.75729316836, mmHg: 133.322387415 },
  deg: { rad: 57.2957795130823, turn: 360 },
};

test("every unit has its defined size, and converts back", async () => {
  for (const [base, units] of Object.entries(known)) {
    for (const [unit, size] of Object.entries(units)) {
      const { value } = await action({ value: 1, from: unit, to: base });
      assertAlmostEquals(value / size, 1, 1e-13);
      const back = await action({ value: 7 * value, from: base, to: unit });
      assertAlmostEquals(back.value, 7, 1e-12);
    }
  }
});

test("temperatures agree at the points where the scales meet", async () => {
  assertEquals((await action({ value: -40, from: "celsius", to: "fahrenheit" })).value, -40);
  assertEquals((await action({ value: 212, from: "°F", to: "K" })).value, 373.15);
  assertEquals((await action({ value: 0, from: "kelvin", to: "°F" })).value, -459.67);
  assertEquals((await action({ value: 300, from: "K", to: "celsius" })).value, 26.85);
});

test("names and symbols mean the same unit", async () => {
  const pairs = [
    ["kilometers", "km"],
    ["Pounds", "lbs"],
    ["square feet", "ft²"],
    ["liters", "l"],
    ["knots", "KN"],
    ["Revolutions", "turn"],
    ["millibars", "hPa"],
  ];
  for (const [from = "", to = ""] of pairs)
    assertEquals((await action({ value: 12.5, from, to })).value, 12.5);
});
