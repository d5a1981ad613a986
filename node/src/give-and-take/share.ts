import {
  FREE_BYTES,
  HALF_LOSS_BYTES,
  HALF_LOSS_VERDICTS,
  HALF_MERIT_BYTES,
  HALF_MERIT_RUNS,
  HALF_MERIT_TRUST,
  HALF_MERIT_VERDICTS,
  LARGEST_SHARE,
  LEAST_SHARE,
  NEWCOMER_SHARE,
  RIGHT_FOR_A_WRONG,
} from "./limits.ts";

/** What a peer did for this one and for those it trusts, and what it had in return. Counts, and sizes in bytes. */
export interface Merits {
  /** Verdicts of it that this peer's own tests proved right, and wrong. */
  readonly right: number;
  readonly wrong: number;
  /** Runs here of actions that it published and that went well. */
  readonly useful: number;
  /** Given to it. */
  readonly givenBytes: number;
  /** Taken from it: blocks and records that were wanted, and new. */
  readonly takenBytes: number;
  /** Its share of what this peer believes of others, 0 to 1: how far those it trusts vouch for it. */
  readonly trust: number;
  /** Its key proved worthless, or the user distrusts it altogether. */
  readonly shunned: boolean;
}

export const NO_MERITS: Merits = {
  right: 0,
  wrong: 0,
  useful: 0,
  givenBytes: 0,
  takenBytes: 0,
  trust: 0,
  shunned: false,
};

/**
 * How much of a newcomer's ration a peer gets where there is not enough for all, from `LEAST_SHARE` to `LARGEST_SHARE`.
 * Right verdicts, useful actions, bytes and the trust of others add up to one each; wrong verdicts, and taking far more than
 * was given, cost up to what lies between a newcomer and the least each. So the worst that a new key can escape is the
 * least, and the best it can get is a newcomer's ration. Pure.
 */
export function shareOf(merits: Merits): number {
  const { right, wrong, useful, givenBytes, takenBytes, trust, shunned } = merits;
  if (shunned) return LEAST_SHARE;
  const verdicts = right - RIGHT_FOR_A_WRONG * wrong;
  const owed = Math.max(0, givenBytes - takenBytes - FREE_BYTES);
  const gained =
    part(verdicts, HALF_MERIT_VERDICTS) +
    part(useful, HALF_MERIT_RUNS) +
    part(takenBytes, HALF_MERIT_BYTES) +
    part(trust, HALF_MERIT_TRUST);
  const lost =
    (NEWCOMER_SHARE - LEAST_SHARE) * (part(-verdicts, HALF_LOSS_VERDICTS) + part(owed, HALF_LOSS_BYTES));
  return Math.min(Math.max(NEWCOMER_SHARE + gained - lost, LEAST_SHARE), LARGEST_SHARE);
}

/** From 0 towards 1, one half at `half`. */
function part(amount: number, half: number): number {
  return amount > 0 ? amount / (amount + half) : 0;
}
