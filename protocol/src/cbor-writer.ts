import { CID } from "multiformats/cid";
import { LimitExceededError, NotCanonicalError } from "./errors.ts";
import { isOurCid } from "./ids.ts";
import { isPlainObject } from "./json.ts";

/**
 * Writes canonical dag-cbor (SPEC §2), the counterpart of the reader: what one refuses, the other does too. General
 * encoders tell CIDs from data by duck typing, so that the data {"/": "x", "bytes": "x"}, which is perfectly good
 * input for an action, would be taken for a CID; and they replace halves of surrogate pairs in silence.
 * @throws {NotCanonicalError} the value holds something that has no form here.
 * @throws {LimitExceededError} lists and maps nest deeper than `maxDepth`.
 */
export function writeCbor(value: unknown, maxDepth: number): Uint8Array {
  const writer = new CborWriter(maxDepth);
  writer.value(value, 0);
  return writer.bytes();
}

/** Most values here are records and manifests of a few kilobytes. */
const FIRST_CAPACITY = 4096;
const LARGEST_HEAD = 9;

class CborWriter {
  readonly #maxDepth: number;
  #buffer = Buffer.alloc(FIRST_CAPACITY);
  #at = 0;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** A copy, so that what is kept is no larger than it must be. */
  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(new Uint8Array(this.#buffer.buffer, 0, this.#at));
  }

  value(value: unknown, depth: number): void {
    if (value === null) this.#byte(0xf6);
    else if (typeof value === "string") this.#text(value);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "boolean") this.#byte(value ? 0xf5 : 0xf4);
    else if (typeof value === "object") this.#object(value, depth);
    else refuse(`${typeof value} has no form in dag-cbor`);
  }

  #object(value: object, depth: number): void {
    if (value instanceof Uint8Array) this.#byteString(value);
    else if (Array.isArray(value)) this.#list(value, this.#descend(depth));
    else if (isPlainObject(value)) this.#map(value, this.#descend(depth));
    else this.#link(value);
  }

  #descend(depth: number): number {
    if (depth >= this.#maxDepth)
      throw new LimitExceededError(`The value nests deeper than ${this.#maxDepth} levels`);
    return depth + 1;
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#head(4, list.length);
    // By index, because iteration methods skip the holes of a sparse list.
    for (let i = 0; i < list.length; i++) this.value(list[i], depth);
  }

  #map(map: Record<string, unknown>, depth: number): void {
    const entries = Object.keys(map).map((key) => ({ key, bytes: utf8(key) }));
    entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    this.#head(5, entries.length);
    for (const { key, bytes } of entries) {
      this.#head(3, bytes.length);
      this.#append(bytes);
      this.value(map[key], depth);
    }
  }

  #link(value: object): void {
    const cid = CID.asCID(value);
    if (cid === null || !(isOurCid(cid, 0x55) || isOurCid(cid, 0x71)))
      refuse("only plain objects, lists, bytes and CIDs (version 1, sha2-256) have a form");
    this.#append(Uint8Array.of(0xd8, 0x2a, 0x58, cid.bytes.length + 1, 0));
    this.#append(cid.bytes);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#float(value);
    else if (value < 0) this.#head(1, -1 - value);
    else this.#head(0, value);
  }

  #float(value: number): void {
    if (!Number.isFinite(value)) refuse(`${value} has no form in dag-cbor`);
    this.#reserve(LARGEST_HEAD);
    this.#at = this.#buffer.writeUInt8(0xfb, this.#at);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  #text(text: string): void {
    const bytes = utf8(text);
    this.#head(3, bytes.length);
    this.#append(bytes);
  }

  #byteString(bytes: Uint8Array): void {
    this.#head(2, bytes.length);
    this.#append(bytes);
  }

  /** An item's head in its shortest form. */
  #head(major: number, value: number): void {
    const type = major << 5;
    if (value < 24) this.#byte(type | value);
    else if (value < 0x100) this.#argument(type | 24, value, 1);
    else if (value < 0x1_0000) this.#argument(type | 25, value, 2);
    else if (value < 0x1_0000_0000) this.#argument(type | 26, value, 4);
    else {
      this.#byte(type | 27);
      this.#reserve(LARGEST_HEAD);
      this.#at = this.#buffer.writeBigUInt64BE(BigInt(value), this.#at);
    }
  }

  #argument(first: number, value: number, width: 1 | 2 | 4): void {
    this.#byte(first);
    this.#reserve(LARGEST_HEAD);
    this.#at = this.#buffer.writeUIntBE(value, this.#at, width);
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#at = this.#buffer.writeUInt8(byte, this.#at);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function refuse(why: string): never {
  throw new NotCanonicalError(`The value has no canonical form: ${why}`);
}

function utf8(text: string): Buffer {
  if (!text.isWellFormed()) refuse("a text contains half of a surrogate pair");
  return Buffer.from(text, "utf8");
}
