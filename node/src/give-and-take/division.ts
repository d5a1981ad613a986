import { EARNED_SHARE } from "./limits.ts";

/** How one rate is divided among those who want it. */
export interface Division {
  /** Of the rate, for one unit of share. */
  readonly perShare: { readonly earned: number; readonly newcomer: number };
  /** Of the rate, for all newcomers together. */
  readonly newcomersRate: number;
}

/**
 * In proportion to their shares, but for one thing: those without an earned share together count for no more than those
 * with one, if there are any. Whoever makes a thousand keys divides among a thousand what a few would have had. Pure.
 * @param shares of those who want something now
 */
export function divide(shares: readonly number[], perSecond: number): Division {
  let earned = 0;
  let newcomers = 0;
  for (const share of shares) {
    if (share < EARNED_SHARE) newcomers += share;
    else earned += share;
  }
  const counted = earned > 0 ? Math.min(newcomers, earned) : newcomers;
  const all = earned + counted;
  const rate = all > 0 ? perSecond / all : perSecond;
  return {
    perShare: { earned: rate, newcomer: newcomers > 0 ? (rate * counted) / newcomers : rate },
    // Where none of them is counted yet, the first may begin.
    newcomersRate: newcomers > 0 ? rate * counted : perSecond / 2,
  };
}
