import type { CID } from "multiformats/cid";
import { LimitExceededError, NotCanonicalError } from "./errors.ts";
import { cidFromBytes } from "./ids.ts";
import { knownKey, rememberKey } from "./key-cache.ts";

/**
 * Reads canonical dag-cbor (SPEC §2) in one pass. A general decoder accepts many encodings of a value, so a caller must
 * encode again and compare: that cost twice what reading does. This reader knows the one allowed form of each item
 * and accepts nothing else; the tests hold it against @ipld/dag-cbor's decode, encode and compare.
 * It recurses at most `maxDepth` deep, and allocates nothing larger than the input.
 * @throws {LimitExceededError} arrays and maps nest deeper than `maxDepth`.
 * @throws {NotCanonicalError} anything else.
 */
export function readCbor(bytes: Uint8Array, maxDepth: number): unknown {
  const reader = new CborReader(bytes, maxDepth);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** A link's content: 0x00 (the multibase identity prefix), then a CIDv1 with sha2-256 of 32 bytes. */
const LINK_BYTES = 37;
const SHA2_256 = 0x12;
const CID_TAG = 42;

/** Engines copy shorter substrings and let longer ones point into the whole text, which would keep that alive. */
const COPIED = 13;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #buffer: Buffer;
  /** The whole input as one character per byte: right for ASCII, which most texts are. */
  #latin1: string | undefined;
  readonly #maxDepth: number;
  #at = 0;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maxDepth = maxDepth;
  }

  value(depth: number): unknown {
    const first = this.#byte();
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return this.#negative(info);
      case 2:
        return this.#slice(this.#length(info));
      case 3:
        return this.#text(this.#length(info));
      case 4:
        return this.#list(this.#length(info), this.#descend(depth));
      case 5:
        return this.#map(this.#length(info), this.#descend(depth));
      case 6:
        return this.#link(this.#argument(info));
      default:
        return this.#simple(first);
    }
  }

  end(): void {
    if (this.#at !== this.#bytes.length) this.#refuse("bytes follow the value");
  }

  #refuse(why: string): never {
    throw new NotCanonicalError(`Not canonical dag-cbor at byte ${this.#at}: ${why}`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.#refuse("it ends in the middle of a value");
    this.#at += 1;
    return byte;
  }

  /** The number in an item's head, in its shortest form and at most 2^53 - 1. */
  #argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) this.#refuse("indefinite lengths and reserved heads are not allowed");
    const width = 1 << (info - 24);
    if (this.#at + width > this.#bytes.length) this.#refuse("it ends in the middle of a head");
    let value = 0;
    let least = 24;
    if (width === 1) value = this.#view.getUint8(this.#at);
    else if (width === 2) {
      value = this.#view.getUint16(this.#at);
      least = 0x100;
    } else if (width === 4) {
      value = this.#view.getUint32(this.#at);
      least = 0x1_0000;
    } else {
      value = this.#view.getUint32(this.#at) * 0x1_0000_0000 + this.#view.getUint32(this.#at + 4);
      least = 0x1_0000_0000;
      // Beyond 2^53 - 1 the sum was rounded; every rounded sum is beyond it too.
      if (value > Number.MAX_SAFE_INTEGER) this.#refuse("an integer is beyond 2^53 - 1");
    }
    if (value < least) this.#refuse("an integer or length is not in its shortest form");
    this.#at += width;
    return value;
  }

  #negative(info: number): number {
    const value = -1 - this.#argument(info);
    if (value < -Number.MAX_SAFE_INTEGER) this.#refuse("an integer is below -(2^53 - 1)");
    return value;
  }

  /** A length or count: every element takes at least one byte, so it cannot exceed what is left. */
  #length(info: number): number {
    const length = this.#argument(info);
    if (length > this.#bytes.length - this.#at) this.#refuse("a length points past the end");
    return length;
  }

  #descend(depth: number): number {
    if (depth >= this.#maxDepth)
      throw new LimitExceededError(`CBOR nests deeper than ${this.#maxDepth} levels`);
    return depth + 1;
  }

  #slice(length: number): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const slice = new Uint8Array(buffer, byteOffset + this.#at, length);
    this.#at += length;
    return slice;
  }

  #key(length: number): string {
    const start = this.#at;
    const known = knownKey(this.#bytes, start, length);
    if (known !== undefined) {
      this.#at += length;
      return known;
    }
    const key = this.#text(length);
    rememberKey(key, this.#bytes, start, length);
    return key;
  }

  #text(length: number): string {
    const start = this.#at;
    const end = start + length;
    this.#at = end;
    for (let i = start; i < end; i++) if ((this.#bytes[i] ?? 0) >= 0x80) return this.#unicode(start, end);
    if (length >= COPIED) return this.#buffer.toString("latin1", start, end);
    // Not made before it is needed: the list around a record has no texts at all.
    this.#latin1 ??= this.#buffer.toString("latin1");
    return this.#latin1.substring(start, end);
  }

  #unicode(start: number, end: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(start, end));
    } catch {
      return this.#refuse("a text is not UTF-8");
    }
  }

  #list(count: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let i = 0; i < count; i++) list.push(this.value(depth));
    return list;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    let previous = -1;
    let previousLength = 0;
    for (let i = 0; i < count; i++) {
      const first = this.#byte();
      if (first >> 5 !== 3) this.#refuse("a map key is not a text");
      const length = this.#length(first & 31);
      const start = this.#at;
      const key = this.#key(length);
      if (previous >= 0 && !this.#ordered(previous, previousLength, start, length))
        this.#refuse("map keys are repeated or out of order");
      previous = start;
      previousLength = length;
      const value = this.value(depth);
      // A plain assignment would call the setter and change the object's prototype.
      if (key === "__proto__")
        Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true });
      else map[key] = value;
    }
    return map;
  }

  /** dag-cbor's order of keys: the shorter first, then bytewise. */
  #ordered(a: number, aLength: number, b: number, bLength: number): boolean {
    if (aLength !== bLength) return aLength < bLength;
    for (let i = 0; i < aLength; i++) {
      const difference = (this.#bytes[a + i] ?? 0) - (this.#bytes[b + i] ?? 0);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  #link(tag: number): CID {
    if (tag !== CID_TAG) this.#refuse(`tag ${tag} is not allowed; only 42 (a CID) is`);
    if (this.#byte() !== 0x58 || this.#byte() !== LINK_BYTES)
      this.#refuse("a CID is not version 1 with sha2-256 of 32 bytes");
    if (this.#at + LINK_BYTES > this.#bytes.length) this.#refuse("a length points past the end");
    const link = this.#slice(LINK_BYTES);
    const [zero, version, codec, hash, size] = link;
    const known = codec === 0x55 || codec === 0x71;
    if (zero !== 0 || version !== 1 || !known || hash !== SHA2_256 || size !== 32)
      this.#refuse("a CID is not version 1, raw or dag-cbor, sha2-256");
    return cidFromBytes(link.subarray(1), codec);
  }

  #simple(first: number): boolean | null | number {
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    if (first !== 0xfb) return this.#refuse("only true, false, null and 64-bit floats are allowed here");
    if (this.#at + 8 > this.#bytes.length) this.#refuse("it ends in the middle of a number");
    const value = this.#view.getFloat64(this.#at);
    if (!Number.isFinite(value)) this.#refuse("NaN and infinities are not allowed");
    if (Number.isSafeInteger(value)) this.#refuse("an integer is written as a float");
    this.#at += 8;
    return value;
  }
}
