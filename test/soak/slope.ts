/** A straight line through samples, and how sure it is. */
export interface Slope {
  /** By how much the value grows in an hour. */
  readonly perHour: number;
  /** Half the width of the 95 % confidence interval of that. */
  readonly uncertainty: number;
  /** Whether 0 lies outside the interval. */
  readonly distinguishable: boolean;
}

export interface Sample {
  /** Hours since the beginning. */
  readonly hours: number;
  readonly value: number;
}

/** Two-sided 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom; beyond, the normal distribution's is near enough. */
const STUDENT = [
  12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

/**
 * Ordinary least squares. Neighbouring samples resemble each other, which makes the plain standard error too small: it is
 * widened by the residuals' first autocorrelation, as for an AR(1) process (√((1 + r) / (1 − r))).
 * @returns undefined for fewer than three samples, or samples that are all of one moment
 */
export function slopeOf(samples: readonly Sample[]): Slope | undefined {
  const count = samples.length;
  if (count < 3) return undefined;
  const meanHours = mean(samples.map(({ hours }) => hours));
  const meanValue = mean(samples.map(({ value }) => value));
  const spread = sum(samples.map(({ hours }) => (hours - meanHours) ** 2));
  if (spread === 0) return undefined;
  const shared = sum(samples.map(({ hours, value }) => (hours - meanHours) * (value - meanValue)));
  const perHour = shared / spread;
  const residuals = samples.map(({ hours, value }) => value - meanValue - perHour * (hours - meanHours));
  const squares = sum(residuals.map((residual) => residual ** 2));
  const neighbours = sum(residuals.slice(1).map((residual, at) => residual * (residuals[at] ?? 0)));
  const likeness = squares === 0 ? 0 : Math.min(Math.max(neighbours / squares, 0), 0.99);
  const error = Math.sqrt(squares / (count - 2) / spread) * Math.sqrt((1 + likeness) / (1 - likeness));
  const uncertainty = error * (STUDENT[count - 3] ?? NORMAL);
  return { perHour, uncertainty, distinguishable: Math.abs(perHour) > uncertainty };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
