import { contentWords } from "../tokenise.ts";
import type { SearchDocument } from "../types.ts";
import { DocumentTable } from "./document-table.ts";
import { NumberList } from "./numbers.ts";
import { MAX_SLOTS, Postings } from "./postings.ts";
import { bestSlots, scoresOf, type WeighedTerm } from "./scorer.ts";
import { TextStore } from "./text-store.ts";
import { type Scored, TopScores } from "./top-scores.ts";
import { impactsOf, MAX_IMPACT, termOf } from "./word-fields.ts";

/** Each term costs a walk through its list of documents. 48 lose half a point on Seal-Tools, 96 gain nothing. */
export const MAX_QUERY_TERMS = 64;

/**
 * Rarity as a whole number of 14 bits; with 8 bits of impact and 64 terms a score has 28 bits at most. In steps of a
 * thousandth: far below what an impact's byte leaves open.
 */
const RARITY_STEPS = 1_024;
const MAX_RARITY = 2 ** 14 - 1;
/** What a score of the scorer is of one in common units. */
export const SCORE_UNIT = 1 / (RARITY_STEPS * MAX_IMPACT);

/** How far an index has read the catalogue. */
export interface Position {
  /** The newest document. */
  readonly document: number;
  /** The newest removal. */
  readonly removal: number;
}

export interface WordIndexParts {
  readonly documents: DocumentTable;
  readonly terms: TextStore;
  readonly postings: Postings;
  readonly mostImpacts: NumberList;
  readonly position: Position;
}

/** The terms of a query: distinct, without stop words, bounded. */
export function queryTerms(query: string): string[] {
  return [...new Set(contentWords(query).map(termOf))].slice(0, MAX_QUERY_TERMS);
}

/** The index of words: BM25F over the fields of documents, in typed arrays. */
export class WordIndex {
  readonly documents: DocumentTable;
  readonly #terms: TextStore;
  readonly #postings: Postings;
  readonly #mostImpacts: NumberList;
  #sums = new Uint32Array(0);
  position: Position;

  constructor(parts?: WordIndexParts) {
    this.documents = parts?.documents ?? new DocumentTable();
    this.#terms = parts?.terms ?? new TextStore();
    this.#postings = parts?.postings ?? new Postings();
    this.#mostImpacts = parts?.mostImpacts ?? new NumberList();
    this.position = parts?.position ?? { document: 0, removal: 0 };
  }

  /** What a snapshot holds. The parts go on changing. */
  get parts(): WordIndexParts {
    const { documents, position } = this;
    return {
      documents,
      terms: this.#terms,
      postings: this.#postings,
      mostImpacts: this.#mostImpacts,
      position,
    };
  }

  /** Numbers must come in growing order. Beyond the last slot documents are not taken in. */
  add(number: number, document: SearchDocument): void {
    if (this.documents.slots >= MAX_SLOTS) return;
    const slot = this.documents.add(number, document.id);
    for (const [word, impact] of impactsOf(document)) {
      const term = this.#intern(word);
      this.#postings.add(term, slot, impact);
      if (impact > this.#mostImpacts.at(term)) this.#mostImpacts.set(term, impact);
    }
  }

  remove(number: number): void {
    this.documents.remove(number);
  }

  /** The best documents that have at least one of the terms, best first. */
  search(terms: readonly string[], count: number): Scored[] {
    const weighed = this.#weigh(terms);
    if (weighed.length === 0) return [];
    const { slots } = this.documents;
    // With room to spare, so that a growing index does not mean a new array for each query.
    if (this.#sums.length < slots) this.#sums = new Uint32Array(Math.ceil(slots * 1.1) + 1_024);
    const sums = this.#sums.subarray(0, slots);
    return bestSlots(this.#postings, weighed, count, sums, (slot) => this.documents.lives(slot));
  }

  /** The best of some slots alone, which must be in growing order; those without any of the terms are left out. */
  searchAmong(terms: readonly string[], count: number, slots: Uint32Array): Scored[] {
    const scores = this.scores(terms, slots);
    const top = new TopScores(count);
    scores.forEach((score, at) => {
      if (score > top.floor) top.offer(slots[at] as number, score);
    });
    return top.list();
  }

  /** Scores of some slots, which must be in growing order. */
  scores(terms: readonly string[], slots: Uint32Array): Uint32Array {
    return scoresOf(this.#postings, this.#weigh(terms), slots);
  }

  #intern(word: string): number {
    const known = this.#terms.find(word);
    if (known >= 0) return known;
    this.#mostImpacts.push(0);
    return this.#terms.append(word);
  }

  /** Known terms with their rarity (BM25's inverse document frequency), rarest first. */
  #weigh(terms: readonly string[]): WeighedTerm[] {
    const { slots } = this.documents;
    return terms
      .map((word) => this.#terms.find(word))
      .filter((term) => term >= 0)
      .map((term) => {
        const count = this.#postings.count(term);
        const rarity = Math.log(1 + (slots - count + 0.5) / (count + 0.5));
        const weight = Math.min(MAX_RARITY, Math.max(1, Math.round(rarity * RARITY_STEPS)));
        return { term, weight, count, mostImpact: this.#mostImpacts.at(term) };
      })
      .sort((left, right) => left.count - right.count || left.term - right.term);
  }
}
