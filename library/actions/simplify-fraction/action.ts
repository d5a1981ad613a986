type Operation = "add" | "subtract" | "multiply" | "divide" | "power";
type SimplifyFractionInput = { a: string; operation?: Operation; b?: string; decimals?: number };
type SimplifyFractionOutput = {
  fraction: string;
  numerator: string;
  denominator: string;
  mixed: string;
  decimal: string;
  isExact: boolean;
};
/** In lowest terms; the denominator is positive. */
type Fraction = { numerator: bigint; denominator: bigint };

const USUAL_DECIMALS = 20;
const MOST_POWER = 1000n;
const MOST_DIGITS = 20_000;
const NUMBER = /^([+-]?)(?:(\d+) +(?=\d+ *\/))?(\d+)(?:\.(\d*)(?:\((\d+)\))?| *\/ *(\d+))?$/;

/** Exact arithmetic with fractions of any size. */
export default function simplifyFraction({
  a,
  operation,
  b,
  decimals = USUAL_DECIMALS,
}: SimplifyFractionInput): SimplifyFractionOutput {
  if ((operation === undefined) !== (b === undefined))
    throw new Error("Give operation and b together, or neither");
  const first = parse(a);
  const result = operation === undefined ? first : compute(operation, first, parse(b as string));
  return describe(result, decimals);
}

/** Reads 3/4, -5, 2 1/2, 1.25, and 0.1(6) with the repeating digits in brackets. */
function parse(text: string): Fraction {
  const match = NUMBER.exec(text.trim());
  if (match === null) throw new Error(`Cannot read "${text}": write 3/4, 2 1/2, -1.25 or 0.1(6)`);
  const [, sign, whole = "0", top = "", fixed = "", repeating, bottom = "1"] = match;
  // A period of n digits is that number over n nines.
  const nines = repeating === undefined ? 1n : 10n ** BigInt(repeating.length) - 1n;
  const scale = 10n ** BigInt(fixed.length);
  const size = BigInt(top + fixed) * nines + BigInt(repeating ?? "0");
  const denominator = scale * nines * BigInt(bottom);
  const numerator = size + BigInt(whole) * denominator;
  return reduce(sign === "-" ? -numerator : numerator, denominator);
}

function reduce(numerator: bigint, denominator: bigint): Fraction {
  if (denominator === 0n) throw new Error("The denominator is zero: a fraction cannot be divided by nothing");
  let [divisor, rest] = [denominator, numerator];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  // The divisor takes the sign of the denominator, so that what remains of it is positive.
  if (divisor < 0n !== denominator < 0n) divisor = -divisor;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function compute(operation: Operation, a: Fraction, b: Fraction): Fraction {
  const [cross, denominator] = [b.numerator * a.denominator, a.denominator * b.denominator];
  if (operation === "add") return reduce(a.numerator * b.denominator + cross, denominator);
  if (operation === "subtract") return reduce(a.numerator * b.denominator - cross, denominator);
  if (operation === "multiply") return reduce(a.numerator * b.numerator, denominator);
  if (operation === "divide") return reduce(a.numerator * b.denominator, cross);
  return raise(a, b);
}

function raise({ numerator, denominator }: Fraction, exponent: Fraction): Fraction {
  const power = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
  if (exponent.denominator !== 1n || power > MOST_POWER) {
    throw new Error(`The exponent must be a whole number from -${MOST_POWER} to ${MOST_POWER}`);
  }
  const digits = Math.max(`${numerator}`.length, `${denominator}`.length) * Number(power);
  if (digits > MOST_DIGITS)
    throw new Error(`The power has more than ${MOST_DIGITS} digits: use a smaller exponent`);
  const [top, bottom] = [numerator ** power, denominator ** power];
  return exponent.numerator < 0n ? reduce(bottom, top) : reduce(top, bottom);
}

function describe({ numerator, denominator }: Fraction, decimals: number): SimplifyFractionOutput {
  const sign = numerator < 0n ? "-" : "";
  const size = numerator < 0n ? -numerator : numerator;
  const [whole, rest] = [size / denominator, size % denominator];
  const scaled = rest * 10n ** BigInt(decimals);
  const digits = `${scaled / denominator}`.padStart(decimals, "0").replace(/0+$/, "");
  const decimal = digits === "" ? `${whole}` : `${whole}.${digits}`;
  const part = rest === 0n ? "" : `${rest}/${denominator}`;
  return {
    fraction: denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`,
    numerator: `${numerator}`,
    denominator: `${denominator}`,
    mixed: sign + (whole === 0n ? part || "0" : `${whole} ${part}`.trim()),
    decimal: decimal === "0" ? decimal : sign + decimal,
    isExact: scaled % denominator === 0n,
  };
}
