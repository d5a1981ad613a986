import type { Postings } from "./postings.ts";
import { lowerBoundOfTop, type Scored, topScores } from "./top-scores.ts";

/** A term of a query with what one unit of its impact is worth. Whole numbers, so that sums do not depend on order. */
export interface WeighedTerm {
  readonly term: number;
  readonly weight: number;
  /** Postings of the term. */
  readonly count: number;
  /** No impact of the term is larger. */
  readonly mostImpact: number;
}

/** With fewer postings left than this, reading them costs less (under 0.3 ms) than finding out whether it is needed. */
const WORTH_PRUNING = 100_000;
/** A candidate costs a search in each list, about what this many postings cost to read. */
const POSTINGS_PER_CANDIDATE = 8;

/**
 * Best documents for the terms, exactly. Term after term, rarest first, adds its impacts to one sum per slot; as soon
 * as what the remaining terms could give is less than what the `count`-th best has already, no new document can come
 * in, and the remaining (commonest, longest) lists are looked up for those alone that still can (MaxScore: Turtle and
 * Flood, "Query evaluation: strategies and optimizations", 1995).
 */
export function bestSlots(
  postings: Postings,
  terms: readonly WeighedTerm[],
  count: number,
  sums: Uint32Array,
  lives: (slot: number) => boolean,
): Scored[] {
  sums.fill(0);
  const slots = sums.length;
  let left = terms.reduce((total, term) => total + term.count, 0);
  let possible = terms.reduce((total, term) => total + term.weight * term.mostImpact, 0);
  let reached = 0;
  for (const [position, term] of terms.entries()) {
    // Only where even the most that anybody can have so far could beat what is still to come.
    if (left > WORTH_PRUNING && reached > possible) {
      const bound = lowerBoundOfTop(sums, slots, count, reached, lives);
      if (bound > possible) {
        const least = bound - possible;
        const candidates = slotsFrom(sums, least, lives);
        if (candidates.length * POSTINGS_PER_CANDIDATE < left)
          return refine(postings, terms.slice(position), count, sums, candidates);
      }
    }
    addAll(postings, term, sums);
    left -= term.count;
    possible -= term.weight * term.mostImpact;
    reached += term.weight * term.mostImpact;
  }
  return topScores(sums, slots, count, lives);
}

/** The exact scores of some slots, which must be in growing order. */
export function scoresOf(
  postings: Postings,
  terms: readonly WeighedTerm[],
  slots: Uint32Array,
): Uint32Array<ArrayBuffer> {
  const scores = new Uint32Array(slots.length);
  for (const term of terms) addSome(postings, term, slots, scores);
  return scores;
}

function addAll(postings: Postings, { term, weight }: WeighedTerm, sums: Uint32Array): void {
  postings.walk(term, (chunk, from, to) => {
    for (let at = from; at < to; at++) {
      const posting = chunk[at] as number;
      const slot = posting >>> 8;
      sums[slot] = (sums[slot] as number) + weight * (posting & 255);
    }
    return true;
  });
}

/** Merges a list with sorted slots: whole runs without any are passed over, others are searched by halves. */
function addSome(
  postings: Postings,
  { term, weight }: WeighedTerm,
  slots: Uint32Array,
  scores: Uint32Array,
): void {
  let next = 0;
  postings.walk(term, (chunk, from, to) => {
    const last = (chunk[to - 1] as number) >>> 8;
    let low = from;
    while (next < slots.length && (slots[next] as number) <= last) {
      const slot = slots[next] as number;
      let high = to;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((chunk[middle] as number) >>> 8 < slot) low = middle + 1;
        else high = middle;
      }
      const posting = chunk[low] as number;
      if (posting >>> 8 === slot) scores[next] = (scores[next] as number) + weight * (posting & 255);
      next += 1;
    }
    return next < slots.length;
  });
}

function slotsFrom(sums: Uint32Array, least: number, lives: (slot: number) => boolean): Uint32Array {
  let found = 0;
  const kept = new Uint32Array(sums.length);
  for (let slot = 0; slot < sums.length; slot++)
    if ((sums[slot] as number) >= least && lives(slot)) kept[found++] = slot;
  return kept.subarray(0, found);
}

function refine(
  postings: Postings,
  terms: readonly WeighedTerm[],
  count: number,
  sums: Uint32Array,
  slots: Uint32Array,
): Scored[] {
  const scores = scoresOf(postings, terms, slots);
  slots.forEach((slot, at) => {
    scores[at] = (scores[at] as number) + (sums[slot] as number);
  });
  return topScores(scores, slots.length, count, () => true).map(({ slot: at, score }) => ({
    slot: slots[at] as number,
    score,
  }));
}
