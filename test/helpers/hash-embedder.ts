import type { Embedder } from "../../node/src/embedders/types.ts";
import { contentWords } from "../../node/src/search/tokenise.ts";

/** Wide enough that collisions cost little. */
const DIMENSIONS = 256;
/** Weight of a whole word against 1 for all of its n-grams together: n-grams see "multiplying" in "multiply". */
const WORD_WEIGHT = 0.5;
const NGRAM_SIZES = [3, 4, 5] as const;
/** A text's first words say what it is; the bound keeps one text from holding up the rest. */
const MAX_WORDS = 256;

/**
 * A real embedder that is there at once and costs nothing, for tests that are not about embedding: feature hashing of
 * words and character n-grams. It knows no meaning, only spelling: it forgives inflection, typing errors and compound
 * words that the keyword index does not. Integer hashing and IEEE arithmetic in a fixed order: the same vector on every
 * machine.
 */
export class HashEmbedder implements Embedder {
  readonly id = "hash-256/1";
  readonly dimensions = DIMENSIONS;

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map(embedText);
  }
}

function embedText(text: string): Float32Array {
  const sums = new Float64Array(DIMENSIONS);
  for (const word of contentWords(text).slice(0, MAX_WORDS)) {
    addFeature(sums, hash(word, 0, word.length, 0), WORD_WEIGHT);
    // The marks at both ends make prefixes and suffixes features of their own.
    const marked = `<${word}>`;
    for (const size of NGRAM_SIZES) {
      const count = marked.length - size + 1;
      const weight = 1 / Math.sqrt(count);
      for (let start = 0; start < count; start++)
        addFeature(sums, hash(marked, start, start + size, size), weight);
    }
  }
  return normalise(sums);
}

/** The low bits choose the place, the highest the sign, so that collisions cancel out on average. */
function addFeature(sums: Float64Array, feature: number, weight: number): void {
  const place = feature % DIMENSIONS;
  const value = feature >= 0x80000000 ? weight : -weight;
  sums[place] = (sums[place] ?? 0) + value;
}

/** FNV-1a over UTF-16 code units, then MurmurHash3's finaliser, which mixes what FNV leaves uneven. */
function hash(text: string, start: number, end: number, seed: number): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = start; index < end; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function normalise(sums: Float64Array): Float32Array {
  const length = Math.sqrt(sums.reduce((total, value) => total + value * value, 0));
  return Float32Array.from(sums, (value) => (length === 0 ? 0 : value / length));
}
