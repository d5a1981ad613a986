import { BLOCK_ITEMS, Block, type Key, keyOfBound, keyOfItem } from "./block.ts";
import { addWords, DigestSum, type Summary, subtractWords, WORDS } from "./digest-sum.ts";
import {
  type Bound,
  boundBetween,
  compareItems,
  EVERYTHING,
  type Item,
  type ItemRange,
  type ShortItem,
} from "./item.ts";

/** A piece of a range, from the end of the piece before it up to `upper`. */
export interface Part extends Summary {
  readonly upper: Bound;
}

/** A set that others may look at but not change. */
export interface LiveSetView {
  readonly size: number;
  has(item: Item): boolean;
  /** The item that begins with this prefix; the first, should there be several. */
  find(short: ShortItem): Item | undefined;
  count(range: ItemRange): number;
  sum(range?: ItemRange): DigestSum;
  summary(range?: ItemRange): Summary;
  /** Cuts a range into at most `parts` pieces of about equal count that together are the range; none is empty, unless all is. */
  split(range: ItemRange, parts: number): Part[];
  /** The first items of a range, in order. */
  items(range: ItemRange, most: number): Item[];
}

/** A block is built this full, so that what comes later does not split it at once. */
const BUILT_ITEMS = 448;
/** Two neighbours that together have no more than this become one block. */
const MERGED_ITEMS = 256;

/**
 * The items of all live records, ordered by (created, digest), with the fingerprint of any range at hand. Two levels:
 * blocks of some hundred items with their sums, and running totals over the blocks, which are brought up to date
 * when somebody asks. Adding, deleting and the sum of a range all cost about one block.
 */
export class LiveSet implements LiveSetView {
  readonly #blocks: Block[] = [];
  #size = 0;
  #stale = true;
  /** Items and digests before each block, and of all of them at the end. */
  #counts = new Uint32Array(1);
  #sums = new Uint32Array(WORDS);

  /** @throws {RangeError} the items do not ascend. */
  static ofSorted(items: Iterable<Item>): LiveSet {
    const set = new LiveSet();
    let block = new Block();
    let before: Item | undefined;
    for (const item of items) {
      if (before !== undefined && compareItems(before, item) >= 0)
        throw new RangeError("the items do not ascend");
      before = item;
      if (block.count === 0 || block.count === BUILT_ITEMS) {
        block = new Block();
        set.#blocks.push(block);
      }
      block.append(item);
      set.#size++;
    }
    return set;
  }

  get size(): number {
    return this.#size;
  }

  /** False when it was there already. */
  add(item: Item): boolean {
    const key = keyOfItem(item);
    const { index, at, found } = this.#locate(key);
    if (found) return false;
    let block = this.#blocks[index];
    if (block === undefined) {
      block = new Block();
      this.#blocks.push(block);
    }
    if (block.count === BLOCK_ITEMS) {
      const upper = new Block();
      block.moveTo(upper, BLOCK_ITEMS / 2);
      this.#blocks.splice(index + 1, 0, upper);
      if (at > block.count) upper.insert(at - block.count, key);
      else block.insert(at, key);
    } else block.insert(at, key);
    this.#size++;
    this.#stale = true;
    return true;
  }

  /** False when it was not there. */
  delete(item: Item): boolean {
    const { index, at, found } = this.#locate(keyOfItem(item));
    const block = this.#blocks[index];
    if (!found || block === undefined) return false;
    block.remove(at);
    this.#size--;
    this.#stale = true;
    if (block.count === 0) this.#blocks.splice(index, 1);
    else this.#merge(index) || this.#merge(index - 1);
    return true;
  }

  has(item: Item): boolean {
    return this.#locate(keyOfItem(item)).found;
  }

  find({ created, prefix }: ShortItem): Item | undefined {
    const rank = this.#rank({ created, prefix });
    const item = rank < this.#size ? this.#itemAt(rank) : undefined;
    if (item === undefined || item.created !== created) return undefined;
    return prefix.every((byte, i) => item.digest[i] === byte) ? item : undefined;
  }

  count({ lower, upper }: ItemRange): number {
    return Math.max(0, this.#rank(upper) - this.#rank(lower));
  }

  sum({ lower, upper }: ItemRange = EVERYTHING): DigestSum {
    const from = this.#rank(lower);
    return this.#sumOf(from, Math.max(from, this.#rank(upper)));
  }

  summary(range: ItemRange = EVERYTHING): Summary {
    return this.sum(range).summary();
  }

  split(range: ItemRange, parts: number): Part[] {
    const end = this.#rank(range.upper);
    let from = Math.min(this.#rank(range.lower), end);
    const pieces: Part[] = [];
    for (let left = parts; left > 1; left--) {
      let to = from + Math.ceil((end - from) / left);
      if (to >= end) break;
      let upper = boundBetween(this.#itemAt(to - 1), this.#itemAt(to));
      while (upper === undefined && ++to < end) upper = boundBetween(this.#itemAt(to - 1), this.#itemAt(to));
      if (upper === undefined) break;
      pieces.push({ upper, ...this.#sumOf(from, to).summary() });
      from = to;
    }
    pieces.push({ upper: range.upper, ...this.#sumOf(from, end).summary() });
    return pieces;
  }

  items({ lower, upper }: ItemRange, most: number): Item[] {
    const from = this.#rank(lower);
    const to = Math.min(this.#rank(upper), from + most);
    const items: Item[] = [];
    for (let rank = from; rank < to; ) {
      const { index, at } = this.#place(rank);
      const block = this.#blocks[index];
      if (block === undefined) break;
      for (let i = at; i < block.count && rank < to; i++, rank++) items.push(block.item(i));
    }
    return items;
  }

  /** The block that has the key or would take it, and where. */
  #locate(key: Key): { index: number; at: number; found: boolean } {
    // The last block whose first item is not above the key; the first block takes what is below all.
    const index = Math.max(0, this.#blocksStartingBelow(key, 1) - 1);
    const block = this.#blocks[index];
    if (block === undefined) return { index, at: 0, found: false };
    const at = block.rank(key);
    return { index, at, found: at < block.count && block.compare(at, key) === 0 };
  }

  /** How many blocks have a first item below the key (`tie` 0), or not above it (`tie` 1). */
  #blocksStartingBelow(key: Key, tie: 0 | 1): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle]?.compare(0, key) ?? 0) < tie) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many items are below the bound. */
  #rank(bound: Bound): number {
    this.#refresh();
    const key = keyOfBound(bound);
    const index = this.#blocksStartingBelow(key, 0) - 1;
    const block = this.#blocks[index];
    return block === undefined ? 0 : (this.#counts[index] ?? 0) + block.rank(key);
  }

  #place(rank: number): { index: number; at: number } {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#counts[middle + 1] ?? 0) <= rank) low = middle + 1;
      else high = middle;
    }
    return { index: low, at: rank - (this.#counts[low] ?? 0) };
  }

  #itemAt(rank: number): Item {
    const { index, at } = this.#place(rank);
    const block = this.#blocks[index];
    if (block === undefined) throw new RangeError(`there are ${this.#size} items, and no ${rank}`);
    return block.item(at);
  }

  #sumOf(from: number, to: number): DigestSum {
    const sum = new DigestSum();
    sum.count = to - from;
    const first = this.#place(from);
    const last = this.#place(to);
    const one = this.#blocks[first.index];
    const other = this.#blocks[last.index];
    if (first.index === last.index) {
      one?.addTo(sum.words, first.at, last.at);
      return sum;
    }
    addWords(sum.words, 0, this.#sums, last.index * WORDS);
    subtractWords(sum.words, 0, this.#sums, (first.index + 1) * WORDS);
    one?.addTo(sum.words, first.at, one.count);
    other?.addTo(sum.words, 0, last.at);
    return sum;
  }

  #refresh(): void {
    if (!this.#stale) return;
    const blocks = this.#blocks.length;
    if (this.#counts.length <= blocks) {
      this.#counts = new Uint32Array(2 * blocks + 1);
      this.#sums = new Uint32Array((2 * blocks + 1) * WORDS);
    }
    for (const [index, block] of this.#blocks.entries()) {
      this.#counts[index + 1] = (this.#counts[index] ?? 0) + block.count;
      this.#sums.copyWithin((index + 1) * WORDS, index * WORDS, (index + 1) * WORDS);
      addWords(this.#sums, (index + 1) * WORDS, block.sum, 0);
    }
    this.#stale = false;
  }

  /** Joins a block with the one after it, where both are small. */
  #merge(index: number): boolean {
    const block = this.#blocks[index];
    const next = this.#blocks[index + 1];
    if (block === undefined || next === undefined || block.count + next.count > MERGED_ITEMS) return false;
    next.moveTo(block, 0);
    this.#blocks.splice(index + 1, 1);
    return true;
  }
}
