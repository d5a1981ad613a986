type BuildHistogramInput = { values: number[]; bins?: number; edges?: number[] };
type Bin = { from: number; to: number; count: number; sharePercent: number };
type BuildHistogramOutput = { bins: Bin[]; below: number; above: number };

/** More than that nobody looks at. */
const MOST_BINS = 200;
/** Edges need not be closer than this; powers of ten would leave the range of numbers. */
const LEAST_RANGE = 1e-200;
const NICE = [1, 2, 2.5, 5, 10];

/** Every bin holds its lower edge and not its upper one, except the last, which holds both. */
export default function buildHistogram({ values, bins, edges }: BuildHistogramInput): BuildHistogramOutput {
  if (bins !== undefined && edges !== undefined) throw new Error("Give either bins or edges, not both");
  const sorted = values.toSorted((a, b) => a - b);
  const borders = edges ?? (bins === undefined ? niceEdges(sorted) : equalEdges(sorted, bins));
  const wrong = borders.findIndex((edge, index) => index > 0 && edge <= (borders[index - 1] as number));
  if (wrong >= 0) {
    throw new Error(
      `Edges must ascend: edge ${wrong + 1} is not more than the one before; bins may be too narrow`,
    );
  }
  const last = borders.at(-1) as number;
  const below = countBelow(sorted, borders[0] as number);
  const above = sorted.filter((value) => value > last).length;
  const reached = borders.map((edge) => (edge === last ? sorted.length - above : countBelow(sorted, edge)));
  return {
    bins: borders.slice(1).map((to, index) => {
      const count = (reached[index + 1] as number) - (reached[index] as number);
      return { from: borders[index] as number, to, count, sharePercent: (count / values.length) * 100 };
    }),
    below,
    above,
  };
}

function equalEdges(sorted: number[], bins: number): number[] {
  const [least, most] = limits(sorted);
  const edges = Array.from({ length: bins }, (_, index) => least + ((most - least) * index) / bins);
  return [...edges, most];
}

/** Edges at round numbers, of about the width that suits the spread. */
function niceEdges(sorted: number[]): number[] {
  const [least, most] = limits(sorted);
  const wanted = Math.max(usualWidth(sorted, most - least), (most - least) / (MOST_BINS - 2));
  const exponent = Math.floor(Math.log10(wanted));
  const step = NICE.find((nice) => nice * 10 ** exponent >= wanted) ?? 1;
  const first = Math.floor(least / (step * 10 ** exponent));
  const end = Math.ceil(most / (step * 10 ** exponent));
  // Dividing by a whole power of ten gives 0.3 where multiplying gives 0.30000000000000004.
  const edge = (place: number) =>
    exponent < 0 ? (place * step) / 10 ** -exponent : place * step * 10 ** exponent;
  return Array.from({ length: end - first + 1 }, (_, index) => edge(first + index));
}

/** The narrower of two rules: Sturges for few values, Freedman and Diaconis for many. */
function usualWidth(sorted: number[], range: number): number {
  const sturges = range / (Math.log2(sorted.length) + 1);
  const quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const freedman = (2 * quartiles) / Math.cbrt(sorted.length);
  return freedman < LEAST_RANGE ? sturges : Math.min(sturges, freedman);
}

function quantile(sorted: number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place % 1);
}

/** Equal values get bins around them. */
function limits(sorted: number[]): [number, number] {
  const [least, most] = [sorted[0] as number, sorted.at(-1) as number];
  const margin = most - least < LEAST_RANGE ? Math.max(1, Math.abs(least)) / 2 : 0;
  return [least - margin, most + margin];
}

function countBelow(sorted: number[], edge: number): number {
  const found = sorted.findIndex((value) => value >= edge);
  return found < 0 ? sorted.length : found;
}
