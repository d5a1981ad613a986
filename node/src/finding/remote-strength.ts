/**
 * How strong an answer is, from what its best hit shows by itself. Scores cannot say it: they compare the hits of one query,
 * and the best of nothing still has the best score. What can be compared between queries is how much of the query's words
 * the hit covers, and the cosine.
 */
export interface Evidence {
  /** The share of the query's content words that the hit has, 0 to 1. */
  readonly coverage: number;
  /** Cosine of query and hit; undefined when nobody computed it, or when the embedder sees spelling only, as words do. */
  readonly cosine?: number | undefined;
}

/**
 * Cosines below the first are between texts that have nothing in common, above the second between texts that say the same.
 * Between them lie most best hits, right and wrong ones alike (medians 0.55 and 0.40 on BFCL, 0.57 and 0.48 on tldr-pages,
 * all-MiniLM-L6-v2, which the default embedder was taught by).
 */
const UNRELATED_COSINE = 0.2;
const SAME_COSINE = 0.7;

/**
 * Below this a hit hardly fits: sending it helps nobody and costs the asker a check of its signature, and whoever brought it
 * was of no use. Nine of ten right best hits are stronger.
 */
export const LEAST_FIT = 0.3;

/**
 * 0 (nothing speaks for it) to 1. The mean of both kinds of evidence tells right best hits from those for queries whose
 * right answers were taken out of the index better than either alone or their maximum: area under the curve 0.77 and 0.72
 * on BFCL and tldr-pages with all-MiniLM-L6-v2 (words alone 0.72 and 0.65, the cosine alone 0.75 and 0.72, the maximum 0.75 and
 * 0.73), 0.77 and 0.70 with the peer's own embedder. Below 0.5 lie 12 and 14 % of the right best hits, and 51 and 34 % of
 * those for what is not there (`test/bench/ask-threshold.ts`). The best hit says as much as the best three.
 */
export function strengthOf(best: Evidence | undefined): number {
  if (best === undefined) return 0;
  const coverage = within01(best.coverage);
  if (best.cosine === undefined) return coverage;
  const meaning = within01((best.cosine - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE));
  return (coverage + meaning) / 2;
}

/** The share of `query` terms that are among the document's; 0 for a query that says nothing. */
export function coverageOf(query: readonly string[], document: ReadonlySet<string>): number {
  const distinct = new Set(query);
  if (distinct.size === 0) return 0;
  let covered = 0;
  for (const term of distinct) if (document.has(term)) covered++;
  return covered / distinct.size;
}

/** When the user wants neighbours to be asked. */
export type AskPeers = "off" | "weak" | "always";

export interface AskRules {
  readonly askPeers: AskPeers;
  /** An answer weaker than this is weak, 0 to 1. */
  readonly askBelow: number;
}

export function isWeak(strength: number, { askBelow }: AskRules): boolean {
  return strength < askBelow;
}

/** @param wish what the caller said about this very query; undefined: nothing, so the rules decide. */
export function wantsNeighbours(strength: number, rules: AskRules, wish: boolean | undefined): boolean {
  if (wish !== undefined) return wish;
  if (rules.askPeers === "off") return false;
  return rules.askPeers === "always" || isWeak(strength, rules);
}

function within01(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
