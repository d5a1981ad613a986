import { createPublicKey, verify as nativeVerify, randomBytes } from "node:crypto";
import { createSigner, createVerifier, MalformedError } from "@action-collective/protocol";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { hashes, verify as nobleVerify } from "@noble/ed25519";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unhex } from "./vectors/material.ts";
import { signatureVectors } from "./vectors/signatures.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 100 });

test("§1.2 what a signer signs verifies, and any change is refused", () => {
  const verifier = createVerifier();
  fc.assert(
    fc.property(bytes32, message, fc.nat(), (seed, message, place) => {
      const signer = createSigner(seed);
      const signature = signer.sign(message);
      expect(verifier.verify(signature, message, signer.publicKey)).toBe(true);
      const at = place % 512;
      signature[at >> 3] = (signature[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(verifier.verify(signature, message, signer.publicKey)).toBe(false);
    }),
    { numRuns: 40 },
  );
});

test("§1.2 signers agree with libp2p's ed25519 (RFC 8032)", async () => {
  const seed = new Uint8Array(32).fill(9);
  const text = new TextEncoder().encode("hello");
  const theirs = await generateKeyPairFromSeed("Ed25519", seed);
  expect(createSigner(seed).publicKey).toEqual(theirs.publicKey.raw);
  expect(createSigner(seed).sign(text)).toEqual(new Uint8Array(await theirs.sign(text)));
});

test("§1.2 the vectors hold cases where the native verifier and noble's default each decide otherwise", () => {
  expect(hashes.sha512).toBeTypeOf("function");
  const disagree = { native: 0, zip215: 0 };
  for (const { publicKey, message, signature, valid } of signatureVectors().vectors) {
    const [key, text, sig] = [unhex(publicKey), unhex(message), unhex(signature)];
    if (key.length !== 32 || sig.length !== 64) continue;
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
    const object = createPublicKey({ key: spki, format: "der", type: "spki" });
    if (nativeVerify(null, text, object, sig) !== valid) disagree.native += 1;
    if (nobleVerify(sig, text, key) !== valid) disagree.zip215 += 1;
  }
  expect(disagree.native).toBeGreaterThanOrEqual(3);
  expect(disagree.zip215).toBeGreaterThanOrEqual(10);
});

test("§1.2 wrong lengths are no signatures, never errors", () => {
  const verifier = createVerifier();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 70 }),
      message,
      fc.uint8Array({ maxLength: 40 }),
      (sig, text, key) => {
        expect(verifier.verify(sig, text, key)).toBe(false);
      },
    ),
  );
  expect(() => createSigner(new Uint8Array(31))).toThrow(MalformedError);
});

test("§1.2 more keys than are remembered are still judged rightly", { timeout: 60_000 }, () => {
  const verifier = createVerifier(4);
  const signers = Array.from({ length: 12 }, () => createSigner(randomBytes(32)));
  const text = new Uint8Array([1]);
  for (let round = 0; round < 2; round++)
    for (const signer of signers)
      expect(verifier.verify(signer.sign(text), text, signer.publicKey)).toBe(true);
});
