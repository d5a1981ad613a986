import { readCbor } from "./cbor-reader.ts";
import { writeCbor } from "./cbor-writer.ts";
import { LimitExceededError } from "./errors.ts";
import { limits } from "./limits.ts";

/**
 * Encodes to the one canonical dag-cbor form (SPEC §2): sorted keys, shortest integers, 64-bit floats.
 * @throws {NotCanonicalError} the value holds something that has no form, such as undefined or NaN.
 * @throws {LimitExceededError} nested deeper than `limits.depth`: nobody could read it.
 */
export function encodeCanonical(value: unknown): Uint8Array {
  return writeCbor(value, limits.depth);
}

/**
 * Decodes bytes that must be canonical dag-cbor. The reader accepts exactly the canonical form and stops at
 * `limits.depth`, so whatever it returns encodes back to the same bytes: one value has one encoding and one hash.
 * Byte strings and CIDs are views into `bytes`: do not change it afterwards.
 * @throws {LimitExceededError} larger than `maxBytes` or nested deeper than `limits.depth`.
 * @throws {NotCanonicalError} anything else that is not canonical dag-cbor.
 */
export function decodeCanonical(bytes: Uint8Array, maxBytes: number): unknown {
  if (bytes.length > maxBytes)
    throw new LimitExceededError(`${bytes.length} bytes; at most ${maxBytes} are allowed`);
  return readCbor(bytes, limits.depth);
}
