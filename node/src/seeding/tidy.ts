import { setImmediate } from "node:timers/promises";
import type { Holding } from "../catalogue/holdings.ts";
import { RECONSIDERED_AT_ONCE, TIDY_PAGE } from "./limits.ts";
import type { SeedingParts } from "./parts.ts";
import { type HeldAction, isScarce, planDrops } from "./plan.ts";
import { worthOf } from "./worth.ts";

/**
 * Drops what the rules do not let stay. The candidates are those whose worth was lowest when it was last computed, a page
 * at a time, each looked at anew. @returns how many were dropped.
 */
export async function tidy(parts: SeedingParts, signal: AbortSignal): Promise<number> {
  const { catalogue, bundles, rules, clock } = parts;
  const { holdings } = catalogue;
  let dropped = 0;
  while (!signal.aborted && holdings.totals().bytes > rules.quotaBytes) {
    const candidates = catalogue.transaction(() =>
      holdings.lowest(TIDY_PAGE).map((holding) => appraised(holding, parts)),
    );
    const plan = planDrops({ candidates, bytes: holdings.totals().bytes, rules, now: clock() });
    let went = 0;
    for (const id of plan) {
      if (signal.aborted) break;
      if (await bundles.drop(id)) went++;
    }
    dropped += went;
    if (went === 0) break;
  }
  return dropped;
}

/** Drops all that the user's policy refuses, whatever the room. @returns how many were dropped. */
export async function dropRefused(parts: SeedingParts, signal: AbortSignal): Promise<number> {
  const { catalogue, bundles, refused } = parts;
  let dropped = 0;
  let after = "";
  while (!signal.aborted) {
    const page = catalogue.holdings.page(after, RECONSIDERED_AT_ONCE);
    for (const { id } of page) {
      after = id;
      if (!signal.aborted && refused(id) && (await bundles.drop(id))) dropped++;
    }
    if (page.length < RECONSIDERED_AT_ONCE) break;
    await setImmediate();
  }
  return dropped;
}

/** Looks anew at those that were looked at longest ago. @returns how many were dropped: refused, or as the rules' mode wants. */
export async function lookAnew(parts: SeedingParts, most: number, signal: AbortSignal): Promise<number> {
  const { catalogue, bundles, rules, clock, refused } = parts;
  const candidates = catalogue.transaction(() =>
    catalogue.holdings.longestUnseen(most).map((holding) => appraised(holding, parts)),
  );
  // Room is made by `tidy`, from the lowest of all and not of these few.
  const bytes = Math.min(catalogue.holdings.totals().bytes, rules.quotaBytes);
  let dropped = 0;
  const unwanted = candidates.map(({ id }) => id).filter(refused);
  for (const id of new Set([...unwanted, ...planDrops({ candidates, bytes, rules, now: clock() })])) {
    if (signal.aborted) break;
    if (await bundles.drop(id)) dropped++;
  }
  return dropped;
}

/** What is known of it now; its worth is written down for the next time. */
function appraised(holding: Holding, { catalogue, facts, clock }: SeedingParts): HeldAction {
  const { id, bytes, since, blocks } = holding;
  const held: HeldAction = { ...facts(id), bytes, since, blocks };
  const now = clock();
  catalogue.holdings.appraise(id, worthOf(held, now), isScarce(held), now);
  return held;
}
