import type { Budget, Spent } from "@action-collective/protocol";
import { AmountError, BudgetSpentError } from "./errors.ts";

export const BUDGET_KINDS = ["calls", "tokens", "milliseconds", "messages"] as const;
type Amounts = Record<(typeof BUDGET_KINDS)[number], number>;

/** What one member, and all below it, used up. */
export interface Account {
  readonly id: string;
  readonly budget: Budget;
  readonly spent: Amounts;
}

export const nothingSpent = (): Amounts => ({ calls: 0, tokens: 0, milliseconds: 0, messages: 0 });

/** Reads each amount once: what a getter says the second time is not believed. */
function amountsOf(given: Partial<Spent>): Amounts {
  const amounts = nothingSpent();
  for (const kind of BUDGET_KINDS) {
    const amount: unknown = given[kind];
    if (amount === undefined) continue;
    if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 0)
      throw new AmountError(kind);
    amounts[kind] = amount;
  }
  return amounts;
}

/**
 * Charges every account of a chain (the spender first), or none of them.
 * @throws {AmountError | BudgetSpentError}
 */
export function charge(chain: readonly Account[], given: Partial<Spent>): void {
  const amounts = amountsOf(given);
  for (const { id, budget, spent } of chain)
    for (const kind of BUDGET_KINDS) {
      const left = (budget[kind] ?? Number.MAX_SAFE_INTEGER) - spent[kind];
      if (amounts[kind] > left) throw new BudgetSpentError(chain[0]?.id ?? id, kind, id, left);
    }
  for (const { spent } of chain) for (const kind of BUDGET_KINDS) spent[kind] += amounts[kind];
}

/** What the nearest bound of each kind leaves; a kind without a bound is left out. */
export function leftOf(chain: readonly Account[]): Budget {
  const left: Budget = {};
  for (const kind of BUDGET_KINDS)
    for (const { budget, spent } of chain) {
      const bound = budget[kind];
      if (bound === undefined) continue;
      left[kind] = Math.min(left[kind] ?? Number.MAX_SAFE_INTEGER, bound - spent[kind]);
    }
  return left;
}
