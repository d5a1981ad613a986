import type { ActionId, Filters } from "@action-collective/protocol";
import type { Selection } from "../catalogue/selection.ts";
import type { Candidate } from "../search/types.ts";
import { type Bests, bestsOf } from "./fuse.ts";
import type { Slices } from "./slices.ts";
import type { CandidateSource } from "./types.ts";

export interface GatherBounds {
  /** Candidates that each side puts forward at first. */
  readonly first: number;
  /** Each round asks for so many times more. */
  readonly growth: number;
  /** Beyond it, looking through all that passes the filters is cheaper than asking for ever more. */
  readonly last: number;
  /** A filter that leaves at most so many, and at most this share of all, is applied before the search, not after it. */
  readonly narrow: number;
  readonly narrowShare: number;
  /** Actions that the index is asked about at once when all are looked through. */
  readonly scanned: number;
}

export const GATHER_BOUNDS: GatherBounds = {
  // Both sides' favourites meet, and filters and copies have room: one round for nearly every search.
  first: 100,
  growth: 7,
  // 100, 700, 4,900, which is about what the index takes: at 100,000 actions a filter that one in a hundred passes is
  // answered by the second round. Each candidate costs about a microsecond here, in slices.
  last: 4_900,
  // Read in 10 ms, in slices, and searched flat; what leaves more is common enough to be met among the best.
  narrow: 4_900,
  narrowShare: 0.1,
  // Put in order within a millisecond.
  scanned: 1_000,
};

/** What matches a query, so far. */
export interface Gathered {
  /** In parts that can each be put in order without holding up anybody. */
  readonly parts: readonly (readonly Candidate[])[];
  readonly bests: Bests;
  readonly terms: number;
}

export interface GatherParts {
  readonly filters: Filters;
  readonly source: Pick<CandidateSource, "find">;
  readonly selection: Pick<Selection, "total" | "narrowest" | "everything" | "fitting">;
  /** The whole filter: what the catalogue has an index for, and the rest. */
  readonly passes: (id: ActionId) => boolean;
  readonly slices: Slices;
  readonly bounds?: GatherBounds | undefined;
}

/**
 * Gathers candidates in rounds, each with more, until all that match were named: whoever has enough stops asking. A
 * narrow filter is applied first; for a broad one, the best of all are asked for, a few, then more; and if even many
 * do not suffice, all that pass are looked through.
 */
export async function* gather(query: string, parts: GatherParts): AsyncGenerator<Gathered> {
  const { source, slices, bounds = GATHER_BOUNDS } = parts;
  const most = Math.min(bounds.narrow, parts.selection.total() * bounds.narrowShare);
  const only = await narrowed(parts, Math.floor(most));
  if (only?.length === 0) return;
  // What every score is measured by: the best of all, whatever the filters leave.
  const unfiltered = only === undefined ? undefined : await source.find(query, { count: 1 });
  for (let count = bounds.first; count <= bounds.last; count *= bounds.growth) {
    const found = await source.find(query, only === undefined ? { count } : { count, only });
    const bests = bestsOf((unfiltered ?? found).candidates);
    yield { parts: inParts(found.candidates, bounds.scanned), bests, terms: found.terms };
    if (found.exhausted || count >= (only?.length ?? Number.POSITIVE_INFINITY)) return;
    await slices.pause();
  }
  const { candidates: best, terms } = unfiltered ?? (await source.find(query, { count: 1 }));
  yield { parts: await scanned(query, parts, bounds.scanned), bests: bestsOf(best), terms };
}

function inParts(candidates: readonly Candidate[], size: number): Candidate[][] {
  const count = Math.ceil(candidates.length / size);
  return Array.from({ length: count }, (_, index) => candidates.slice(index * size, (index + 1) * size));
}

async function narrowed(
  { filters, selection, slices }: GatherParts,
  most: number,
): Promise<ActionId[] | undefined> {
  const pages = selection.narrowest(filters, most);
  if (pages === undefined) return undefined;
  const ids: ActionId[] = [];
  for (const numbers of pages) {
    ids.push(...selection.fitting(numbers, filters));
    await slices.pause();
  }
  return ids;
}

/** All that pass, with their scores: as many as the catalogue holds at worst, some hundred bytes each. */
async function scanned(query: string, parts: GatherParts, size: number): Promise<Candidate[][]> {
  const { filters, source, selection, passes, slices } = parts;
  const found: Candidate[][] = [];
  let ids: ActionId[] = [];
  const ask = async () => {
    if (ids.length === 0) return;
    const { candidates } = await source.find(query, { count: ids.length, only: ids });
    found.push([...candidates]);
    ids = [];
  };
  for (const numbers of selection.everything()) {
    for (const id of selection.fitting(numbers, filters)) {
      if (passes(id)) ids.push(id);
      await slices.pause();
    }
    if (ids.length >= size) await ask();
  }
  await ask();
  return found;
}
