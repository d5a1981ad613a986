type CompoundGrowthInput = {
  startValue: number;
  years: number;
  ratePercent?: number;
  endValue?: number;
  periodsPerYear?: number;
  contribution?: number;
  contributeAt?: "end" | "start";
};
type CompoundGrowthOutput = {
  endValue: number;
  annualGrowthPercent: number;
  doublingYears: number | null;
  contributed: number;
  interest: number;
};

/** Grows a value at a given rate, or finds the yearly growth between two values. */
export default function compoundGrowth(input: CompoundGrowthInput): CompoundGrowthOutput {
  const { startValue, years, ratePercent, endValue } = input;
  if ((ratePercent === undefined) === (endValue === undefined)) {
    throw new Error("Give either ratePercent, to find the end value, or endValue, to find the growth");
  }
  const contribution = input.contribution ?? 0;
  if (ratePercent !== undefined) return grow(input, ratePercent, contribution);
  if (contribution !== 0)
    throw new Error("Growth cannot be found with contributions: leave contribution out");
  if (startValue <= 0) throw new Error("Growth from nothing is unlimited: startValue must be more than 0");
  return describe({
    startValue,
    endValue: endValue as number,
    growth: Math.log((endValue as number) / startValue) / years,
    contributed: 0,
  });
}

function grow(input: CompoundGrowthInput, ratePercent: number, contribution: number): CompoundGrowthOutput {
  const { startValue, years, periodsPerYear = 1, contributeAt = "end" } = input;
  const rate = ratePercent / 100 / periodsPerYear;
  if (rate <= -1)
    throw new Error("Nothing is left at a rate of -100 % per period: ratePercent must be higher");
  const periods = years * periodsPerYear;
  if (contribution !== 0 && !Number.isInteger(periods)) {
    throw new Error("With contributions, years times periodsPerYear must be a whole number");
  }
  // log1p and expm1 keep the digits that (1 + rate) would lose at small rates.
  const growth = Math.log1p(rate);
  const each = rate === 0 ? periods : Math.expm1(growth * periods) / rate;
  const early = contributeAt === "start" ? 1 + rate : 1;
  const endValue = startValue * Math.exp(growth * periods) + contribution * each * early;
  if (!Number.isFinite(endValue)) throw new Error("The end value is too large: check ratePercent and years");
  return describe({
    startValue,
    endValue,
    growth: growth * periodsPerYear,
    contributed: contribution * periods,
  });
}

/** Growth is continuous here: the logarithm of what one becomes in a year. */
function describe({
  startValue,
  endValue,
  growth,
  contributed,
}: {
  startValue: number;
  endValue: number;
  growth: number;
  contributed: number;
}): CompoundGrowthOutput {
  const annualGrowthPercent = Math.expm1(growth) * 100;
  if (!Number.isFinite(annualGrowthPercent))
    throw new Error("The yearly growth is too large: check the two values and years");
  return {
    endValue,
    annualGrowthPercent,
    doublingYears: growth > 0 ? Math.LN2 / growth : null,
    contributed,
    interest: endValue - startValue - contributed,
  };
}
