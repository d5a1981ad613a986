import {
  actionIdOf,
  cidOf,
  cidOfActionId,
  createSigner,
  DAG_CBOR,
  InvalidIdError,
  isOurCid,
  keyOfPeerId,
  MalformedError,
  parseActionId,
  peerIdOfKey,
  RAW,
} from "@action-collective/protocol";
import { generateKeyPair, generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey, peerIdFromString } from "@libp2p/peer-id";
import fc from "fast-check";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { sha256, sha512 } from "multiformats/hashes/sha2";
import { expect, test } from "vitest";

test("§1.1 a peer id is libp2p's", async () => {
  for (let i = 0; i < 20; i++) {
    const seed = new Uint8Array(32).fill(i);
    const theirs = peerIdFromPrivateKey(await generateKeyPairFromSeed("Ed25519", seed));
    const ours = peerIdOfKey(createSigner(seed).publicKey);
    expect(ours).toBe(theirs.toString());
    expect(keyOfPeerId(ours)).toEqual(createSigner(seed).publicKey);
  }
});

test("§1.1 ids and keys are one to one, however many are looked up", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const peer = peerIdOfKey(key);
      expect(keyOfPeerId(peer)).toEqual(key);
      expect(peerIdFromString(peer).toString()).toBe(peer);
      expect(peerIdOfKey(Uint8Array.from(key))).toBe(peer);
    }),
    { numRuns: 500 },
  );
});

test("§1.1 ids of other kinds of keys are refused", async () => {
  const secp = peerIdFromPrivateKey(await generateKeyPair("secp256k1")).toString();
  for (const text of [secp, "", "12D3KooW0", "Qm", `${peerIdOfKey(new Uint8Array(32))}1`])
    expect(() => keyOfPeerId(text)).toThrow(MalformedError);
});

test("§2.3 a CID is what multiformats makes of the bytes", async () => {
  const bytes = new TextEncoder().encode("block");
  const digest = await sha256.digest(bytes);
  expect(cidOf(bytes, RAW).equals(CID.createV1(RAW, digest))).toBe(true);
  expect(cidOf(bytes, DAG_CBOR).toString()).toBe(CID.createV1(DAG_CBOR, digest).toString());
  expect(actionIdOf(cidOf(bytes, DAG_CBOR))).toMatch(/^bafyrei/);
});

test("§2.3 other versions, codecs and hashes are not ours", async () => {
  const bytes = new Uint8Array(1);
  const digest = await sha256.digest(bytes);
  const others = [
    CID.createV0(digest),
    CID.createV1(0x70, digest),
    CID.createV1(RAW, digest),
    CID.createV1(DAG_CBOR, await sha512.digest(bytes)),
    CID.createV1(DAG_CBOR, Digest.create(0x00, bytes)),
    "bafy",
    null,
    {},
  ];
  for (const other of others) expect(isOurCid(other, DAG_CBOR)).toBe(false);
  expect(isOurCid(CID.createV1(DAG_CBOR, digest), DAG_CBOR)).toBe(true);
});

test("§2.3 an action id has one text", () => {
  const id = actionIdOf(cidOf(new Uint8Array(1), DAG_CBOR));
  expect(parseActionId(id)).toBe(id);
  expect(cidOfActionId(id).toString()).toBe(id);
  const cid = cidOfActionId(id);
  const wrong = [
    id.toUpperCase(),
    `${id} `,
    id.slice(0, -1),
    `${id}a`,
    `z${id}`,
    cidOf(cid.bytes, RAW).toString(),
  ];
  for (const text of wrong) expect(() => parseActionId(text)).toThrow(InvalidIdError);
});
