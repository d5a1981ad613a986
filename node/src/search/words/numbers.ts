/** A list of 32-bit numbers that grows. */
export class NumberList {
  #values: Uint32Array<ArrayBuffer>;
  #length: number;

  constructor(values = new Uint32Array(0)) {
    this.#values = values;
    this.#length = values.length;
  }

  get length(): number {
    return this.#length;
  }

  /** 0 beyond the end. */
  at(index: number): number {
    return index < this.#length ? (this.#values[index] as number) : 0;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  push(value: number): number {
    if (this.#length === this.#values.length) {
      // By half as much again: what is spare stays small where there are many.
      const grown = new Uint32Array(Math.max(256, Math.ceil(this.#length * 1.5)));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    return this.#length++;
  }

  /** Sets a value wherever it is, with zeros up to there. */
  put(index: number, value: number): void {
    while (this.#length <= index) this.push(0);
    this.#values[index] = value;
  }

  clear(): void {
    this.#values = new Uint32Array(0);
    this.#length = 0;
  }

  /** A view of all values, valid until the next `push`. */
  view(): Uint32Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }

  copy(): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, this.#length);
  }
}

const PAGE_BITS = 10;
const PAGE_NUMBERS = 1 << PAGE_BITS;

/**
 * From numbers that grow and are used once (of documents, of vectors) to small whole numbers: four bytes each, in pages
 * that go when nothing is left in them, where a Map takes fifty.
 */
export class NumberMap {
  readonly #pages = new Map<number, { readonly values: Uint32Array; count: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): number | undefined {
    const stored = this.#pages.get(Math.floor(number / PAGE_NUMBERS))?.values[number % PAGE_NUMBERS];
    return stored === undefined || stored === 0 ? undefined : stored - 1;
  }

  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  set(number: number, value: number): void {
    const key = Math.floor(number / PAGE_NUMBERS);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { values: new Uint32Array(PAGE_NUMBERS), count: 0 };
      this.#pages.set(key, page);
    }
    const at = number % PAGE_NUMBERS;
    if (page.values[at] === 0) {
      page.count += 1;
      this.#size += 1;
    }
    page.values[at] = value + 1;
  }

  delete(number: number): void {
    const key = Math.floor(number / PAGE_NUMBERS);
    const page = this.#pages.get(key);
    const at = number % PAGE_NUMBERS;
    if (page === undefined || page.values[at] === 0) return;
    page.values[at] = 0;
    page.count -= 1;
    this.#size -= 1;
    if (page.count === 0) this.#pages.delete(key);
  }

  /** In the order in which pages were made. */
  *keys(): Generator<number> {
    for (const [key, { values }] of this.#pages)
      for (let at = 0; at < PAGE_NUMBERS; at++) if (values[at] !== 0) yield key * PAGE_NUMBERS + at;
  }
}
