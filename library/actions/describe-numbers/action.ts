type DescribeInput = { values: number[]; sample?: boolean; percentiles?: number[] };
type DescribeOutput = {
  count: number;
  sum: number;
  mean: number;
  min: number;
  max: number;
  median: number;
  firstQuartile: number;
  thirdQuartile: number;
  modes: number[];
  outliers: number[];
  percentiles: { percentile: number; value: number }[];
  variance?: number;
  standardDeviation?: number;
};

/** Tukey's fences: a value further than this many interquartile ranges outside the quartiles is an outlier. */
const FENCE = 1.5;

/** Descriptive statistics; percentiles by linear interpolation between the closest ranks. */
export default function describeNumbers(input: DescribeInput): DescribeOutput {
  const sorted = input.values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const sum = sumOf(sorted);
  if (!Number.isFinite(sum)) throw new Error("The values are too large to be summed");
  const mean = sum / count;
  const firstQuartile = percentile(sorted, 25);
  const thirdQuartile = percentile(sorted, 75);
  const reach = FENCE * (thirdQuartile - firstQuartile);
  const description: DescribeOutput = {
    count,
    sum,
    mean,
    min: percentile(sorted, 0),
    max: percentile(sorted, 100),
    median: percentile(sorted, 50),
    firstQuartile,
    thirdQuartile,
    modes: modesOf(sorted),
    outliers: sorted.filter((value) => value < firstQuartile - reach || value > thirdQuartile + reach),
    percentiles: (input.percentiles ?? []).map((p) => ({ percentile: p, value: percentile(sorted, p) })),
  };
  // Bessel's correction: a sample estimates the variance of the population it was drawn from.
  const freedom = (input.sample ?? true) ? count - 1 : count;
  if (freedom > 0) {
    const variance = sumOf(sorted.map((value) => (value - mean) ** 2)) / freedom;
    if (!Number.isFinite(variance)) throw new Error("The values are too far apart for a variance");
    description.variance = variance;
    description.standardDeviation = Math.sqrt(variance);
  }
  return description;
}

/** Neumaier's sum: carries what rounding lost, so that small values beside large ones still count. */
function sumOf(values: number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

function percentile(sorted: number[], percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? 0;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** The most frequent values; none when every value occurs once. */
function modesOf(sorted: number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  const highest = Math.max(...counts.values());
  return highest === 1 ? [] : [...counts].filter(([, count]) => count === highest).map(([value]) => value);
}
