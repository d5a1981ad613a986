import type { ScoreParts } from "./types.ts";

/** Reputation and verdicts may only colour relevance, never lift what is irrelevant. */
const MIN_FACTOR = 0.85;
const MAX_FACTOR = 1;

/**
 * Weight of a lexical (hashed) vector against keywords. nDCG@10 on BFCL / Seal-Tools / tldr for 0: 72.9 / 91.1 /
 * 28.1; 0.2: 74.3 / 91.8 / 27.2; 0.5: 74.5 / 91.8 / 26.8 (a third of the queries). It is lexical twice: little to add.
 */
const LEXICAL_ALPHA = 0.2;
/** A semantic vector helps short human questions and hurts long ones of many steps. */
const SEMANTIC_ALPHA = [
  { words: 8, alpha: 0.8 },
  { words: 16, alpha: 0.4 },
] as const;
const SEMANTIC_ALPHA_LONG = 0.2;

/**
 * Cosines are divided by the query's best one, but by no less than this: where even the best is this low,
 * no vector says anything, and dividing would make noise look like evidence.
 */
const MIN_BEST_COSINE = 0.2;

export interface Candidate {
  readonly number: number;
  /** BM25, 0 where no term matched. */
  readonly keyword: number;
  /** −1 to 1, 0 where there is no vector. */
  readonly cosine: number;
  /** Reputation × verdicts, bounded here. */
  readonly factor: number;
}

export interface Fused {
  readonly number: number;
  readonly score: number;
  readonly parts: ScoreParts;
}

/** How much the vector part weighs against the keyword part for a query of so many content words. */
export function vectorWeight(strength: "lexical" | "semantic", contentWords: number): number {
  if (strength === "lexical") return LEXICAL_ALPHA;
  return SEMANTIC_ALPHA.find((step) => contentWords <= step.words)?.alpha ?? SEMANTIC_ALPHA_LONG;
}

/**
 * Weighted scores, `(bm25/max + α·cos/max) / (1 + α) × factor`, best first. Reciprocal rank fusion did worse than
 * keywords alone on nine sets. Ties go to the lower number, the document that was here first, so that copying a
 * neighbour's texts does not get one ahead of it.
 */
export function fuse(candidates: readonly Candidate[], alpha: number): Fused[] {
  const bestKeyword = candidates.reduce((best, { keyword }) => Math.max(best, keyword), 0);
  const bestCosine = candidates.reduce((best, { cosine }) => Math.max(best, cosine), MIN_BEST_COSINE);
  return candidates
    .map((candidate): Fused => {
      const keyword = bestKeyword > 0 ? candidate.keyword / bestKeyword : 0;
      const vector = Math.max(0, candidate.cosine) / bestCosine;
      const factor = boundFactor(candidate.factor);
      const score = ((keyword + alpha * vector) / (1 + alpha)) * factor;
      return {
        number: candidate.number,
        score,
        parts: { keyword, vector, cosine: candidate.cosine, alpha, factor },
      };
    })
    .sort((left, right) => right.score - left.score || left.number - right.number);
}

/** Whatever a caller computes, it stays a colouring; not-a-number counts as unknown, the lower bound. */
function boundFactor(factor: number): number {
  return Number.isNaN(factor) ? MIN_FACTOR : Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, factor));
}
