import type { Score, Standing } from "@action-collective/protocol";

/**
 * Reputation and verdicts may only colour relevance, never lift what is irrelevant: together they take away at most
 * 15 %. What is less relevant than that by more stays behind, whatever anybody says of it. nDCG@10 on BFCL / Seal-Tools
 * (500 queries each, BM25F with all-MiniLM-L6-v2) without factors 77.8 / 91.5; with random ones from 0.85 to 1 76.6 /
 * 91.6, from 0.7 75.5 / 90.0; where every right answer has 0.85 and every wrong one 1, 64.7 / 84.2, with 0.7 49.8 / 67.0;
 * the other way round, 88.2 / 95.9. So bad luck costs a point, and a reputation that knows what is good is worth ten.
 */
export const LEAST_FACTOR = 0.85;
/** What a score of 0 leaves of the relevance; a score of 1 leaves all. */
const LEAST_REPUTATION = 0.9;
/** What is left of an action that nobody has proved: a little less than the reputation can take. */
const LEAST_VERDICTS = 0.95;
/** Verdicts of others that are worth half of a proof made here. */
const HALF_PROOF = 2;

export interface Colour {
  readonly reputation: number;
  readonly verdicts: number;
}

/**
 * A test that passed on this machine is a proof; those of others come near it with their number and never reach it.
 * What failed here is not offered at all (see `mayOffer`), so it has no colour.
 */
export function colourOf(standing: Standing, score: Score): Colour {
  return {
    reputation: LEAST_REPUTATION + (1 - LEAST_REPUTATION) * share(score.value),
    verdicts: LEAST_VERDICTS + (1 - LEAST_VERDICTS) * proofOf(standing, score.verdicts),
  };
}

/** Relevance, coloured. */
export function scoreOf(relevance: number, { reputation, verdicts }: Colour): number {
  return relevance * Math.min(1, Math.max(LEAST_FACTOR, reputation * verdicts));
}

function proofOf(standing: Standing, { pass, fail }: Score["verdicts"]): number {
  if (standing === "passed") return 1;
  const net = Math.max(0, pass - fail);
  return net / (net + HALF_PROOF);
}

/** Whatever a caller computes, it stays a share; not-a-number counts as nothing. */
function share(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value));
}
