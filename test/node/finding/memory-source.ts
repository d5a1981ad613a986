import type { CandidateSource } from "../../../node/src/finding/types.ts";
import { contentWords } from "../../../node/src/search/tokenise.ts";
import type { Candidate, Found, SearchDocument } from "../../../node/src/search/types.ts";

const DIMENSIONS = 64;

interface Entry {
  readonly number: number;
  readonly document: SearchDocument;
  readonly words: readonly string[];
  readonly vector: Float64Array | undefined;
}

/** A small exact index: words by BM25 without lengths, vectors of hashed words. */
export class MemorySource implements CandidateSource {
  readonly entries = new Map<string, Entry>();
  /** The `count` of every find, and whether it was narrowed. */
  readonly asked: { readonly count: number; readonly only: number | undefined }[] = [];
  readonly wanted: string[] = [];

  add(document: SearchDocument, { embedded = true } = {}): void {
    const words = wordsOf(document);
    const vector = embedded ? vectorOf(words) : undefined;
    this.entries.set(document.id, { number: this.entries.size + 1, document, words, vector });
  }

  async find(query: string, { count, only }: { count: number; only?: readonly string[] }): Promise<Found> {
    this.asked.push({ count, only: only?.length });
    const terms = [...new Set(contentWords(query))];
    const all = this.#all(terms, vectorOf(terms), only);
    const byKeyword = all.filter(({ keyword }) => keyword > 0).sort((a, b) => b.keyword - a.keyword);
    const byVector = all
      .filter(({ cosine }) => cosine !== undefined)
      .sort((a, b) => (b.cosine ?? 0) - (a.cosine ?? 0));
    const chosen = new Set([...byKeyword.slice(0, count), ...byVector.slice(0, count)]);
    for (const candidate of all) if (chosen.size < count) chosen.add(candidate);
    return { candidates: [...chosen], terms: terms.length, exhausted: chosen.size === all.length };
  }

  async similar(ids: readonly string[], least: number): Promise<readonly (readonly [string, string])[]> {
    const vectors = ids.map((id) => [id, this.entries.get(id)?.vector] as const);
    return vectors.flatMap(([one, vector], index) =>
      vectors
        .slice(index + 1)
        .filter(([, other]) => vector !== undefined && other !== undefined && dot(vector, other) >= least)
        .map(([other]) => [one, other] as const),
    );
  }

  async nearestTo(document: SearchDocument, count: number): Promise<readonly Candidate[]> {
    return this.#all([], vectorOf(wordsOf(document)), undefined)
      .sort((a, b) => (b.cosine ?? -1) - (a.cosine ?? -1))
      .slice(0, count);
  }

  want(ids: readonly string[]): void {
    this.wanted.push(...ids);
  }

  #all(terms: readonly string[], query: Float64Array, only: readonly string[] | undefined): Candidate[] {
    const entries = [...this.entries.values()];
    const having = (term: string) => entries.filter(({ words }) => words.includes(term)).length;
    const weights = new Map(terms.map((term) => [term, Math.log(1 + entries.length / (having(term) + 0.5))]));
    const allowed = only === undefined ? undefined : new Set(only);
    return entries
      .filter(({ document }) => allowed?.has(document.id) ?? true)
      .map(({ number, document, words, vector }): Candidate => {
        const keyword = terms.reduce((sum, term) => {
          const times = words.filter((word) => word === term).length;
          return sum + ((weights.get(term) ?? 0) * times) / (times + 1);
        }, 0);
        const cosine = vector === undefined ? undefined : dot(query, vector);
        return { number, id: document.id, keyword, cosine, twin: number };
      });
  }
}

function wordsOf({ name, description, useWhen, parameters, tags }: SearchDocument): string[] {
  return contentWords([name, description, ...useWhen, ...parameters, ...tags].join(" "));
}

function vectorOf(words: readonly string[]): Float64Array {
  const vector = new Float64Array(DIMENSIONS);
  for (const word of words) {
    let hash = 7;
    for (const character of word) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
    const at = Math.abs(hash) % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + (hash & 64 ? 1 : -1);
  }
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
