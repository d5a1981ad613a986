/** Points of the curve less one: no corner can be seen at the width of a card. */
const STEPS = 96;

/** The likeliest values of "how often does it serve", as a curve: x from 0 to 1, y from 0 to 1 at the highest. */
export interface Belief {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly mean: number;
}

/** The density of Beta(1 + passes, 1 + failures), as high as 1 at its peak. Pure. */
export function beliefOf(passes: number, failures: number): Belief {
  const log = (x: number) => part(passes, x) + part(failures, 1 - x);
  const mode = passes + failures === 0 ? 0.5 : passes / (passes + failures);
  const peak = log(mode);
  const points = Array.from({ length: STEPS + 1 }, (_, i) => {
    const x = i / STEPS;
    return { x, y: Math.exp(log(x) - peak) };
  });
  return { points, mean: (1 + passes) / (2 + passes + failures) };
}

/** Nothing to the power of nothing is one here. */
function part(weight: number, x: number): number {
  return weight === 0 ? 0 : weight * Math.log(x);
}
