import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoredDocument } from "./document-store.ts";
import { SearchLimitError } from "./errors.ts";
import { fuse, vectorWeight } from "./fuse.ts";
import type { Question } from "./questions.ts";
import type { FindOptions, Found, SearchHit, SearchQuery } from "./types.ts";

/** Most hits of one search. */
export const MAX_LIMIT = 1_000;
/** Candidates that each side puts forward for a hit: leaves room for filters. */
const CANDIDATES_PER_HIT = 4;
/** Never fewer candidates than this, so that both sides' favourites meet. */
const MIN_CANDIDATES = 100;
/** Ids filtered between two turns of the event loop: about 2 ms. */
const PAGE_IDS = 2_000;

export interface RankedSource {
  find(question: Question, options: FindOptions): Promise<Found>;
  documentsAfter(number: number, limit: number): StoredDocument[];
}

/** The best candidates that are accepted, by one score; as many as `limit` whenever that many are accepted. */
export async function rankedSearch(
  source: RankedSource,
  question: Question,
  strength: "lexical" | "semantic",
  { limit, accept, weigh = () => 1 }: SearchQuery,
): Promise<SearchHit[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new SearchLimitError(limit, MAX_LIMIT);
  const count = Math.max(MIN_CANDIDATES, limit * CANDIDATES_PER_HIT);
  let { candidates, terms, exhausted } = await source.find(question, { count });
  if (accept !== undefined) {
    candidates = candidates.filter(({ id }) => accept(id));
    if (candidates.length < limit && !exhausted) {
      const only = await acceptedIds(source, accept);
      ({ candidates } = await source.find(question, { count, only }));
    }
  }
  const ids = new Map(candidates.map(({ number, id }) => [number, id]));
  const weighed = candidates.map(({ number, id, keyword, cosine = 0 }) => {
    return { number, keyword, cosine, factor: weigh(id) };
  });
  return fuse(weighed, vectorWeight(strength, terms))
    .slice(0, limit)
    .map(({ number, score, parts }) => ({ id: ids.get(number) ?? "", score, parts }));
}

async function acceptedIds(source: RankedSource, accept: (id: string) => boolean): Promise<string[]> {
  const accepted: string[] = [];
  for (let last = 0; ; ) {
    const page = source.documentsAfter(last, PAGE_IDS);
    const newest = page.at(-1);
    if (newest === undefined) return accepted;
    last = newest.number;
    for (const { id } of page) if (accept(id)) accepted.push(id);
    await nextTurn();
  }
}
