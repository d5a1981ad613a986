import { words } from "../tokenise.ts";
import type { SearchDocument } from "../types.ts";
import { stem } from "./porter.ts";

/** How one field counts. */
interface Field {
  readonly texts: (document: SearchDocument) => readonly string[];
  readonly weight: number;
  /** 0: length does not matter; 1: twice as long counts half. */
  readonly b: number;
  /** The length that counts as normal, in words. Fixed, so that a score does not drift as the collection grows. */
  readonly usualLength: number;
  /** Whether a word that is repeated counts again. */
  readonly repeats: boolean;
}

/**
 * Chosen on BFCL / Seal-Tools / tldr (nDCG@10 73.6 / 90.9 / 28.4; mean 64.3), one number after the other, twice around.
 * The optimum is flat: what is named below is the mean with another value. Equal weights: 63.4.
 */
const FIELDS: readonly Field[] = [
  {
    // A hit in an action's two or three words is rarely an accident. Weight 1: 64.1; 4: 64.1. b of 0.75: 64.2.
    texts: ({ name }) => [name],
    weight: 2,
    b: 0,
    usualLength: 3,
    repeats: true,
  },
  {
    // Weight 1: 64.2; 2: 64.2. b of 0.4: 63.9. Usual length 10: 64.3; 22: 64.1 (the sets' means are 17, 7 and 10).
    texts: ({ description }) => [description],
    weight: 1.5,
    b: 0.75,
    usualLength: 15,
    repeats: true,
  },
  {
    // Half of the sets' queries as phrasings, the others asked: 76.6 / 94.0 / 43.8 with one phrasing (without: 71.2 / 95.0 /
    // 28.1), 81.4 / 94.0 / 44.3 with up to four; measured with weights 1 and 1.5, not with the 1.2 below. Weight 0.5 and 2
    // lose 6 and win 1 on tldr, win up to 1.5 and lose 2 on BFCL. A word counts once, however often it stands there,
    // and a long list of words makes each count less.
    texts: ({ useWhen }) => useWhen,
    weight: 1.2,
    b: 0.75,
    usualLength: 20,
    repeats: false,
  },
  {
    // Long and repetitive ("the id of the user…"). Weight 0.3: 64.0; 1: 63.9. b of 0.4 and 0.9: 64.3.
    texts: ({ parameters }) => parameters,
    weight: 0.6,
    b: 0.75,
    usualLength: 30,
    repeats: true,
  },
  {
    // Few and chosen, like a name, but broad. Reasoned, not measured: the sets have none.
    texts: ({ tags }) => tags,
    weight: 1.2,
    b: 0.75,
    usualLength: 4,
    repeats: false,
  },
  {
    // Values may be anything; a rare one ("celsius") still says something. Reasoned, not measured.
    texts: ({ examples = [] }) => examples,
    weight: 0.3,
    b: 0.75,
    usualLength: 20,
    repeats: false,
  },
];

/** Shorter texts count as this long: free on all sets, and nobody gains by saying less than a sentence. */
const LEAST_LENGTH = 4;

/** How soon more of a word stops mattering. 0.8: 64.0; 2: 64.2. */
const K1 = 1.2;

/** Impacts are one byte: 1 to this. */
export const MAX_IMPACT = 255;

/** Raise whenever anything above, the stemmer or the word rule changes: what was stored is then made anew. */
export const WORD_RULE = 1;

/** Stems that were computed lately: words repeat, and a look-up costs a tenth. */
const MAX_REMEMBERED = 32_768;
const remembered = new Map<string, string>();

export function termOf(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const term = stem(word);
  remembered.set(word, term);
  return term;
}

/**
 * How much each term says about a document, as BM25F has it (Robertson, Zaragoza and Taylor, "Simple BM25 extension to
 * multiple weighted fields", 2004): occurrences weighed by field and the field's length, saturated. Without the
 * rarity of the term, which is the collection's and changes.
 */
export function impactsOf(document: SearchDocument): Map<string, number> {
  const amounts = new Map<string, number>();
  for (const { texts, weight, b, usualLength, repeats } of FIELDS) {
    const terms = texts(document).flatMap(words).map(termOf);
    const counted = repeats ? terms : [...new Set(terms)];
    const amount = weight / (1 - b + (b * Math.max(LEAST_LENGTH, counted.length)) / usualLength);
    for (const term of counted) amounts.set(term, (amounts.get(term) ?? 0) + amount);
  }
  for (const [term, amount] of amounts) {
    const impact = Math.round((MAX_IMPACT * amount) / (K1 + amount));
    amounts.set(term, Math.max(1, impact));
  }
  return amounts;
}
