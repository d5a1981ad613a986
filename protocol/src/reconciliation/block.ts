import { addWords, subtractWords, WORDS } from "./digest-sum.ts";
import { type Bound, type Item, PREFIX_BYTES } from "./item.ts";

/** Items in a block: moving half of them costs microseconds, and 500,000 items make about a thousand blocks. */
export const BLOCK_ITEMS = 512;

/** What is looked for, in the form in which blocks hold it: for a bound, its prefix filled up with zeros. */
export interface Key {
  readonly created: number;
  readonly words: Uint32Array;
}

export function keyOfItem({ created, digest }: Item): Key {
  return { created, words: wordsOf(digest) };
}

/** An item is below the bound exactly when it is below this key: zeros are the smallest way to go on. */
export function keyOfBound({ created, prefix }: Bound): Key {
  const padded = new Uint8Array(WORDS * 4);
  padded.set(prefix.subarray(0, PREFIX_BYTES));
  return { created, words: wordsOf(padded) };
}

function wordsOf(digest: Uint8Array): Uint32Array {
  const words = new Uint32Array(WORDS);
  for (let i = 0; i < WORDS; i++) words[i] = wordAt(digest, i);
  return words;
}

/** Byte by byte: a view would make a small array move its bytes off the heap, which costs more. */
function wordAt(digest: Uint8Array, i: number): number {
  const at = i * 4;
  const upper = ((digest[at] ?? 0) << 8) | (digest[at + 1] ?? 0);
  const lower = ((digest[at + 2] ?? 0) << 8) | (digest[at + 3] ?? 0);
  return ((upper << 16) | lower) >>> 0;
}

/** Some hundred neighbouring items in order, with the sum of their digests. 40 bytes an item and no objects. */
export class Block {
  readonly sum = new Uint32Array(WORDS);
  count = 0;
  readonly #created = new Float64Array(BLOCK_ITEMS);
  readonly #words = new Uint32Array(BLOCK_ITEMS * WORDS);

  /** How many items are below the key. */
  rank(key: Key): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  compare(at: number, key: Key): number {
    const created = this.#created[at] ?? 0;
    if (created !== key.created) return created - key.created;
    for (let i = 0; i < WORDS; i++) {
      const difference = (this.#words[at * WORDS + i] ?? 0) - (key.words[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  insert(at: number, key: Key): void {
    this.#created.copyWithin(at + 1, at, this.count);
    this.#words.copyWithin((at + 1) * WORDS, at * WORDS, this.count * WORDS);
    this.#created[at] = key.created;
    this.#words.set(key.words, at * WORDS);
    addWords(this.sum, 0, key.words, 0);
    this.count++;
  }

  remove(at: number): void {
    subtractWords(this.sum, 0, this.#words, at * WORDS);
    this.#created.copyWithin(at, at + 1, this.count);
    this.#words.copyWithin(at * WORDS, (at + 1) * WORDS, this.count * WORDS);
    this.count--;
  }

  /** Moves the items from `at` on to the end of another block. */
  moveTo(other: Block, at: number): void {
    const moved = this.count - at;
    other.#created.set(this.#created.subarray(at, this.count), other.count);
    other.#words.set(this.#words.subarray(at * WORDS, this.count * WORDS), other.count * WORDS);
    const sum = new Uint32Array(WORDS);
    this.addTo(sum, at, this.count);
    addWords(other.sum, 0, sum, 0);
    subtractWords(this.sum, 0, sum, 0);
    other.count += moved;
    this.count = at;
  }

  /** After the last item, of which the caller knows that it is below. */
  append({ created, digest }: Item): void {
    const at = this.count * WORDS;
    for (let i = 0; i < WORDS; i++) this.#words[at + i] = wordAt(digest, i);
    this.#created[this.count] = created;
    addWords(this.sum, 0, this.#words, at);
    this.count++;
  }

  /**
   * Adds the digests of the items from `from` up to `to` to `sum`. Each column is added up on its own, exact in 53 bits for
   * so few items, and carried over once: this is what most of an answer's time goes into.
   */
  addTo(sum: Uint32Array, from: number, to: number): void {
    const words = this.#words;
    let [c0, c1, c2, c3, c4, c5, c6, c7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let at = from * WORDS; at < to * WORDS; at += WORDS) {
      c0 += words[at] ?? 0;
      c1 += words[at + 1] ?? 0;
      c2 += words[at + 2] ?? 0;
      c3 += words[at + 3] ?? 0;
      c4 += words[at + 4] ?? 0;
      c5 += words[at + 5] ?? 0;
      c6 += words[at + 6] ?? 0;
      c7 += words[at + 7] ?? 0;
    }
    let carry = 0;
    for (const [i, column] of [c7, c6, c5, c4, c3, c2, c1, c0].entries()) {
      const total = (sum[WORDS - 1 - i] ?? 0) + column + carry;
      sum[WORDS - 1 - i] = total % 2 ** 32;
      carry = Math.floor(total / 2 ** 32);
    }
  }

  item(at: number): Item {
    const digest = new Uint8Array(WORDS * 4);
    const view = new DataView(digest.buffer);
    for (let i = 0; i < WORDS; i++) view.setUint32(i * 4, this.#words[at * WORDS + i] ?? 0);
    return { created: this.#created[at] ?? 0, digest };
  }
}
