import type { Candidate } from "../search/types.ts";

/**
 * Weight of meaning beside words, by the query's content words. nDCG@10 on BFCL / Seal-Tools / tldr with the peer's own
 * embedder: 0 (words alone) 73.6 / 90.9 / 28.4; 0.5 throughout 76.8 / 93.2 / 29.9; 1 throughout 77.6 / 93.1 / 29.9. Short
 * questions gain up to 1.5 and long ones lose from 0.6 on: their words are evidence enough, and hits are found by several.
 * Reciprocal ranks lose to words alone here.
 */
const ALPHA = [
  { words: 16, alpha: 1 },
  { words: 24, alpha: 0.6 },
] as const;
const ALPHA_LONG = 0.5;

/** Any two texts are about this near, so it says nothing: cosines count from here. 0 loses 0.2 on BFCL, 0.2 loses 0.2 on tldr. */
const UNRELATED_COSINE = 0.1;
/**
 * Cosines are measured by the query's best one, but by no less than this: where even the best is this low,
 * no vector says anything, and dividing would make noise look like evidence.
 */
const MIN_BEST_COSINE = 0.2;

/** How much the vector part weighs against the keyword part for a query of so many content words. */
export function vectorWeight(contentWords: number): number {
  return ALPHA.find((step) => contentWords <= step.words)?.alpha ?? ALPHA_LONG;
}

/** The best that a query scored on each side, over all documents: what every score is measured by. */
export interface Bests {
  readonly keyword: number;
  readonly cosine: number;
}

export function bestsOf(candidates: readonly Candidate[]): Bests {
  let keyword = 0;
  let cosine = MIN_BEST_COSINE;
  for (const candidate of candidates) {
    keyword = Math.max(keyword, candidate.keyword);
    cosine = Math.max(cosine, candidate.cosine ?? 0);
  }
  return { keyword, cosine };
}

export interface Relevance {
  readonly keyword: number;
  readonly vector: number | undefined;
  readonly cosine: number | undefined;
  readonly alpha: number;
  /** 0 to 1; 1 is the best that the query could score here. */
  readonly relevance: number;
}

export type Relevant = Candidate & { readonly parts: Relevance };

/**
 * Weighted scores, `(bm25/max + α·(cos − c)/(max − c)) / (1 + α)`. Bests are those of all documents, so that a filter takes hits
 * away and changes none of the others. A document without a vector is judged by its words for both parts: it is new,
 * not worse.
 */
export function relevanceOf({ keyword, cosine }: Candidate, bests: Bests, alpha: number): Relevance {
  const words = bests.keyword > 0 ? Math.min(1, keyword / bests.keyword) : 0;
  const above = (value: number) => Math.max(0, value - UNRELATED_COSINE);
  const vector = cosine === undefined ? undefined : Math.min(1, above(cosine) / above(bests.cosine));
  const relevance = (words + alpha * (vector ?? words)) / (1 + alpha);
  return { keyword: words, vector, cosine, alpha, relevance };
}

/** The most relevant first; ties go to the document that was here first, so that copying a neighbour gains nothing. */
export function fuse(candidates: readonly Candidate[], bests: Bests, alpha: number): Relevant[] {
  return candidates
    .map((candidate) => ({ ...candidate, parts: relevanceOf(candidate, bests, alpha) }))
    .sort(byRelevance);
}

/** Lists in order, as one in order; only as far as somebody reads. */
export function* merged(lists: readonly (readonly Relevant[])[]): Iterable<Relevant> {
  const heads = lists.filter((list) => list.length > 0).map((list) => ({ list, at: 0 }));
  while (heads.length > 0) {
    let first = 0;
    for (let index = 1; index < heads.length; index++)
      if (comesFirst(headOf(heads[index]), headOf(heads[first]))) first = index;
    const head = heads[first] as { list: readonly Relevant[]; at: number };
    yield headOf(head);
    head.at += 1;
    if (head.at === head.list.length) heads.splice(first, 1);
  }
}

function headOf(head: { list: readonly Relevant[]; at: number } | undefined): Relevant {
  return head?.list[head.at] as Relevant;
}

function comesFirst(one: Relevant, other: Relevant): boolean {
  return byRelevance(one, other) < 0;
}

function byRelevance(left: Relevant, right: Relevant): number {
  return right.parts.relevance - left.parts.relevance || left.number - right.number;
}
