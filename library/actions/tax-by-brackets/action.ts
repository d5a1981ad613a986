type Bracket = { upTo?: number; ratePercent: number };
type TaxByBracketsInput = { income: number; brackets: Bracket[]; allowance?: number; decimals?: number };
type Band = { from: number; upTo: number | null; ratePercent: number; amount: number; tax: number };
type TaxByBracketsOutput = {
  taxable: number;
  tax: number;
  net: number;
  effectiveRatePercent: number;
  marginalRatePercent: number;
  bands: Band[];
};

/** Each bracket taxes only the part of the income that lies in it. */
export default function taxByBrackets(input: TaxByBracketsInput): TaxByBracketsOutput {
  const { income, brackets, allowance = 0, decimals = 2 } = input;
  checkOrder(brackets);
  const taxable = tidy(Math.max(0, income - allowance));
  const bands = brackets.map(({ upTo, ratePercent }, index) => {
    const from = brackets[index - 1]?.upTo ?? 0;
    const amount = tidy(Math.max(0, Math.min(taxable, upTo ?? taxable) - from));
    return { from, upTo: upTo ?? null, ratePercent, amount, tax: tidy((amount * ratePercent) / 100) };
  });
  const tax = round(
    bands.reduce((sum, band) => sum + band.tax, 0),
    decimals,
  );
  return {
    taxable,
    tax,
    net: tidy(income - tax),
    effectiveRatePercent: income > 0 ? (tax / income) * 100 : 0,
    marginalRatePercent: income < allowance ? 0 : rateAbove(taxable, brackets),
    bands,
  };
}

function checkOrder(brackets: Bracket[]): void {
  let before = 0;
  for (const [index, { upTo }] of brackets.entries()) {
    const isLast = index === brackets.length - 1;
    if ((upTo === undefined) !== isLast) {
      throw new Error("Every bracket but the last needs upTo; the last one must be open, without upTo");
    }
    if (upTo !== undefined && upTo <= before) {
      throw new Error(
        `Brackets must ascend: upTo of bracket ${index + 1} is ${upTo}, not more than ${before}`,
      );
    }
    before = upTo as number;
  }
}

/** What the next unit of income would pay: at the end of a bracket, the next one's rate. */
function rateAbove(taxable: number, brackets: Bracket[]): number {
  return brackets.find(({ upTo }) => upTo === undefined || taxable < upTo)?.ratePercent as number;
}

function round(value: number, decimals: number): number {
  return Math.round(tidy(value * 10 ** decimals)) / 10 ** decimals;
}

/** Takes off the binary dust, so that 1.005 is a half and rounds up. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}
