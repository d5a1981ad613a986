import * as dagCbor from "@ipld/dag-cbor";
import { LimitExceededError, NotCanonicalError } from "./errors.ts";
import { limits } from "./limits.ts";

/** Encodes to the one canonical dag-cbor form (SPEC §2): sorted keys, shortest integers, 64-bit floats. */
export function encodeCanonical(value: unknown): Uint8Array {
  return dagCbor.encode(value);
}

/**
 * Decodes bytes that must be canonical dag-cbor: depth is bounded before the recursive decoder sees them, and the
 * value must encode back to the same bytes, so one value has one encoding and one hash.
 * @throws {LimitExceededError} larger than `maxBytes` or nested deeper than `limits.depth`.
 * @throws {NotCanonicalError} anything else that is not canonical dag-cbor.
 */
export function decodeCanonical(bytes: Uint8Array, maxBytes: number): unknown {
  if (bytes.length > maxBytes)
    throw new LimitExceededError(`${bytes.length} bytes; at most ${maxBytes} are allowed`);
  assertCborDepth(bytes, limits.depth);
  let value: unknown;
  let again: Uint8Array;
  try {
    value = dagCbor.decode(bytes);
    again = dagCbor.encode(value);
  } catch (cause) {
    throw new NotCanonicalError("The bytes are not dag-cbor", { cause });
  }
  if (!equalBytes(bytes, again))
    throw new NotCanonicalError("The bytes are not the canonical encoding of their value");
  return value;
}

/**
 * Walks the heads of CBOR items (RFC 8949 §3) with an explicit stack. It checks only nesting and that lengths stay
 * inside the buffer; everything else is left to the decoder.
 */
export function assertCborDepth(bytes: Uint8Array, most: number): void {
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = readHead(bytes, at);
    at = head.next;
    if (head.major === 2 || head.major === 3) at += head.value;
    const children =
      head.major === 4 ? head.value : head.major === 5 ? head.value * 2 : head.major === 6 ? 1 : 0;
    if (at > bytes.length || children > bytes.length)
      throw new NotCanonicalError("A CBOR length points past the end");
    if (children > 0) {
      open.push(children);
      if (open.length > most) throw new LimitExceededError(`CBOR nests deeper than ${most} levels`);
      continue;
    }
    while (open.length > 0) {
      const left = (open.pop() ?? 1) - 1;
      if (left > 0) {
        open.push(left);
        break;
      }
    }
  }
  if (open.length > 0) throw new NotCanonicalError("The CBOR ends in the middle of a value");
}

function readHead(bytes: Uint8Array, at: number): { major: number; value: number; next: number } {
  const first = bytes[at] ?? 0;
  const major = first >> 5;
  const info = first & 31;
  if (info < 24) return { major, value: major === 7 ? 0 : info, next: at + 1 };
  if (info > 27) throw new NotCanonicalError("Indefinite lengths are not allowed in dag-cbor");
  const width = 1 << (info - 24);
  const next = at + 1 + width;
  if (next > bytes.length) throw new NotCanonicalError("The CBOR ends in the middle of a head");
  let value = 0;
  for (let i = at + 1; i < next; i++) value = value * 256 + (bytes[i] ?? 0);
  return { major, value, next };
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytewise lexicographic order: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
