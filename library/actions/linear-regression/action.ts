type LinearRegressionInput = { x: number[]; y: number[]; predictAt?: number[] };
type LinearRegressionOutput = {
  slope: number;
  intercept: number;
  rSquared: number | null;
  standardError: number | null;
  slopeStandardError: number | null;
  residuals: number[];
  predictions: number[];
};

/** The slope and the intercept use up two of the points. */
const PARAMETERS = 2;

/** The straight line with the least sum of squared vertical distances. */
export default function linearRegression({
  x,
  y,
  predictAt = [],
}: LinearRegressionInput): LinearRegressionOutput {
  if (x.length !== y.length) throw new Error(`x has ${x.length} values and y has ${y.length}: give pairs`);
  const [meanX, meanY] = [mean(x), mean(y)];
  // Differences from the means keep the digits that sums of large squares would lose.
  const [dx, dy] = [x.map((value) => value - meanX), y.map((value) => value - meanY)];
  const squaresX = sumOfProducts(dx, dx);
  const slope = sumOfProducts(dx, dy) / squaresX;
  if (areEqual(x) || !Number.isFinite(slope)) {
    throw new Error("All x are equal, or nearly, so no line is determined: give different x");
  }
  const residuals = dy.map((value, index) => value - slope * (dx[index] as number));
  const unexplained = sumOfProducts(residuals, residuals);
  const squaresY = sumOfProducts(dy, dy);
  const freedom = x.length - PARAMETERS;
  const standardError = freedom > 0 ? Math.sqrt(unexplained / freedom) : null;
  return {
    slope,
    intercept: meanY - slope * meanX,
    // Squares of the smallest numbers vanish.
    rSquared: areEqual(y) || squaresY === 0 ? null : 1 - unexplained / squaresY,
    standardError,
    slopeStandardError: standardError === null ? null : standardError / Math.sqrt(squaresX),
    residuals,
    predictions: predictAt.map((value) => meanY + slope * (value - meanX)),
  };
}

/** The spread cannot tell: a mean of equal values may be off by rounding. */
function areEqual(values: number[]): boolean {
  return values.every((value) => value === values[0]);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfProducts(a: number[], b: number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
