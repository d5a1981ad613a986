import type { ActionId, Filters } from "@action-collective/protocol";
import type { Candidate, Found, SearchDocument } from "../search/types.ts";

/** What the finder needs of the search index. */
export interface CandidateSource {
  /** The best `count` of each side, with the scores of both; exactly among `only` where it is given. */
  find(query: string, options: { count: number; only?: readonly string[] }): Promise<Found>;
  /** Pairs whose document vectors have at least that cosine. */
  similar(ids: readonly string[], least: number): Promise<readonly (readonly [string, string])[]>;
  /** What is nearest to a document that need not be in the index. */
  nearestTo(document: SearchDocument, count: number): Promise<readonly Candidate[]>;
  /** These were found and have no vector yet: theirs should come first. */
  want?(ids: readonly string[]): void;
}

export interface FindRequest {
  readonly query: string;
  /** 1 to 50. */
  readonly limit: number;
  readonly filters?: Filters;
  /** One hit for near-duplicates, the default; false gives each. */
  readonly collapse?: boolean;
  /** Ends the search between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** What a place among the results rests on. */
export interface HitParts {
  /** Keyword score over the best of this query, 0 to 1. */
  readonly keyword: number;
  /** Cosine over the best of this query, 0 to 1; undefined while there is no vector. */
  readonly vector: number | undefined;
  /** The cosine itself: comparable between queries and peers with the same embedder. */
  readonly cosine: number | undefined;
  readonly alpha: number;
  /** What the query says, before anybody's opinion: 0 to 1. */
  readonly relevance: number;
  /** Factors, each at most 1. */
  readonly reputation: number;
  readonly verdicts: number;
  /** Below 1 for what its author has more of than its share of the page; moves it back, changes no score. */
  readonly author: number;
}

/**
 * One result. It carries all that merging it with results from elsewhere takes: the id (the same everywhere), the
 * relevance, and the cosine, by which a weak answer is known. Whoever asks other peers brings what it learned through
 * intake into the catalogue and the index, and finds again: then every filter, verdict and reputation counts for
 * those too, and one order holds for all.
 */
export interface Hit {
  readonly id: ActionId;
  /** 0 to 1: relevance × reputation × verdicts. */
  readonly score: number;
  readonly parts: HitParts;
  /** The near-duplicates that this hit stands for, the best first; itself not among them. */
  readonly similar: readonly ActionId[];
}
