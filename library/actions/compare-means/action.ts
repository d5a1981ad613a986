type Alternative = "different" | "greater" | "less";
type CompareMeansInput = { a: number[]; b: number[]; alternative?: Alternative; confidencePercent?: number };
type CompareMeansOutput = {
  meanA: number;
  meanB: number;
  difference: number;
  t: number;
  degreesOfFreedom: number;
  pValue: number;
  confidenceInterval: [number, number];
  effectSize: number;
};

const USUAL_CONFIDENCE = 95;
/** Beyond what any confidence level here asks for. */
const LARGEST_T = 1e4;
/** Enough for the largest groups. */
const TERMS = 300;
const SERIES_FROM = 200;

/** Welch's t test: the two groups may differ in spread and in size. */
export default function compareMeans(input: CompareMeansInput): CompareMeansOutput {
  const { a, b, alternative = "different", confidencePercent = USUAL_CONFIDENCE } = input;
  const [meanA, meanB] = [mean(a), mean(b)];
  const [varianceA, varianceB] = [variance(a, meanA), variance(b, meanB)];
  const [errorA, errorB] = [varianceA / a.length, varianceB / b.length];
  const error = Math.sqrt(errorA + errorB);
  if (error === 0)
    throw new Error("Neither group varies, so chance cannot be judged: give values that differ");
  const difference = meanA - meanB;
  const t = difference / error;
  const [shareA, shareB] = [errorA / (errorA + errorB), errorB / (errorA + errorB)];
  const freedom = 1 / (shareA ** 2 / (a.length - 1) + shareB ** 2 / (b.length - 1));
  const margin = error * criticalT((1 - confidencePercent / 100) / 2, freedom);
  return {
    meanA,
    meanB,
    difference,
    t,
    degreesOfFreedom: freedom,
    pValue: pValue(t, freedom, alternative),
    confidenceInterval: [difference - margin, difference + margin],
    effectSize: difference / Math.sqrt((varianceA + varianceB) / 2),
  };
}

function mean(values: number[]): number {
  const first = values[0] as number;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

function variance(values: number[], center: number): number {
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

function pValue(t: number, freedom: number, alternative: Alternative): number {
  if (alternative === "greater") return tail(t, freedom);
  if (alternative === "less") return tail(-t, freedom);
  return 2 * tail(Math.abs(t), freedom);
}

/** The t that is exceeded with this probability, by halving an interval until nothing lies between its ends. */
function criticalT(probability: number, freedom: number): number {
  let [low, high] = [0, LARGEST_T];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (tail(middle, freedom) > probability) low = middle;
    else high = middle;
  }
}

/** Probability that Student's t exceeds the given one: half of the incomplete beta function, which has both tails. */
function tail(t: number, freedom: number): number {
  const a = freedom / 2;
  const [x, y] = [freedom / (freedom + t * t), 1 / (1 + freedom / (t * t))];
  const front = (x ** a * Math.sqrt(y) * gammaRatio(a)) / Math.sqrt(Math.PI);
  // Either fraction is right; each converges quickly on its side.
  const both = t * t < 1 ? 1 - (2 * front) / betaFraction(y, 0.5, a) : front / a / betaFraction(x, a, 0.5);
  return t > 0 ? both / 2 : 1 - both / 2;
}

/** The continued fraction of the incomplete beta function, from its end. */
function betaFraction(x: number, a: number, b: number): number {
  const odd = (m: number) => (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  let value = 1;
  for (let m = TERMS; m > 0; m -= 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    value = 1 + even / (1 + odd(m) / value);
  }
  return 1 + odd(0) / value;
}

/** Γ(a + 1/2) / Γ(a): its series where that is exact enough, below by recurrence. */
function gammaRatio(a: number): number {
  let factor = 1;
  let large = a;
  for (; large < SERIES_FROM; large += 1) factor *= large / (large + 0.5);
  return factor * Math.sqrt(large - 1 / 4 + 1 / (32 * large) + 1 / (128 * large ** 2));
}
