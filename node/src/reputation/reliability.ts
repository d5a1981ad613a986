import type { TrustLevel } from "@action-collective/protocol";
import { DISAGREEMENT, OFTEN_WRONG, VOUCHED } from "./constants.ts";

/** What a rater's audits add up to. Integers throughout, so that no order of adding changes the sum. */
export interface Tally {
  agreements: number;
  disagreements: number;
  /** Agreements on passes and on failures, that nobody had voiced before; in `CREDIT_UNIT`s. */
  passCredit: number;
  failCredit: number;
}

/** One agreement that nobody had said before. */
export const CREDIT_UNIT = 1 << 20;

/**
 * An agreement that others had voiced before is worth nothing. At 1/(1 + repeated)², newcomers who copied the first word on
 * everything got a larger share of trust than silent ones; honest raters speak first often enough.
 */
export function creditOf(repeated: number): number {
  return repeated === 0 ? CREDIT_UNIT : 0;
}

/** How much it says to be right about a pass, and about a failure, 0 to 1. */
export interface Rarity {
  readonly pass: number;
  readonly fail: number;
}

/**
 * Nearly everything passes, so "pass" is right by chance: agreement counts as far as the outcome was not to be expected
 * (Laplace's estimate over this peer's own results), fully from one in two on.
 */
export function rarityOf(passed: number, failed: number): Rarity {
  const pass = (1 + passed) / (2 + passed + failed);
  return { pass: Math.min(1, 2 * (1 - pass)), fail: Math.min(1, 2 * pass) };
}

/** Agreements of a rater that say something about it. */
export function informative({ passCredit, failCredit }: Tally, rarity: Rarity): number {
  return (passCredit * rarity.pass + failCredit * rarity.fail) / CREDIT_UNIT;
}

/**
 * How far a rater is believed, 0 to 1: (1 + a) / (2 + a + 3d), one half for somebody of whom nothing is known.
 *
 * @param agreements informative ones
 * @param level what the user says of it; vouching is worth some agreements
 */
export function reliability(agreements: number, disagreements: number, level: TrustLevel = 0): number {
  if (level === -2) return 0;
  const right = agreements + (level > 0 ? VOUCHED[level as 1 | 2] : 0);
  const value = (1 + right) / (2 + right + DISAGREEMENT * disagreements);
  return level === -1 ? OFTEN_WRONG * value : value;
}
