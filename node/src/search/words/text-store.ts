import { randomBytes } from "node:crypto";
import { HashSlots } from "./hash-slots.ts";
import { NumberList } from "./numbers.ts";

/** Texts lie in chunks of this size, so that growing copies nothing. */
export const CHUNK_BYTES = 1 << 20;
/** Longer texts are cut: ids and words are short, and one must fit a chunk. */
export const MAX_TEXT_BYTES = 4_096;
/** Chosen anew by each process, so that nobody can write words that all collide. */
const SEED = randomBytes(4).readUInt32LE();

/** Where the texts lie in their chunks. */
export interface TextPlaces {
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** Bytes in use of the last chunk. */
  readonly used: number;
}

/**
 * Short texts by index, found by content: bytes in chunks and a hash table, where an array and a Map of strings take
 * five times the memory.
 */
export class TextStore {
  readonly #chunks: Buffer[] = [];
  #used = 0;
  readonly #starts: NumberList;
  readonly #lengths: NumberList;
  readonly #slots = new HashSlots();
  readonly #scratch = Buffer.allocUnsafe(MAX_TEXT_BYTES);

  constructor(starts = new NumberList(), lengths = new NumberList()) {
    this.#starts = starts;
    this.#lengths = lengths;
  }

  get length(): number {
    return this.#starts.length;
  }

  /** The index of a text that can be found, or −1. */
  find(text: string): number {
    const length = this.#encode(text);
    return this.#slots.find(this.#hash(this.#scratch, 0, length), (index) => this.#equals(index, length));
  }

  /** Keeps a text under the next index, whether there is an equal one or not; `find` gives the first of equals. */
  append(text: string): number {
    const length = this.#encode(text);
    if (this.#chunks.length === 0 || this.#used + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    this.#scratch.copy(this.#chunks[chunk] as Buffer, this.#used, 0, length);
    const index = this.#starts.push(chunk * CHUNK_BYTES + this.#used);
    this.#lengths.push(length);
    this.#used += length;
    this.#slots.insert(this.#hash(this.#scratch, 0, length), index);
    return index;
  }

  text(index: number): string {
    const { chunk, start, end } = this.#place(index);
    return chunk.toString("utf8", start, end);
  }

  /** The index stays, the text is not found any more. */
  forget(index: number): void {
    const { chunk, start, end } = this.#place(index);
    this.#slots.remove(this.#hash(chunk, start, end), index);
  }

  /** What is there now: texts are never moved or changed, so the chunks may grow while they are written to disk. */
  freeze(): { places: TextPlaces; chunks: readonly Uint8Array[] } {
    const places = { starts: this.#starts.copy(), lengths: this.#lengths.copy(), used: this.#used };
    return { places, chunks: [...this.#chunks] };
  }

  /** Those for which `findable` says no keep their index only. */
  static thaw(
    places: TextPlaces,
    chunks: readonly Uint8Array[],
    findable: (index: number) => boolean,
  ): TextStore {
    const store = new TextStore(new NumberList(places.starts), new NumberList(places.lengths));
    for (const { buffer, byteOffset, byteLength } of chunks)
      store.#chunks.push(Buffer.from(buffer, byteOffset, byteLength));
    store.#used = places.used;
    for (let index = 0; index < store.length; index++) {
      if (!findable(index)) continue;
      const { chunk, start, end } = store.#place(index);
      store.#slots.insert(store.#hash(chunk, start, end), index);
    }
    return store;
  }

  #place(index: number): { chunk: Buffer; start: number; end: number } {
    const address = this.#starts.at(index);
    const start = address % CHUNK_BYTES;
    const chunk = this.#chunks[Math.floor(address / CHUNK_BYTES)] as Buffer;
    return { chunk, start, end: start + this.#lengths.at(index) };
  }

  #encode(text: string): number {
    return this.#scratch.write(text);
  }

  #equals(index: number, length: number): boolean {
    if (this.#lengths.at(index) !== length) return false;
    const address = this.#starts.at(index);
    const chunk = this.#chunks[Math.floor(address / CHUNK_BYTES)] as Buffer;
    const start = address % CHUNK_BYTES;
    for (let at = 0; at < length; at++) if (chunk[start + at] !== this.#scratch[at]) return false;
    return true;
  }

  #hash(from: Buffer, start: number, end: number): number {
    let value = SEED;
    for (let at = start; at < end; at++) {
      value = Math.imul(value ^ (from[at] as number), 0x5bd1e995);
      value ^= value >>> 15;
    }
    return (value ^ (value >>> 13)) >>> 0;
  }
}
