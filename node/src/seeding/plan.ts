import type { ActionId } from "@action-collective/protocol";
import {
  ASSUMED_BYTES,
  FREE_TO,
  POPULAR_FROM,
  REFILL_BELOW,
  SCARCE_BELOW,
  UNUSED_GRACE_MS,
} from "./limits.ts";
import { type SeedFacts, worthOf } from "./worth.ts";

/** `used`: only what ran here stays. `verified`: what passed here stays as well, as far as there is room. */
export const SEED_MODES = ["used", "verified"] as const;
export type SeedMode = (typeof SEED_MODES)[number];

export interface SeedRules {
  readonly mode: SeedMode;
  /** For blocks of strangers' actions; 0 keeps none of them. */
  readonly quotaBytes: number;
}

/** A block that an action needs, and how many actions held here need it, this one and one's own included. */
export interface HeldBlock {
  readonly block: string;
  readonly bytes: number;
  readonly sharers: number;
}

/** A stranger's action that is held here. One's own and the starter library's are never among them. */
export interface HeldAction extends SeedFacts {
  /** Since when it is held. */
  readonly since: number;
  readonly blocks: readonly HeldBlock[];
}

export interface DropQuestion {
  /** Those that may go: all that are held, or those of the lowest worth. */
  readonly candidates: readonly HeldAction[];
  /** What strangers' blocks take now, each block once. */
  readonly bytes: number;
  readonly rules: SeedRules;
  readonly now: number;
}

/**
 * Which actions to let go, the first to go first: in mode `used` those that did not run within the grace time, then,
 * when over the quota, the lowest worth until a little below it. Pure.
 */
export function planDrops({ candidates, bytes, rules, now }: DropQuestion): ActionId[] {
  const sharers = new Map<string, number>();
  for (const { blocks } of candidates)
    for (const { block, sharers: count } of blocks) sharers.set(block, count);
  let left = bytes;
  const drops: ActionId[] = [];
  const drop = ({ id, blocks }: HeldAction) => {
    drops.push(id);
    for (const { block, bytes: size } of blocks) {
      const others = (sharers.get(block) ?? 1) - 1;
      sharers.set(block, others);
      if (others === 0) left -= size;
    }
  };
  const unused = (held: HeldAction) =>
    rules.mode === "used" && held.lastUsed === undefined && now - held.since >= UNUSED_GRACE_MS;
  for (const held of candidates) if (unused(held)) drop(held);
  if (left <= rules.quotaBytes) return drops;
  for (const held of byWorth(
    candidates.filter((one) => !unused(one)),
    now,
  )) {
    if (left <= rules.quotaBytes * FREE_TO) break;
    drop(held);
  }
  return drops;
}

/** An action that passed here and is not held any more. */
export interface LostAction extends Omit<SeedFacts, "bytes"> {
  /** What its blocks took when it was held; undefined when that is not known. */
  readonly bytes: number | undefined;
  /** Somebody publishes it still: what everybody took back is not spread again. */
  readonly published: boolean;
}

export interface FetchQuestion {
  readonly candidates: readonly LostAction[];
  readonly bytes: number;
  readonly rules: SeedRules;
  readonly now: number;
  /** At most so many. */
  readonly most: number;
}

/**
 * Which actions to fetch back, the worthiest first: those that ran here and, in mode `verified`, those that few hold or
 * many speak of. Only while there is room well below the quota, so that nothing is fetched to be dropped. Pure.
 */
export function planFetches({ candidates, bytes, rules, now, most }: FetchQuestion): ActionId[] {
  let room = rules.quotaBytes * REFILL_BELOW - bytes;
  const wanted = candidates
    .filter((lost) => lost.lastUsed !== undefined || (rules.mode === "verified" && isAskedFor(lost)))
    .map((lost) => ({ ...lost, bytes: lost.bytes ?? ASSUMED_BYTES }));
  const fetches: ActionId[] = [];
  for (const { id, bytes: size } of byWorth(wanted, now).reverse()) {
    if (fetches.length >= most) break;
    if (size > room) continue;
    room -= size;
    fetches.push(id);
  }
  return fetches;
}

/** True for what so few hold that it is near to being lost. Pure. */
export function isScarce({ holders }: Pick<SeedFacts, "holders">): boolean {
  return holders < SCARCE_BELOW;
}

function isAskedFor(lost: LostAction): boolean {
  return lost.published && (isScarce(lost) || lost.voices >= POPULAR_FROM);
}

/** The lowest worth first; equals in the order of their ids, so that one state has one plan. */
function byWorth<Facts extends SeedFacts>(all: readonly Facts[], now: number): Facts[] {
  return all
    .map((facts) => ({ facts, worth: worthOf(facts, now) }))
    .sort((a, b) => a.worth - b.worth || (a.facts.id < b.facts.id ? -1 : 1))
    .map(({ facts }) => facts);
}
