import type { Neighbour } from "../best-list.ts";
import type { VectorGeneration } from "../vectors/vector-generation.ts";
import { queryTerms, SCORE_UNIT, type WordIndex } from "../words/word-index.ts";
import type { FindAnswer } from "./messages.ts";

export interface Question {
  readonly text: string;
  readonly count: number;
  /** The query as vectors, with whom to compare them: the best of a document's cosines is its cosine. */
  readonly vector:
    | { readonly queries: readonly Float32Array[]; readonly among: VectorGeneration }
    | undefined;
  /** Ids, where it is about these alone. */
  readonly only: readonly string[] | undefined;
}

/** The best of each side, each with the scores of both. */
export function findCandidates(words: WordIndex, question: Question): FindAnswer {
  const { documents } = words;
  const { text, count, vector } = question;
  const terms = queryTerms(text);
  const only = question.only === undefined ? undefined : knownSlots(words, question.only);
  const byWord = only === undefined ? words.search(terms, count) : words.searchAmong(terms, count, only);
  const byVector = nearest(words, question, only);

  const slots = new Set(byWord.map(({ slot }) => slot));
  for (const { number } of byVector) {
    const slot = documents.slotOf(number);
    if (slot !== undefined) slots.add(slot);
  }
  fillUp(words, slots, count, only);
  const sorted = Uint32Array.from(slots).sort();
  const keywords = Float64Array.from(words.scores(terms, sorted), (score) => score * SCORE_UNIT);
  const numbers = Array.from(sorted, (slot) => documents.numbers.at(slot));
  const cosines = vector === undefined ? undefined : bestCosines(vector, numbers);
  return {
    numbers,
    ids: Array.from(sorted, (slot) => documents.ids.text(slot)),
    keywords,
    cosines: Float64Array.from(numbers, (number) => cosines?.get(number) ?? Number.NaN),
    twins: numbers.map((number) => vector?.among.twinOf(number) ?? -number),
    terms: terms.length,
    exhausted: slots.size === (only?.length ?? documents.size),
  };
}

/** Pairs of positions in `ids` whose documents' cosine is at least `least`. */
export function similarPairs(
  words: WordIndex,
  vectors: VectorGeneration,
  ids: readonly string[],
  least: number,
): Uint32Array {
  const numbers = ids.map((id) => {
    const slot = words.documents.slotOfId(id);
    return slot === undefined ? 0 : words.documents.numbers.at(slot);
  });
  const positions = new Map(numbers.map((number, position) => [number, position]));
  const pairs: number[] = [];
  numbers.forEach((number, position) => {
    const query = vectors.vectorOf(number);
    if (query === undefined) return;
    for (const [other, cosine] of vectors.cosines(query, numbers.slice(position + 1)))
      if (cosine >= least) pairs.push(position, positions.get(other) ?? position);
  });
  return Uint32Array.from(pairs);
}

/** In growing order, each once. */
function knownSlots(words: WordIndex, ids: readonly string[]): Uint32Array {
  const slots = new Uint32Array(ids.length);
  let known = 0;
  for (const id of ids) {
    const slot = words.documents.slotOfId(id);
    if (slot !== undefined) slots[known++] = slot;
  }
  return slots
    .subarray(0, known)
    .sort()
    .filter((slot, at, sorted) => at === 0 || slot !== sorted[at - 1]);
}

function nearest(words: WordIndex, { vector, count }: Question, only?: Uint32Array): readonly Neighbour[] {
  if (vector === undefined) return [];
  const numbers =
    only === undefined ? undefined : Array.from(only, (slot) => words.documents.numbers.at(slot));
  // Whatever is among the best `count` of all is among those of the query that it is nearest to.
  const best = new Map<number, number>();
  for (const query of vector.queries)
    for (const { number, cosine } of vector.among.nearest(query, count, numbers))
      best.set(number, Math.max(cosine, best.get(number) ?? -1));
  return Array.from(best, ([number, cosine]) => ({ number, cosine }))
    .sort((left, right) => right.cosine - left.cosine || left.number - right.number)
    .slice(0, count);
}

function bestCosines(
  { queries, among }: NonNullable<Question["vector"]>,
  numbers: readonly number[],
): Map<number, number> {
  const best = new Map<number, number>();
  for (const query of queries)
    for (const [number, cosine] of among.cosines(query, numbers))
      best.set(number, Math.max(cosine, best.get(number) ?? -1));
  return best;
}

/** Where both sides together have fewer than `count`, those that were here first: none is withheld. */
function fillUp(words: WordIndex, slots: Set<number>, count: number, only?: Uint32Array): void {
  const last = only?.length ?? words.documents.slots;
  for (let at = 0; at < last && slots.size < count; at++) {
    const slot = only?.[at] ?? at;
    if (words.documents.lives(slot)) slots.add(slot);
  }
}
