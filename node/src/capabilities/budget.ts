import type { Budget, Spent } from "@action-collective/protocol";
import { BudgetSpentError } from "./errors.ts";
import type { Link } from "./link.ts";

/** What of a link budgets are counted by. */
export type Counted = Pick<Link, "agent" | "privileges" | "spent" | "reservedMs">;

export type Amounts = { readonly [K in keyof Spent]?: number | undefined };

export const SPENDABLE = ["calls", "tokens", "milliseconds", "messages"] as const satisfies (keyof Spent)[];

/** Left of the nearest bound; Infinity where none is set. Pure. */
export function leftOf(chain: readonly Counted[], what: keyof Spent): number {
  return Math.min(...chain.map((link) => leftOfOne(link, what)));
}

/** What bounds there are, and how much is left of each. Pure. */
export function leftOfAll(chain: readonly Counted[]): Budget {
  const known = SPENDABLE.map((what) => [what, leftOf(chain, what)] as const);
  return Object.fromEntries(known.filter(([, left]) => Number.isFinite(left)));
}

/** Counts all of it, for everybody in the chain, or nothing. @throws {BudgetSpentError} */
export function charge(chain: readonly Counted[], amounts: Amounts): void {
  for (const what of SPENDABLE) assertLeft(chain, what, amounts[what] ?? 0);
  add(chain, amounts);
}

/**
 * Counts what was used already: as far as the nearest bound, so that nobody uses up more of those above than they gave it.
 * @throws {BudgetSpentError} it was more; what fits was counted
 */
export function record(chain: readonly Counted[], amounts: Amounts): void {
  const fitting = SPENDABLE.map((what) => [what, Math.min(amounts[what] ?? 0, leftOf(chain, what))] as const);
  try {
    for (const what of SPENDABLE) assertLeft(chain, what, amounts[what] ?? 0);
  } finally {
    add(chain, Object.fromEntries(fitting));
  }
}

/** @throws {BudgetSpentError} less than that is left */
export function assertLeft(chain: readonly Counted[], what: keyof Spent, amount: number): void {
  const short = chain.find((link) => leftOfOne(link, what) < amount);
  if (short !== undefined) throw new BudgetSpentError(what, short.privileges.budget[what] ?? 0, short.agent);
}

export function add(chain: readonly Counted[], amounts: Amounts): void {
  // Where nothing bounds it, it stops at the largest number that is exact.
  for (const { spent } of chain)
    for (const what of SPENDABLE)
      spent[what] = Math.min(spent[what] + (amounts[what] ?? 0), Number.MAX_SAFE_INTEGER);
}

function leftOfOne({ privileges, spent, reservedMs }: Counted, what: keyof Spent): number {
  const bound = privileges.budget[what];
  if (bound === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, bound - spent[what] - (what === "milliseconds" ? reservedMs : 0));
}
