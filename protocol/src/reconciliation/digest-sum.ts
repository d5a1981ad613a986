import { sha256 } from "../ids.ts";

/** How many 32-bit words a digest has. The first is the most significant. */
export const WORDS = 8;
export const FINGERPRINT_BYTES = 16;

/** What two peers compare of a range: how many items it has, and a hash of their sum. */
export interface Summary {
  readonly count: number;
  /** 16 bytes. */
  readonly fingerprint: Uint8Array;
}

/** The sum of some digests modulo 2^256, and how many they are. Sums of disjoint sets add up, hashes do not. */
export class DigestSum {
  readonly words = new Uint32Array(WORDS);
  count = 0;

  plus(other: DigestSum): DigestSum {
    const sum = new DigestSum();
    sum.words.set(this.words);
    addWords(sum.words, 0, other.words, 0);
    sum.count = this.count + other.count;
    return sum;
  }

  /** sha2-256 of the sum (32 bytes, big-endian) and the count (4 bytes, big-endian), cut to 16 bytes (SPEC §10.1). */
  summary(): Summary {
    const bytes = new Uint8Array(WORDS * 4 + 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < WORDS; i++) view.setUint32(i * 4, this.words[i] ?? 0);
    view.setUint32(WORDS * 4, this.count);
    return { count: this.count, fingerprint: sha256(bytes).slice(0, FINGERPRINT_BYTES) };
  }
}

/** Adds the number of eight words at `from` to the one at `into`. */
export function addWords(target: Uint32Array, into: number, source: Uint32Array, from: number): void {
  let carry = 0;
  for (let i = WORDS - 1; i >= 0; i--) {
    const sum = (target[into + i] ?? 0) + (source[from + i] ?? 0) + carry;
    target[into + i] = sum;
    carry = sum > 0xffff_ffff ? 1 : 0;
  }
}

export function subtractWords(target: Uint32Array, into: number, source: Uint32Array, from: number): void {
  let borrow = 0;
  for (let i = WORDS - 1; i >= 0; i--) {
    const difference = (target[into + i] ?? 0) - (source[from + i] ?? 0) - borrow;
    target[into + i] = difference;
    borrow = difference < 0 ? 1 : 0;
  }
}
