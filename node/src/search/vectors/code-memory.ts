import { unitScale } from "../codes.ts";
import { KERNEL_BYTES } from "./kernel-bytes.ts";

/** Rows are padded to what the kernel takes in one step. */
const STEP = 16;
/** Beyond this the kernel's sums could overflow. */
const MAX_WIDTH = 4_096;
/** A unit vector's components as 16-bit integers. */
const QUERY_SCALE = 32_767;
/** The first page holds the query, a list of rows and the products; codes come behind it. */
const PAGE_BYTES = 65_536;
const LIST_AT = 16_384;
const OUT_AT = 32_768;
/** Rows per call of the kernel: 16 KiB of products. */
export const BATCH_ROWS = 4_096;
/** Growing is free (only pages that are written to take memory), but makes all views anew. */
const GROWTH_PAGES = 64;

interface Kernel {
  products(query: number, codes: number, rows: number, width: number, out: number): void;
  productsOf(query: number, codes: number, list: number, count: number, width: number, out: number): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
/** The part of the WebAssembly API that is used here: TypeScript has it in the types of browsers only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number }) => Memory;
  Instance: new (module: object, imports: { env: { memory: Memory } }) => { readonly exports: unknown };
};

const module = new WebAssembly.Module(Buffer.from(KERNEL_BYTES, "base64"));

/** Vectors as int8 codes by row, in the memory of a WebAssembly module that multiplies them: 20 ns a vector of 256. */
export class CodeMemory {
  readonly dimensions: number;
  readonly #width: number;
  readonly #memory = new WebAssembly.Memory({ initial: 1 + GROWTH_PAGES });
  readonly #kernel: Kernel;
  /** 1 / length of the codes. */
  #scales = new Float32Array(1_024);
  #codes: Int8Array;
  #products: Int32Array;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#width = Math.ceil(dimensions / STEP) * STEP;
    if (this.#width > MAX_WIDTH) throw new RangeError(`vectors of ${dimensions} dimensions are too long`);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#kernel = exports as Kernel;
    this.#codes = new Int8Array(this.#memory.buffer);
    this.#products = new Int32Array(this.#memory.buffer, OUT_AT, BATCH_ROWS);
  }

  set(row: number, codes: Int8Array): void {
    const start = this.#start(row);
    const missing = start + this.#width - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(missing);
    if (row >= this.#scales.length) {
      const scales = new Float32Array(Math.ceil(row * 1.5));
      scales.set(this.#scales);
      this.#scales = scales;
    }
    this.#codes.set(codes, start);
    this.#scales[row] = unitScale(codes);
  }

  /** A copy of a row's codes. */
  codesOf(row: number): Int8Array {
    const start = this.#start(row);
    return this.#codes.slice(start, start + this.dimensions);
  }

  equals(row: number, codes: Int8Array): boolean {
    const start = this.#start(row);
    for (let at = 0; at < codes.length; at++) if (this.#codes[start + at] !== codes[at]) return false;
    return true;
  }

  /** The unit vector of a row, or the one along its first dimensions, in the form that hnswlib takes. */
  point(row: number, dimensions: number): number[] {
    const start = this.#start(row);
    let squares = 0;
    for (let at = start; at < start + dimensions; at++) squares += (this.#codes[at] as number) ** 2;
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    return Array.from(this.#codes.subarray(start, start + dimensions), (code) => code * scale);
  }

  /** Whether a row says nothing. */
  isZero(row: number): boolean {
    return this.#scales[row] === 0;
  }

  /**
   * Cosines of a unit vector with all rows up to `rows`, as far as they reach what `least` says at that moment: most do
   * not, and are passed over here.
   */
  scan(
    query: Float32Array,
    rows: number,
    least: () => number,
    visit: (row: number, cosine: number) => void,
  ): void {
    this.#setQuery(query);
    let floor = least();
    for (let first = 0; first < rows; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, rows - first);
      this.#kernel.products(0, this.#start(first), count, this.#width, OUT_AT);
      for (let at = 0; at < count; at++) {
        const row = first + at;
        const cosine = ((this.#products[at] as number) * (this.#scales[row] as number)) / QUERY_SCALE;
        if (cosine < floor) continue;
        visit(row, cosine);
        floor = least();
      }
    }
  }

  /** Cosines of a unit vector with some rows. */
  scanRows(query: Float32Array, rows: Uint32Array, visit: (row: number, cosine: number) => void): void {
    this.#setQuery(query);
    for (let first = 0; first < rows.length; first += BATCH_ROWS) {
      const part = rows.subarray(first, first + BATCH_ROWS);
      new Uint32Array(this.#memory.buffer, LIST_AT, part.length).set(part);
      this.#kernel.productsOf(0, PAGE_BYTES, LIST_AT, part.length, this.#width, OUT_AT);
      for (let at = 0; at < part.length; at++) {
        const row = part[at] as number;
        visit(row, ((this.#products[at] as number) * (this.#scales[row] as number)) / QUERY_SCALE);
      }
    }
  }

  #setQuery(query: Float32Array): void {
    const place = new Int16Array(this.#memory.buffer, 0, this.#width).fill(0);
    for (let at = 0; at < query.length; at++) place[at] = Math.round((query[at] as number) * QUERY_SCALE);
  }

  #start(row: number): number {
    return PAGE_BYTES + row * this.#width;
  }

  #grow(bytes: number): void {
    this.#memory.grow(Math.ceil(bytes / PAGE_BYTES) + GROWTH_PAGES);
    this.#codes = new Int8Array(this.#memory.buffer);
    this.#products = new Int32Array(this.#memory.buffer, OUT_AT, BATCH_ROWS);
  }
}
