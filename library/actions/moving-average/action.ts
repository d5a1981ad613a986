type Method = "simple" | "weighted" | "exponential";
type MovingAverageInput = {
  values: number[];
  window: number;
  method?: Method;
  weights?: number[];
  smoothing?: number;
  partial?: boolean;
};
type MovingAverageOutput = { averages: (number | null)[] };

/** Each average looks back, from its own place over a window of values. */
export default function movingAverage(input: MovingAverageInput): MovingAverageOutput {
  const { values, window, method = "simple", partial = false } = input;
  const averages =
    method === "exponential" ? exponential(values, input) : weighted(values, weightsOf(input, method));
  return { averages: averages.map((average, index) => (partial || index >= window - 1 ? average : null)) };
}

/** Oldest first. */
function weightsOf({ window, weights }: MovingAverageInput, method: Method): number[] {
  if (method === "simple") return new Array<number>(window).fill(1);
  if (weights === undefined) return Array.from({ length: window }, (_, index) => index + 1);
  if (weights.length !== window) {
    throw new Error(`There are ${weights.length} weights for a window of ${window}: give one for each place`);
  }
  if (weights.at(-1) === 0) throw new Error("The last weight, of the newest value, must be more than 0");
  return weights;
}

/** At the start, only the newest weights find values. */
function weighted(values: number[], weights: number[]): number[] {
  return values.map((_, place) => {
    let sum = 0;
    let total = 0;
    for (let back = Math.min(place, weights.length - 1); back >= 0; back -= 1) {
      const weight = weights[weights.length - 1 - back] as number;
      sum += weight * (values[place - back] as number);
      total += weight;
    }
    return sum / total;
  });
}

/** Starts at the first value; then each new value moves the average by a share of their difference. */
function exponential(
  values: number[],
  { window, smoothing = 2 / (window + 1) }: MovingAverageInput,
): number[] {
  let average = values[0] as number;
  return values.map((value) => {
    average += smoothing * (value - average);
    return average;
  });
}
