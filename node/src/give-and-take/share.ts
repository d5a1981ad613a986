import {
  FREE_BYTES,
  HALF_LOSS_BYTES,
  HALF_MERIT_BYTES,
  HALF_MERIT_RUNS,
  HALF_MERIT_TRUST,
  LARGEST_SHARE,
  LEAST_SHARE,
  NEWCOMER_SHARE,
  UNKNOWN_RELIABILITY,
} from "./limits.ts";

/** What a peer did for this one and for those it trusts, and what it had in return. Counts, and sizes in bytes. */
export interface Merits {
  /**
   * How far it is believed as a rater, 0 to 1: by its verdicts that this peer's own tests proved right or wrong, and by what
   * the user says of it. Not by how many were right: to repeat what others said costs nothing.
   */
  readonly reliability: number;
  /** Runs here of actions that it published and that went well. */
  readonly useful: number;
  /** Given to it. */
  readonly givenBytes: number;
  /** Taken from it: blocks and records that were wanted, and new. */
  readonly takenBytes: number;
  /** How much of this peer's own belief ends there, 0 to 1: how far its user and those it trusts vouch for it. */
  readonly trust: number;
  /** Its key proved worthless, or the user says that it acts in bad faith. */
  readonly shunned: boolean;
}

export const NO_MERITS: Merits = {
  reliability: UNKNOWN_RELIABILITY,
  useful: 0,
  givenBytes: 0,
  takenBytes: 0,
  trust: 0,
  shunned: false,
};

/**
 * How much of a newcomer's ration a peer gets where there is not enough for all, from `LEAST_SHARE` to `LARGEST_SHARE`.
 * Right verdicts, useful actions, bytes and the trust of others add up to one each; to be wrong, and to take far more than
 * was given, costs up to what lies between a newcomer and the least each. So the worst that a new key can escape is the
 * least, and the best it can get is a newcomer's ration. Pure.
 */
export function shareOf(merits: Merits): number {
  const { reliability, useful, givenBytes, takenBytes, trust, shunned } = merits;
  if (shunned) return LEAST_SHARE;
  const believed = Math.min(Math.max(reliability / UNKNOWN_RELIABILITY - 1, -1), 1);
  const owed = Math.max(0, givenBytes - takenBytes - FREE_BYTES);
  const gained =
    Math.max(believed, 0) +
    part(useful, HALF_MERIT_RUNS) +
    part(takenBytes, HALF_MERIT_BYTES) +
    part(trust, HALF_MERIT_TRUST);
  const lost = (NEWCOMER_SHARE - LEAST_SHARE) * (Math.max(-believed, 0) + part(owed, HALF_LOSS_BYTES));
  return Math.min(Math.max(NEWCOMER_SHARE + gained - lost, LEAST_SHARE), LARGEST_SHARE);
}

/** From 0 towards 1, one half at `half`. */
function part(amount: number, half: number): number {
  return amount > 0 ? amount / (amount + half) : 0;
}
