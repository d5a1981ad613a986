type EstimateSampleSizeInput = {
  marginOfError: number;
  confidencePercent?: number;
  expectedProportion?: number;
  standardDeviation?: number;
  populationSize?: number;
  responseRatePercent?: number;
};
type EstimateSampleSizeOutput = { sampleSize: number; invitations: number; zScore: number };

const USUAL_CONFIDENCE = 95;
/** The proportion that varies most, and so needs most answers. */
const WORST_PROPORTION = 0.5;
const WIDEST = 7;

/** For a proportion, unless a standard deviation is given: then for a mean. */
export default function estimateSampleSize(input: EstimateSampleSizeInput): EstimateSampleSizeOutput {
  const { marginOfError, populationSize, standardDeviation, expectedProportion } = input;
  if (standardDeviation !== undefined && expectedProportion !== undefined) {
    throw new Error("Give expectedProportion for a proportion or standardDeviation for a mean, not both");
  }
  if (standardDeviation === undefined && marginOfError >= 1) {
    throw new Error(
      "For a proportion, marginOfError is a fraction below 1: write 0.05 for 5 percentage points",
    );
  }
  const p = expectedProportion ?? WORST_PROPORTION;
  const variance = standardDeviation === undefined ? p * (1 - p) : standardDeviation ** 2;
  const zScore = criticalZ((input.confidencePercent ?? USUAL_CONFIDENCE) / 100);
  const unlimited = Math.max(1, (zScore ** 2 * variance) / marginOfError ** 2);
  const corrected =
    populationSize === undefined ? unlimited : unlimited / (1 + (unlimited - 1) / populationSize);
  const sampleSize = roundUp(corrected);
  const invitations = roundUp((sampleSize * 100) / (input.responseRatePercent ?? 100));
  if (!Number.isSafeInteger(invitations))
    throw new Error("The sample would be too large: raise marginOfError");
  return { sampleSize, invitations, zScore };
}

/** A whole number stays one though rounding left a little dust above it. */
function roundUp(value: number): number {
  return Math.ceil(Number(value.toPrecision(12)));
}

/** Halves an interval until nothing lies between its ends: the z between which and -z this share of a normal distribution lies. */
function criticalZ(share: number): number {
  let [low, high] = [0, WIDEST];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (shareWithin(middle) < share) low = middle;
    else high = middle;
  }
}

/** The series z + z³/3 + z⁵/15 + … of positive terms, which loses no digits, times twice the density. */
function shareWithin(z: number): number {
  let sum = 0;
  let term = z;
  for (let odd = 1; sum + term > sum; odd += 2) {
    sum += term;
    term *= (z * z) / (odd + 2);
  }
  return 2 * sum * (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
}
