import { BestList, type Neighbour } from "./best-list.ts";
import { unitScale } from "./codes.ts";

/** Vectors come in blocks of this many, so that growing never copies what is there. */
const BLOCK_VECTORS = 4_096;

interface Place {
  readonly block: number;
  readonly slot: number;
}

/**
 * Every vector, as int8 codes in plain memory: exact answers by reading all of them, or a given few. It serves
 * filtered queries, the vectors that the graph has not taken in yet, and everything where there is no graph.
 */
export class FlatIndex {
  readonly #dimensions: number;
  readonly #blocks: { codes: Int8Array; numbers: Uint32Array; scales: Float64Array }[] = [];
  readonly #places = new Map<number, Place>();
  /** Slots that removed vectors left behind, used again first. Bounded by the number of slots. */
  readonly #free: Place[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  get size(): number {
    return this.#places.size;
  }

  has(number: number): boolean {
    return this.#places.has(number);
  }

  /** Document numbers start at 1: 0 marks a free slot. */
  set(number: number, codes: Int8Array): void {
    const place = this.#places.get(number) ?? this.#free.pop() ?? this.#grow();
    const block = this.#blocks[place.block];
    if (block === undefined) return;
    block.codes.set(codes, place.slot * this.#dimensions);
    block.numbers[place.slot] = number;
    block.scales[place.slot] = unitScale(codes);
    this.#places.set(number, place);
  }

  remove(number: number): void {
    const place = this.#places.get(number);
    if (place === undefined) return;
    const block = this.#blocks[place.block];
    if (block !== undefined) block.numbers[place.slot] = 0;
    this.#places.delete(number);
    this.#free.push(place);
  }

  /** A view, valid until the number is removed. */
  codesOf(number: number): Int8Array | undefined {
    const place = this.#places.get(number);
    if (place === undefined) return undefined;
    const start = place.slot * this.#dimensions;
    return this.#blocks[place.block]?.codes.subarray(start, start + this.#dimensions);
  }

  numbers(): IterableIterator<number> {
    return this.#places.keys();
  }

  /** The cosine of one document with a unit query vector. */
  cosine(number: number, query: Float32Array): number | undefined {
    const place = this.#places.get(number);
    const block = place === undefined ? undefined : this.#blocks[place.block];
    if (place === undefined || block === undefined) return undefined;
    return dot(query, block.codes, place.slot * this.#dimensions) * (block.scales[place.slot] ?? 0);
  }

  /** The exact best `limit` of `only`, or of all. */
  search(query: Float32Array, limit: number, only?: Iterable<number>): readonly Neighbour[] {
    const best = new BestList(limit);
    if (only === undefined) this.#offerAll(query, best);
    else for (const number of only) this.offer(query, number, best);
    return best.list();
  }

  /** Offers one document, if it is here, to a list of the best. */
  offer(query: Float32Array, number: number, best: BestList): void {
    const cosine = this.cosine(number, query);
    if (cosine !== undefined) best.offer(number, cosine);
  }

  #offerAll(query: Float32Array, best: BestList): void {
    for (const { codes, numbers, scales } of this.#blocks) {
      for (let slot = 0; slot < BLOCK_VECTORS; slot++) {
        const number = numbers[slot] ?? 0;
        if (number === 0) continue;
        best.offer(number, dot(query, codes, slot * this.#dimensions) * (scales[slot] ?? 0));
      }
    }
  }

  #grow(): Place {
    const block = this.#blocks.length;
    this.#blocks.push({
      codes: new Int8Array(BLOCK_VECTORS * this.#dimensions),
      numbers: new Uint32Array(BLOCK_VECTORS),
      scales: new Float64Array(BLOCK_VECTORS),
    });
    for (let slot = BLOCK_VECTORS - 1; slot > 0; slot--) this.#free.push({ block, slot });
    return { block, slot: 0 };
  }
}

/** Four sums side by side: a single one would make every addition wait for the one before it. */
function dot(query: Float32Array, codes: Int8Array, start: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = query.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = start + i;
    a += (query[i] as number) * (codes[at] as number);
    b += (query[i + 1] as number) * (codes[at + 1] as number);
    c += (query[i + 2] as number) * (codes[at + 2] as number);
    d += (query[i + 3] as number) * (codes[at + 3] as number);
  }
  for (let i = whole; i < query.length; i++) a += (query[i] as number) * (codes[start + i] as number);
  return a + b + c + d;
}
