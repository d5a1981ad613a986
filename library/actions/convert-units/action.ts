type ConvertUnitsInput = { value: number; from: string; to: string };
type ConvertUnitsOutput = { value: number; dimension: string };
/** base = (value - shift) × factor; only temperatures have a shift. */
type Unit = { dimension: string; symbol: string; factor: number; shift: number };

/** Doubles carry 15 decimal digits faithfully; what follows is dust from the multiplication. */
const SIGNIFICANT_DIGITS = 15;
const ABSOLUTE_ZERO_CELSIUS = -273.15;

/** Per dimension: the factor to its base unit, then symbol and names. Definitions: SI brochure, NIST SP 811, IEC 80000-13. */
const TABLE: Readonly<Record<string, readonly (readonly [factor: number, names: string, shift?: number])[]>> =
  {
    length: [
      [1, "m, metre, metres, meter, meters"],
      [1e-9, "nm, nanometre, nanometres, nanometer, nanometers"],
      [1e-6, "µm, um, micrometre, micrometres, micrometer, micrometers, micron, microns"],
      [0.001, "mm, millimetre, millimetres, millimeter, millimeters"],
      [0.01, "cm, centimetre, centimetres, centimeter, centimeters"],
      [1000, "km, kilometre, kilometres, kilometer, kilometers"],
      [0.0254, "in, inch, inches"],
      [0.3048, "ft, foot, feet"],
      [0.9144, "yd, yard, yards"],
      [1609.344, "mi, mile, miles"],
      [1852, "nmi, nautical mile, nautical miles"],
    ],
    mass: [
      [1, "kg, kilogram, kilograms"],
      [1e-6, "mg, milligram, milligrams"],
      [0.001, "g, gram, grams"],
      [1000, "t, tonne, tonnes, metric ton, metric tons"],
      [0.028349523125, "oz, ounce, ounces"],
      [0.45359237, "lb, lbs, pound, pounds"],
      [6.35029318, "st, stone, stones"],
      [907.18474, "short ton, short tons, US ton, US tons"],
    ],
    area: [
      [1, "m2, m², square metre, square metres, square meter, square meters"],
      [0.0001, "cm2, cm², square centimetre, square centimetres, square centimeter, square centimeters"],
      [10000, "ha, hectare, hectares"],
      [1000000, "km2, km², square kilometre, square kilometres, square kilometer, square kilometers"],
      [0.00064516, "in2, in², square inch, square inches"],
      [0.09290304, "ft2, ft², square foot, square feet"],
      [4046.8564224, "acre, acres"],
      [2589988.110336, "mi2, mi², square mile, square miles"],
    ],
    volume: [
      [1, "L, litre, litres, liter, liters"],
      [
        0.001,
        "mL, millilitre, millilitres, milliliter, milliliters, cm3, cm³, cubic centimetre, cubic centimeter",
      ],
      [1000, "m3, m³, cubic metre, cubic metres, cubic meter, cubic meters"],
      [0.00492892159375, "tsp, teaspoon, teaspoons"],
      [0.01478676478125, "tbsp, tablespoon, tablespoons"],
      [0.0295735295625, "fl oz, fluid ounce, fluid ounces"],
      [0.2365882365, "cup, cups"],
      [0.473176473, "pt, pint, pints"],
      [0.946352946, "qt, quart, quarts"],
      [3.785411784, "gal, gallon, gallons, US gallon, US gallons"],
      [0.56826125, "imperial pint, imperial pints"],
      [4.54609, "imperial gallon, imperial gallons"],
      [28.316846592, "ft3, ft³, cubic foot, cubic feet"],
    ],
    time: [
      [1, "s, sec, second, seconds"],
      [0.001, "ms, millisecond, milliseconds"],
      [60, "min, minute, minutes"],
      [3600, "h, hr, hour, hours"],
      [86400, "d, day, days"],
      [604800, "wk, week, weeks"],
    ],
    speed: [
      [1, "m/s, mps, metres per second, meters per second"],
      [1 / 3.6, "km/h, kph, kilometres per hour, kilometers per hour"],
      [0.44704, "mph, miles per hour"],
      [1852 / 3600, "kn, knot, knots"],
      [0.3048, "ft/s, feet per second"],
    ],
    temperature: [
      [1, "°C, C, celsius, degrees celsius"],
      [5 / 9, "°F, F, fahrenheit, degrees fahrenheit", 32],
      [1, "K, kelvin, kelvins", -ABSOLUTE_ZERO_CELSIUS],
    ],
    data: [
      [8, "B, byte, bytes"],
      [1, "bit, bits"],
      [1e3, "kb, kbit, kilobit, kilobits"],
      [1e6, "Mb, Mbit, megabit, megabits"],
      [1e9, "Gb, Gbit, gigabit, gigabits"],
      [8e3, "kB, KB, kilobyte, kilobytes"],
      [8e6, "MB, megabyte, megabytes"],
      [8e9, "GB, gigabyte, gigabytes"],
      [8e12, "TB, terabyte, terabytes"],
      [8 * 2 ** 10, "KiB, kibibyte, kibibytes"],
      [8 * 2 ** 20, "MiB, mebibyte, mebibytes"],
      [8 * 2 ** 30, "GiB, gibibyte, gibibytes"],
      [8 * 2 ** 40, "TiB, tebibyte, tebibytes"],
    ],
    energy: [
      [1, "J, joule, joules"],
      [1000, "kJ, kilojoule, kilojoules"],
      [4.184, "cal, calorie, calories"],
      [4184, "kcal, kilocalorie, kilocalories"],
      [3600, "Wh, watt hour, watt hours"],
      [3600000, "kWh, kilowatt hour, kilowatt hours"],
      [1055.05585262, "BTU, british thermal unit, british thermal units"],
    ],
    power: [
      [1, "W, watt, watts"],
      [1000, "kW, kilowatt, kilowatts"],
      [745.69987158227, "hp, horsepower"],
      [735.49875, "PS, metric horsepower"],
    ],
    pressure: [
      [1, "Pa, pascal, pascals"],
      [100, "hPa, hectopascal, hectopascals, mbar, millibar, millibars"],
      [1000, "kPa, kilopascal, kilopascals"],
      [100000, "bar, bars"],
      [101325, "atm, atmosphere, atmospheres"],
      [6894.757293168361, "psi, pounds per square inch"],
      [133.322387415, "mmHg, millimetre of mercury, millimeter of mercury"],
    ],
    angle: [
      [1, "°, deg, degree, degrees"],
      [180 / Math.PI, "rad, radian, radians"],
      [360, "turn, turns, revolution, revolutions"],
    ],
  };

const BY_NAME = new Map<string, Unit>();
const BY_LOWER_CASE_NAME = new Map<string, Set<Unit>>();
for (const [dimension, rows] of Object.entries(TABLE)) {
  for (const [factor, list, shift = 0] of rows) {
    const names = list.split(", ");
    const unit: Unit = { dimension, symbol: names[0] ?? "", factor, shift };
    for (const name of names) {
      BY_NAME.set(name, unit);
      const lower = name.toLowerCase();
      BY_LOWER_CASE_NAME.set(lower, (BY_LOWER_CASE_NAME.get(lower) ?? new Set()).add(unit));
    }
  }
}

/** Converts a measurement between two units of one dimension. */
export default function convertUnits(input: ConvertUnitsInput): ConvertUnitsOutput {
  const from = findUnit(input.from);
  const to = findUnit(input.to);
  if (from.dimension !== to.dimension) {
    throw new Error(`Cannot convert ${input.from} (${from.dimension}) to ${input.to} (${to.dimension})`);
  }
  const base = (input.value - from.shift) * from.factor;
  if (from.dimension === "temperature" && base < ABSOLUTE_ZERO_CELSIUS) {
    throw new Error(`${input.value} ${from.symbol} is below absolute zero`);
  }
  const value = Number((base / to.factor + to.shift).toPrecision(SIGNIFICANT_DIGITS));
  if (!Number.isFinite(value)) throw new Error("The result is too large for a number");
  return { value, dimension: from.dimension };
}

/** By exact name first, since MB and Mb differ; otherwise in any case, as long as only one unit is meant. */
function findUnit(name: string): Unit {
  const plain = name.trim().replace(/\s+/g, " ");
  const exact = BY_NAME.get(plain);
  if (exact !== undefined) return exact;
  const [unit, ...others] = BY_LOWER_CASE_NAME.get(plain.toLowerCase()) ?? [];
  if (unit === undefined) {
    const known = Object.entries(TABLE).map(([dimension, rows]) => `${dimension}: ${symbols(rows)}`);
    throw new Error(`Unknown unit "${name}". Known: ${known.join("; ")}`);
  }
  if (others.length > 0) {
    throw new Error(
      `"${name}" may be ${[unit, ...others].map(({ symbol }) => symbol).join(" or ")}: mind the case`,
    );
  }
  return unit;
}

function symbols(rows: readonly (readonly [factor: number, names: string, shift?: number])[]): string {
  return rows.map(([, names]) => names.split(", ", 1)).join(", ");
}
