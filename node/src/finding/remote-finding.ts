import type { ActionId, AskRequest } from "@action-collective/protocol";
import { untilAborted } from "../until-aborted.ts";
import type { RemoteSearch } from "./remote-search.ts";
import { type AskRules, isWeak, wantsNeighbours } from "./remote-strength.ts";
import type { Asked } from "./remote-types.ts";

/**
 * What is new is found by its words at once, and by its meaning when it was embedded; new actions come first there. Longer
 * than a handful of cards takes, and short enough for who waits.
 */
const EMBEDDING_MS = 300;

/** This peer's own search for one query. */
export interface LocalSearch<Found> {
  readonly find: () => Promise<Found>;
  /** How strong its best hit is, 0 to 1. */
  readonly strength: (found: Found) => number;
  /** Those of the hits that fit the query, not merely the best of what there is. */
  readonly useful: (found: Found) => Iterable<ActionId>;
  /** Resolves when all that was added can be found by vector. */
  readonly settled: () => Promise<void>;
}

export interface Wish {
  readonly question: AskRequest;
  /** What the caller said about asking for this very query; undefined: as the rules have it. */
  readonly ask?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundWidely<Found> {
  readonly found: Found;
  /** Null when no neighbour was asked. */
  readonly asked: Asked | null;
  /** By the user's threshold, and after asking. */
  readonly weak: boolean;
}

/**
 * Searches here, and where the answer is weak asks neighbours, takes in what they send, and searches here again: so what they
 * brought is filtered, ranked and explained like everything else, and stays.
 */
export async function findWidely<Found>(
  local: LocalSearch<Found>,
  remote: Pick<RemoteSearch, "ask" | "useful">,
  rules: AskRules,
  { question, ask, signal }: Wish,
): Promise<FoundWidely<Found>> {
  const first = await local.find();
  const strength = local.strength(first);
  const here = { found: first, asked: null, weak: isWeak(strength, rules) };
  if (!wantsNeighbours(strength, rules, ask)) return here;
  const asked = await remote.ask(question, { signal, again: ask === true });
  if (asked === null || asked.fresh.size === 0) return { ...here, asked };
  await atMost(EMBEDDING_MS, local.settled());
  signal?.throwIfAborted();
  const found = await local.find();
  remote.useful(asked, local.useful(found));
  return { found, asked, weak: isWeak(local.strength(found), rules) };
}

/** Waits for `work`, but no longer than `ms`; it goes on. Throws what it throws by then. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const late = AbortSignal.timeout(ms);
  await untilAborted(work, late).catch((error: unknown) => {
    if (error !== late.reason) throw error;
  });
}
