import type { Standing } from "@action-collective/protocol";
import type { Counters } from "../catalogue/types.ts";
import {
  BRANCH_FLOOR,
  BRANCH_PART,
  FAIL_WEIGHT,
  FEEDBACK_RUNS_COUNTED,
  FEEDBACK_WEIGHT,
  HALF_LIFE_MS,
  OWN_PASS,
  STRANGER_VOICE,
  STRANGERS_MOST,
  UNMEASURED,
  WEAKEST_PASS,
  Z,
} from "./constants.ts";

/** Weighted evidence for and against. */
export interface Weighed {
  readonly passes: number;
  readonly failures: number;
}

/** What this peer's own passed test adds, by the share of mutants that it noticed. */
export function ownPasses(standing: Standing, strength: number = UNMEASURED): number {
  return standing === "passed" ? OWN_PASS * (WEAKEST_PASS + (1 - WEAKEST_PASS) * strength) : 0;
}

/** What is left of a word after so long, 0 to 1. */
export function freshness(ageMs: number): number {
  return 2 ** (-Math.max(0, ageMs) / HALF_LIFE_MS);
}

/**
 * What my own use adds: every run that I counted, up to the bound. A run that was called useless is no success, although
 * something came back.
 */
export function ownFeedback({ runs, succeeded, useful, useless }: Counters): Weighed {
  const good = Math.max(0, succeeded - useless) + useful;
  const all = good + runs - succeeded + useless;
  const each = (FEEDBACK_WEIGHT * Math.min(all, FEEDBACK_RUNS_COUNTED)) / Math.max(all, 1);
  return { passes: each * good, failures: FAIL_WEIGHT * each * (all - good) };
}

/** What somebody else's use adds, fully believed: at most `FEEDBACK_WEIGHT`, for nobody can check it. */
export function othersFeedback(counters: Counters): Weighed {
  const { passes, failures } = ownFeedback(counters);
  return { passes: passes / FEEDBACK_RUNS_COUNTED, failures: failures / FEEDBACK_RUNS_COUNTED };
}

/**
 * How loud strangers speak on one action, each times its reliability.
 *
 * @param reliabilities of all of them, summed: so that one more who says "pass" never makes the passes fewer
 */
export function strangerVoice(reliabilities: number): number {
  return Math.min(STRANGER_VOICE, STRANGERS_MOST / reliabilities);
}

/**
 * The most that one branch may add to one side, so that it is at most a third of what is counted there. Each side is
 * capped by itself: were it the sum, praise could make room for slander, and more good evidence could lower a score.
 *
 * @param branches what each says before the cap
 * @param rest what is not capped
 * @param unit what a full voice says: 1 for passes, `FAIL_WEIGHT` for failures
 */
export function branchLimit(branches: readonly number[], rest: number, unit: number): number {
  const sorted = branches.toSorted((a, b) => b - a);
  let others = rest + sorted.reduce((sum, weight) => sum + weight, 0);
  let limit = Number.POSITIVE_INFINITY;
  // With k of them capped: all = others + k · part · all. Three thirds would be everything, so two can be too big at most.
  for (let capped = 0; capped <= 2; capped++) {
    limit = (BRANCH_PART * others) / (1 - capped * BRANCH_PART);
    const largest = sorted[capped];
    if (largest === undefined || largest <= limit) break;
    others -= largest;
  }
  return Math.max(limit, unit * BRANCH_FLOOR);
}

/**
 * A cautious estimate, 0 to 1, that the next run will serve: the lower confidence bound of Beta(1 + passes,
 * 1 + failures), by the normal approximation.
 */
export function lowerBound(passes: number, failures: number): number {
  const a = 1 + passes;
  const b = 1 + failures;
  const mean = a / (a + b);
  const deviation = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
  return Math.min(1, Math.max(0, mean - Z * deviation));
}
