type Rounding = "half-up" | "half-even" | "down" | "up";
type ConvertCurrencyInput = {
  amount: number;
  from: string;
  to: string;
  base: string;
  rates: Record<string, number>;
  decimals?: number;
  rounding?: Rounding;
};
type ConvertCurrencyOutput = { amount: number; text: string; rate: number; decimals: number };
type Fraction = { numerator: bigint; denominator: bigint };

const USUAL_DECIMALS = 2;
/** ISO 4217: currencies with another number of decimals than two. */
const DECIMALS: [decimals: number, codes: string][] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

/** Converts through the base, in exact decimal arithmetic: only the last step rounds. */
export default function convertCurrency(input: ConvertCurrencyInput): ConvertCurrencyOutput {
  const amount = fractionOf(input.amount);
  const from = fractionOf(rateOf(input.from, input));
  const to = fractionOf(rateOf(input.to, input));
  const decimals = input.decimals ?? decimalsOf(input.to);
  const numerator = amount.numerator * to.numerator * from.denominator * 10n ** BigInt(decimals);
  const denominator = amount.denominator * to.denominator * from.numerator;
  const text = placePoint(divide(numerator, denominator, input.rounding ?? "half-up"), decimals);
  return {
    amount: Number(text),
    text,
    rate: rateOf(input.to, input) / rateOf(input.from, input),
    decimals,
  };
}

/** Units of the currency for one unit of the base. */
function rateOf(code: string, { base, rates }: ConvertCurrencyInput): number {
  const rate = Object.hasOwn(rates, code) ? rates[code] : undefined;
  if (code !== base) {
    if (rate === undefined)
      throw new Error(`No rate for ${code}: add it to rates, as ${code} for one ${base}`);
    return rate;
  }
  if ((rate ?? 1) !== 1)
    throw new Error(`The rate of the base ${base} must be 1, or left out; it is ${rate}`);
  return 1;
}

function decimalsOf(code: string): number {
  return DECIMALS.find(([, codes]) => codes.includes(code))?.[0] ?? USUAL_DECIMALS;
}

/** The number as people write it: 1.005 is 1005/1000, not the binary fraction just below. */
function fractionOf(value: number): Fraction {
  const [mantissa = "", exponent] = value.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  return shift > 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

/** The nearest whole quotient; halves, and the directions, are meant away from or towards zero. */
function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return quotient;
  const away = numerator > 0n ? quotient + 1n : quotient - 1n;
  if (rounding === "down") return quotient;
  if (rounding === "up") return away;
  const twice = rest > 0n ? 2n * rest : -2n * rest;
  if (twice === denominator && rounding === "half-even") return quotient % 2n === 0n ? quotient : away;
  return twice >= denominator ? away : quotient;
}

function placePoint(units: bigint, decimals: number): string {
  const digits = `${units < 0n ? -units : units}`.padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  const fraction = decimals > 0 ? `.${digits.slice(split)}` : "";
  return `${units < 0n ? "-" : ""}${digits.slice(0, split)}${fraction}`;
}
