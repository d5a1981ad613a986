type CorrelateInput = { x: number[]; y: number[] };
type CorrelateOutput = { pearson: number; spearman: number; pairs: number };

/** Both coefficients: Spearman's is Pearson's of the ranks. */
export default function correlate({ x, y }: CorrelateInput): CorrelateOutput {
  if (x.length !== y.length) throw new Error(`x has ${x.length} values and y has ${y.length}: give pairs`);
  checkVaries(x, "x");
  checkVaries(y, "y");
  return { pearson: pearson(x, y), spearman: pearson(ranks(x), ranks(y)), pairs: x.length };
}

function checkVaries(values: number[], name: string): void {
  if (values.every((value) => value === values[0])) {
    throw new Error(`All values of ${name} are equal: correlation needs values that vary`);
  }
}

function pearson(x: number[], y: number[]): number {
  const [dx, dy] = [deviations(x), deviations(y)];
  const shared = sumOfProducts(dx, dy);
  const squared = (shared / sumOfProducts(dx, dx)) * (shared / sumOfProducts(dy, dy));
  // Rounding may carry it a little beyond 1.
  return Math.sign(shared) * Math.min(1, Math.sqrt(squared));
}

/** From the mean, in units of the largest one: so squares neither overflow nor vanish. */
function deviations(values: number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const found = values.map((value) => value - mean);
  const largest = Math.max(...found.map(Math.abs));
  return found.map((value) => value / largest);
}

function sumOfProducts(a: number[], b: number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

/** Twice the place in ascending order; equal values share the mean of their places. */
function ranks(values: number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length);
  let start = 0;
  for (const [place, { value }] of order.entries()) {
    if (order[place + 1]?.value === value) continue;
    for (const { index } of order.slice(start, place + 1)) found[index] = start + place;
    start = place + 1;
  }
  return found;
}
