import { bestsOf, fuse, type Relevant, vectorWeight } from "../../node/src/finding/fuse.ts";
import type { SearchIndex } from "../../node/src/search/search-index.ts";

/** Candidates of each side for a hit, and at least: as a search begins. */
const CANDIDATES_PER_HIT = 4;
const MIN_CANDIDATES = 100;

/** The best of what the index puts forward, fused as the finder fuses it, without what the finder knows of actions. */
export async function hits(
  index: SearchIndex,
  query: string,
  limit: number,
  only?: readonly string[],
): Promise<readonly Relevant[]> {
  const count = Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_HIT);
  const { candidates, terms } = await index.find(query, { count, ...(only === undefined ? {} : { only }) });
  return fuse(candidates, bestsOf(candidates), vectorWeight(terms)).slice(0, limit);
}
