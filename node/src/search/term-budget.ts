/**
 * Documents that the terms of one query may have, summed over terms. FTS5's bm25 costs 1.2 µs for each, on the event
 * loop, ten times what matching alone costs: this keeps a query under 20 ms. It never binds below 8,000 documents,
 * and hardly for short queries below 100,000; above, a long request loses its commonest words, which say least.
 * (With a sum of 0.6 of the index's size nDCG@10 on BFCL is what it is with all terms; with 0.15, 3 points lower.)
 */
const MAX_POSTINGS = 15_000;
/** The rarest terms are always asked for, however common they are. */
const MIN_TERMS = 3;
/** Counts are remembered, for a term costs 0.1 ms to count at 60,000 documents; oldest out. */
const MAX_REMEMBERED = 10_000;
/** Counts are estimates: good until this many documents were added or removed. */
const MAX_AGE_CHANGES = 1_000;

/** The terms worth asking for, rarest first: unknown ones left out, and no more than the budget pays for. */
export function affordableTerms(terms: readonly string[], countOf: (term: string) => number): string[] {
  const counted = terms.map((term) => ({ term, count: countOf(term) })).filter(({ count }) => count > 0);
  counted.sort((left, right) => left.count - right.count);
  let postings = 0;
  return counted
    .filter(({ count }, position) => {
      postings += count;
      return position < MIN_TERMS || postings <= MAX_POSTINGS;
    })
    .map(({ term }) => term);
}

/** How many documents have a term, remembered for a while. */
export class TermCounts {
  readonly #count: (term: string) => number;
  readonly #remembered = new Map<string, number>();
  #changes = 0;

  constructor(count: (term: string) => number) {
    this.#count = count;
  }

  of(term: string): number {
    const known = this.#remembered.get(term);
    if (known !== undefined) return known;
    const count = this.#count(term);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size >= MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    // Terms that nobody has are not remembered: the next document may be the first to have one.
    if (count > 0) this.#remembered.set(term, count);
    return count;
  }

  /** A document was added or removed. */
  changed(): void {
    this.#changes += 1;
    if (this.#changes < MAX_AGE_CHANGES) return;
    this.#changes = 0;
    this.#remembered.clear();
  }
}
