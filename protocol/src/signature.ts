import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as nativeSign,
  verify as nativeVerify,
} from "node:crypto";
import { hashes, verify as nobleVerify, Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { MalformedError } from "./errors.ts";
import { latin1Of } from "./ids.ts";

hashes.sha512 = sha512;

/** RFC 8410: the DER wrappers around a raw ed25519 seed and a raw public key. */
const PKCS8_PREFIX = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);
const SPKI_PREFIX = Uint8Array.from([48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0]);

/** A peer's signing key. The seed never leaves this closure. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** @param seed 32 bytes @throws {MalformedError} */
export function createSigner(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new MalformedError(`An ed25519 seed has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: join(PKCS8_PREFIX, seed), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  return { publicKey, sign: (message) => new Uint8Array(nativeSign(null, message, key)) };
}

export interface Verifier {
  /** Never throws: whatever is wrong with key or signature is `false`. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** How many authors' checked keys are remembered; a KeyObject costs about 1 kB. */
const CACHED_KEYS = 4096;

/**
 * The one rule for signatures (SPEC §1.2, after RFC 8032 and "Taming the many EdDSAs", Chalkias et al. 2020): the
 * cofactored equation, canonical encodings, S below the group order, no small-order keys. OpenSSL's cofactorless
 * "yes" implies ours once the key itself was checked; its "no" is decided by noble, whose strict mode is the rule.
 */
export function createVerifier(cachedKeys = CACHED_KEYS): Verifier {
  const cache = new Map<string, KeyObject | "refused">();
  return {
    verify(signature, message, publicKey) {
      if (signature.length !== 64 || publicKey.length !== 32) return false;
      const key = cachedKey(cache, publicKey, cachedKeys);
      if (key === "refused") return false;
      if (nativeVerify(null, message, key, signature)) return true;
      try {
        return nobleVerify(signature, message, publicKey, { zip215: false });
      } catch {
        return false;
      }
    },
  };
}

function cachedKey(
  cache: Map<string, KeyObject | "refused">,
  publicKey: Uint8Array,
  most: number,
): KeyObject | "refused" {
  const name = latin1Of(publicKey);
  const known = cache.get(name);
  if (known !== undefined) return known;
  const checked = checkKey(publicKey);
  if (cache.size >= most) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(name, checked);
  return checked;
}

function checkKey(publicKey: Uint8Array): KeyObject | "refused" {
  try {
    const point = Point.fromBytes(publicKey, false);
    if (point.isSmallOrder()) return "refused";
    return createPublicKey({ key: join(SPKI_PREFIX, publicKey), format: "der", type: "spki" });
  } catch {
    return "refused";
  }
}

function join(prefix: Uint8Array, rest: Uint8Array): Buffer {
  return Buffer.concat([prefix, rest]);
}
