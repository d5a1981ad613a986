import type { Score, Standing } from "@action-collective/protocol";

/** One peer's word on an action, and how far this peer believes that rater (0 to 1). */
export interface WeighedVerdict {
  readonly outcome: "pass" | "fail" | "unknown";
  readonly reliability: number;
}

export interface WeighedFeedback {
  readonly runs: number;
  readonly succeeded: number;
  readonly useful: number;
  readonly useless: number;
  readonly reliability: number;
}

export interface WeighedEvidence {
  readonly standing: Standing;
  /** Share of mutants that the unit test noticed here, 0 to 1; undefined while nobody measured it. */
  readonly strength?: number | undefined;
  /** Verdicts of others; the action's own publishers' are left out: self-praise says nothing. */
  readonly verdicts: readonly WeighedVerdict[];
  readonly feedback: readonly WeighedFeedback[];
}

/** A test that ran here outweighs a few strangers who say the same… */
const OWN_PASS = 3;
/** …but a pass of a test that notices nothing is worth half of one that notices everything. */
const WEAKEST_PASS = 0.5;
/** Until it was measured: the middle, so that measuring can speak for an action or against it. */
const UNMEASURED = 0.5;
/** A failure costs more than a pass earns: a bad action does more harm than a good one helps. */
const FAIL_WEIGHT = 2;
/** Feedback is an opinion about usefulness, not a reproducible run. */
const FEEDBACK_WEIGHT = 0.3;
/** However many runs one peer reports, it is one peer. */
const FEEDBACK_RUNS_COUNTED = 10;
/** One-sided 90 % bound of the normal approximation. */
const Z = 1.2816;

/**
 * A cautious estimate, 0 to 1, that the next run will serve: the lower confidence bound of a Beta(1 + passes,
 * 1 + failures) distribution over weighted evidence. An action whose test failed here scores 0, whoever praises it.
 */
export function scoreAction({ standing, strength = UNMEASURED, verdicts, feedback }: WeighedEvidence): Score {
  let passes = standing === "passed" ? OWN_PASS * (WEAKEST_PASS + (1 - WEAKEST_PASS) * strength) : 0;
  let failures = 0;
  const counts = { pass: 0, fail: 0 };
  for (const { outcome, reliability } of verdicts) {
    if (outcome === "pass") passes += reliability;
    if (outcome === "fail") failures += FAIL_WEIGHT * reliability;
    if (outcome !== "unknown") counts[outcome] += 1;
  }
  const totals = { peers: 0, runs: 0, succeeded: 0, useful: 0, useless: 0 };
  for (const said of feedback) {
    const good = said.succeeded + said.useful;
    const all = said.runs + said.useful + said.useless;
    const share = Math.min(all, FEEDBACK_RUNS_COUNTED) / Math.max(all, 1);
    passes += FEEDBACK_WEIGHT * said.reliability * good * share;
    failures += FEEDBACK_WEIGHT * said.reliability * (all - good) * share;
    totals.peers += 1;
    totals.runs += said.runs;
    totals.succeeded += said.succeeded;
    totals.useful += said.useful;
    totals.useless += said.useless;
  }
  const value = standing === "failed" ? 0 : lowerBound(passes, failures);
  return { value, verdicts: counts, feedback: totals };
}

/** Lower bound of Beta(1 + passes, 1 + failures), 0 to 1. */
export function lowerBound(passes: number, failures: number): number {
  const a = 1 + passes;
  const b = 1 + failures;
  const mean = a / (a + b);
  const deviation = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
  return Math.min(1, Math.max(0, mean - Z * deviation));
}

/**
 * How far a rater is believed, 0 to 1, from how often its verdicts agreed with those computed here; one half for a
 * stranger. Disagreement weighs three times: (1 + a) / (2 + a + 3d).
 */
export function reliability(agreements: number, disagreements: number): number {
  return (1 + agreements) / (2 + agreements + 3 * disagreements);
}
