import { AUTHOR_BAD, AUTHOR_PASS } from "./constants.ts";
import { lowerBound, type Weighed } from "./score.ts";

/** An author as a whole: 0 for whoever is new, and for the worst. */
export interface AuthorView {
  readonly score: number;
  readonly actions: number;
  readonly good: number;
  readonly bad: number;
}

/** How far one action speaks for its author and against, 0 to 1 in all: the more is known of it, the more. */
export function partOf({ passes, failures }: Weighed, failedHere: boolean): { good: number; bad: number } {
  if (failedHere) return { good: 0, bad: 1 };
  const all = passes + failures;
  return { good: passes / (1 + all), bad: failures / (1 + all) };
}

/**
 * 0 to 1 from what its actions add up to. The bound of somebody of whom nothing is known is 0, and nobody falls below it:
 * so a new key gains nothing over the worst reputation, and a bad author nothing by starting again.
 */
export function authorScore(good: number, bad: number): number {
  const nothing = lowerBound(0, 0);
  return Math.max(0, (lowerBound(good, AUTHOR_BAD * bad) - nothing) / (1 - nothing));
}

/** What its authors add to an action: the best of them, so that many keys add no more than one. */
export function authorPasses(score: number): number {
  return AUTHOR_PASS * score;
}
