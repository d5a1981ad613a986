type Outside = "error" | "nearest" | "extend";
type InterpolateInput = {
  x: number[];
  y: number[];
  at: number[];
  method?: "linear" | "cubic";
  outside?: Outside;
};
type InterpolateOutput = { values: number[] };
/** A known point; bend is the second derivative of the curve there. */
type Knot = { x: number; y: number; bend: number };

/** A curve through all points: straight pieces, or the natural cubic spline, which is straight at its ends. */
export default function interpolate(input: InterpolateInput): InterpolateOutput {
  const { x, y, at, method = "linear", outside = "error" } = input;
  if (x.length !== y.length) throw new Error(`x has ${x.length} values and y has ${y.length}: give pairs`);
  const knots = x
    .map((value, index) => ({ x: value, y: y[index] as number, bend: 0 }))
    .sort((a, b) => a.x - b.x);
  const twice = knots.find((knot, index) => knot.x === knots[index + 1]?.x);
  if (twice !== undefined)
    throw new Error(`x = ${twice.x} comes twice: keep one of its points, or their mean`);
  if (method === "cubic") bendSmoothly(knots);
  const values = at.map((place) => valueAt(place, knots, outside));
  if (!values.every(Number.isFinite)) throw new Error("The curve is too steep for floating-point numbers");
  return { values };
}

/** Solves for the bends that make slopes meet at every inner knot: three unknowns a row, eliminated downwards. */
function bendSmoothly(knots: Knot[]): void {
  const factors = [0];
  for (let row = 1; row < knots.length - 1; row += 1) {
    const [before, knot, after] = knots.slice(row - 1, row + 2) as [Knot, Knot, Knot];
    const [left, right] = [knot.x - before.x, after.x - knot.x];
    const turn = slope(knot, after) - slope(before, knot);
    const pivot = 2 * (left + right) - left * (factors[row - 1] as number);
    factors.push(right / pivot);
    knot.bend = (6 * turn - left * before.bend) / pivot;
  }
  for (let row = knots.length - 2; row > 0; row -= 1) {
    const [knot, after] = knots.slice(row, row + 2) as [Knot, Knot];
    knot.bend -= (factors[row] as number) * after.bend;
  }
}

function slope(a: Knot, b: Knot): number {
  return (b.y - a.y) / (b.x - a.x);
}

function valueAt(place: number, knots: Knot[], outside: Outside): number {
  const [first, second] = knots as [Knot, Knot];
  const [previous, last] = knots.slice(-2) as [Knot, Knot];
  if (place < first.x) return beyond(place, first, second, outside);
  if (place > last.x) return beyond(place, last, previous, outside);
  const index = Math.min(countUpTo(place, knots), knots.length - 1);
  return between(place, knots[index - 1] as Knot, knots[index] as Knot);
}

/** By halving: how many knots do not lie behind the place. */
function countUpTo(place: number, knots: Knot[]): number {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((knots[middle] as Knot).x <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function between(place: number, a: Knot, b: Knot): number {
  const width = b.x - a.x;
  const [toA, toB] = [place - a.x, b.x - place];
  const straight = (a.y * toB + b.y * toA) / width;
  return straight - (toA * toB * (a.bend * (width + toB) + b.bend * (width + toA))) / (6 * width);
}

function beyond(place: number, end: Knot, inner: Knot, outside: Outside): number {
  if (outside === "error") {
    throw new Error(`${place} lies outside the given x: set outside to "nearest" or "extend" to allow that`);
  }
  if (outside === "nearest") return end.y;
  const steepness = slope(end, inner) - ((inner.x - end.x) * inner.bend) / 6;
  return end.y + steepness * (place - end.x);
}
