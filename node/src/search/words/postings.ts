import { NumberList } from "./numbers.ts";

/** Postings lie in chunks of so many numbers (1 MiB), so that growing copies nothing. */
export const CHUNK_NUMBERS = 1 << 18;
/** The longest block: long runs read fast, and a new one wastes little beside what is there. */
const MAX_BLOCK = 4_096;
/** A posting is a slot and an impact in one number: 24 bits of one, 8 of the other. */
export const MAX_SLOTS = 1 << 24;

/** Where the lists of all terms begin and end; the rest is in the chunks. */
export interface PostingHeads {
  readonly heads: Uint32Array<ArrayBuffer>;
  readonly cursors: Uint32Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Numbers in use, over all chunks. */
  readonly used: number;
}

/**
 * For every term the documents that have it, in order of slot, with the impact of the term on each: a linked list
 * of blocks whose sizes follow from their place in the list. Lists only grow, so that what was there at one moment
 * can be written to disk while more is added.
 */
export class Postings {
  readonly #chunks: Uint32Array[] = [];
  #used = 0;
  readonly #heads: NumberList;
  /** Where the next posting goes. */
  readonly #cursors: NumberList;
  /** The place behind the last posting of a block holds the address of the next block. */
  readonly #ends: NumberList;
  readonly #counts: NumberList;

  constructor(heads?: PostingHeads, chunks: Uint32Array[] = []) {
    this.#heads = new NumberList(heads?.heads);
    this.#cursors = new NumberList(heads?.cursors);
    this.#ends = new NumberList(heads?.ends);
    this.#counts = new NumberList(heads?.counts);
    this.#used = heads?.used ?? 0;
    this.#chunks = chunks;
  }

  get terms(): number {
    return this.#heads.length;
  }

  count(term: number): number {
    return this.#counts.at(term);
  }

  /** Slots must come in growing order for each term; terms must be new or known. */
  add(term: number, slot: number, impact: number): void {
    if (term === this.#heads.length) this.#begin();
    let cursor = this.#cursors.at(term);
    if (cursor === this.#ends.at(term)) {
      const block = this.#allocate(term);
      this.#write(cursor, block);
      cursor = block;
    }
    this.#write(cursor, (slot << 8) | impact);
    this.#cursors.set(term, cursor + 1);
    this.#counts.set(term, this.#counts.at(term) + 1);
  }

  /** Gives the postings of a term in runs; `visit` returns false to have no more. */
  walk(term: number, visit: (chunk: Uint32Array, from: number, to: number) => boolean): void {
    let left = this.#counts.at(term);
    let address = this.#heads.at(term);
    for (let seen = 0; left > 0; ) {
      const size = blockSize(seen);
      const chunk = this.#chunks[Math.floor(address / CHUNK_NUMBERS)] as Uint32Array;
      const from = address % CHUNK_NUMBERS;
      const length = Math.min(size, left);
      if (!visit(chunk, from, from + length)) return;
      left -= length;
      seen += length;
      address = chunk[from + size] as number;
    }
  }

  /** A copy of the heads and the living chunks: together what is there now, whatever is added to the chunks later. */
  freeze(): { heads: PostingHeads; chunks: readonly Uint32Array[] } {
    return {
      heads: {
        heads: this.#heads.copy(),
        cursors: this.#cursors.copy(),
        ends: this.#ends.copy(),
        counts: this.#counts.copy(),
        used: this.#used,
      },
      chunks: [...this.#chunks],
    };
  }

  #begin(): void {
    const term = this.#heads.push(0);
    this.#counts.push(0);
    this.#cursors.push(0);
    this.#ends.push(0);
    const block = this.#allocate(term);
    this.#heads.set(term, block);
    this.#cursors.set(term, block);
  }

  #allocate(term: number): number {
    const size = blockSize(this.#counts.at(term));
    if ((this.#used % CHUNK_NUMBERS) + size + 1 > CHUNK_NUMBERS)
      this.#used = Math.ceil(this.#used / CHUNK_NUMBERS) * CHUNK_NUMBERS;
    if (this.#used >= this.#chunks.length * CHUNK_NUMBERS) this.#chunks.push(new Uint32Array(CHUNK_NUMBERS));
    const block = this.#used;
    this.#used += size + 1;
    this.#ends.set(term, block + size);
    return block;
  }

  #write(address: number, value: number): void {
    (this.#chunks[Math.floor(address / CHUNK_NUMBERS)] as Uint32Array)[address % CHUNK_NUMBERS] = value;
  }
}

/** One, then half of what there is already: most terms are rare, and those that are not waste a sixth at most. */
function blockSize(seen: number): number {
  return seen === 0 ? 1 : Math.min(MAX_BLOCK, Math.max(2, seen >> 1));
}
