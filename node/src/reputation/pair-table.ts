/** Columns of numbers that a table has beside its pair. */
type Columns<Name extends string> = Readonly<Record<Name, Float64Array>>;

const FIRST_CAPACITY = 256;
const NONE = -1;

/**
 * Rows of numbers by a pair of indices, at most one a pair, with the rows of each first and each second index chained.
 * In typed arrays: half a million records are a few tens of megabytes and nothing for the garbage collector to walk.
 */
export class PairTable<Name extends string> {
  #size = 0;
  #first = new Int32Array(FIRST_CAPACITY);
  #second = new Int32Array(FIRST_CAPACITY);
  #nextOfFirst = new Int32Array(FIRST_CAPACITY);
  #nextOfSecond = new Int32Array(FIRST_CAPACITY);
  readonly #names: readonly Name[];
  #columns: Columns<Name>;
  /** Newest row of each index, and from there along the chains. */
  #headOfFirst = new Int32Array(FIRST_CAPACITY).fill(NONE);
  #headOfSecond = new Int32Array(FIRST_CAPACITY).fill(NONE);
  /** Open addressing, at most half full. */
  #slots = new Int32Array(FIRST_CAPACITY * 2).fill(NONE);

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#columns = columnsOf(names, FIRST_CAPACITY);
  }

  get size(): number {
    return this.#size;
  }

  get columns(): Columns<Name> {
    return this.#columns;
  }

  first(row: number): number {
    return this.#first[row] ?? NONE;
  }

  second(row: number): number {
    return this.#second[row] ?? NONE;
  }

  /** The first row of a chain, or -1. */
  headOfFirst(index: number): number {
    return this.#headOfFirst[index] ?? NONE;
  }

  headOfSecond(index: number): number {
    return this.#headOfSecond[index] ?? NONE;
  }

  nextOfFirst(row: number): number {
    return this.#nextOfFirst[row] ?? NONE;
  }

  nextOfSecond(row: number): number {
    return this.#nextOfSecond[row] ?? NONE;
  }

  *ofSecond(index: number): Generator<number> {
    for (let row = this.headOfSecond(index); row !== NONE; row = this.nextOfSecond(row)) yield row;
  }

  *ofFirst(index: number): Generator<number> {
    for (let row = this.headOfFirst(index); row !== NONE; row = this.nextOfFirst(row)) yield row;
  }

  /** The row of a pair, or -1. */
  find(first: number, second: number): number {
    return this.#slots[this.#slotOf(first, second)] ?? NONE;
  }

  /** The row of a pair, made with zeros if there is none. */
  open(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const known = this.#slots[slot] ?? NONE;
    if (known !== NONE) return known;
    if (this.#size === this.#first.length) this.#grow();
    const row = this.#size++;
    this.#first[row] = first;
    this.#second[row] = second;
    this.#headOfFirst = chain(this.#headOfFirst, this.#nextOfFirst, first, row);
    this.#headOfSecond = chain(this.#headOfSecond, this.#nextOfSecond, second, row);
    this.#slots[this.#slotOf(first, second)] = row;
    return row;
  }

  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let slot = scatter(first, second) & mask;
    for (;;) {
      const row = this.#slots[slot] ?? NONE;
      if (row === NONE || (this.#first[row] === first && this.#second[row] === second)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = this.#first.length * 2;
    this.#first = longer(this.#first, capacity);
    this.#second = longer(this.#second, capacity);
    this.#nextOfFirst = longer(this.#nextOfFirst, capacity);
    this.#nextOfSecond = longer(this.#nextOfSecond, capacity);
    const columns = columnsOf(this.#names, capacity);
    for (const name of this.#names) columns[name].set(this.#columns[name]);
    this.#columns = columns;
    this.#slots = new Int32Array(capacity * 2).fill(NONE);
    for (let row = 0; row < this.#size; row++)
      this.#slots[this.#slotOf(this.first(row), this.second(row))] = row;
  }
}

function columnsOf<Name extends string>(names: readonly Name[], capacity: number): Columns<Name> {
  return Object.fromEntries(names.map((name) => [name, new Float64Array(capacity)])) as Columns<Name>;
}

function longer(values: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(capacity);
  copy.set(values);
  return copy;
}

/** Puts a row before the others of its index; returns the heads, longer if they had to be. */
function chain(
  heads: Int32Array<ArrayBuffer>,
  next: Int32Array,
  index: number,
  row: number,
): Int32Array<ArrayBuffer> {
  let all = heads;
  if (index >= heads.length) {
    all = new Int32Array(Math.max(index + 1, heads.length * 2)).fill(NONE);
    all.set(heads);
  }
  next[row] = all[index] ?? NONE;
  all[index] = row;
  return all;
}

/** Indices are dense and handed out here, so nobody outside can aim collisions. */
function scatter(first: number, second: number): number {
  let hash = Math.imul(first + 1, 0x9e3779b1) ^ Math.imul(second + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
