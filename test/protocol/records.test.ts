import {
  type BodyOf,
  CollectiveError,
  cidOf,
  consentToSucceed,
  createSigner,
  createVerifier,
  DAG_CBOR,
  decodeHead,
  encodeCanonical,
  type Kind,
  limits,
  openRecord,
  peerIdOfKey,
  proveEquivocation,
  registerOf,
  sha256,
  signRecord,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundle, CREATED, NETWORK } from "./vectors/material.ts";
import { alice, bob, carol, goodRecords, verdictBody } from "./vectors/records.ts";

const verifier = createVerifier();
const good = goodRecords();

test("§4.1 every kind opens to what was signed", () => {
  const kinds = new Set(Object.values(good).map((record) => record.kind));
  expect(kinds.size).toBe(7);
  for (const record of Object.values(good))
    expect(openRecord(record.bytes, verifier, NETWORK)).toEqual(record);
});

test("§4.1 the id is the CID of the head, and says nothing of the signature", () => {
  for (const { id, head, digest, bytes } of Object.values(good)) {
    expect(cidOf(head, DAG_CBOR).toString()).toBe(id);
    expect(sha256(head)).toEqual(digest);
    expect(bytes.length).toBeLessThanOrEqual(limits.recordBytes);
    expect(head.length).toBeLessThanOrEqual(limits.headBytes);
  }
});

test("§4.1 the longest possible head fits its limit", () => {
  const revision = Number.MAX_SAFE_INTEGER;
  const draft = { kind: "publication", subject: bundle.cid, revision, created: revision } as const;
  const record = signRecord({ ...draft, body: { manifest: bundle.bytes } }, alice, NETWORK);
  expect(record.head.length).toBeLessThanOrEqual(limits.headBytes);
});

test("§4.1 no changed byte of any record is accepted", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(good)),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (record, place, change) => {
        const bytes = Uint8Array.from(record.bytes);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => openRecord(bytes, verifier, NETWORK)).toThrow(CollectiveError);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("§8.2 a record of one network is nothing in another", () => {
  for (const record of Object.values(good))
    expect(() => openRecord(record.bytes, verifier, `${NETWORK}-2`)).toThrow('for network "vectors-2"');
});

test("§4.1 what no reader would accept is not signed", () => {
  const sign = <K extends Kind>(kind: K, subject: typeof bundle.cid | Uint8Array, body: BodyOf<K>) =>
    signRecord({ kind, subject, revision: 1, created: CREATED, body }, alice, NETWORK);
  const consent = consentToSucceed(carol, bob.publicKey, NETWORK);
  const feedback = { runs: 1, succeeded: 2, useful: 0, useless: 0 };
  expect(() => sign("feedback", bundle.cid, feedback)).toThrow("succeeded cannot exceed runs");
  expect(() => sign("trust", bundle.cid, { level: 1, reason: "" })).toThrow("subject of a trust");
  expect(() => sign("trust", alice.publicKey, { level: 1, reason: "" })).toThrow("its own author");
  expect(() => sign("verdict", bob.publicKey, verdictBody)).toThrow("subject of a verdict");
  expect(() => sign("succession", carol.publicKey, { consent })).toThrow("not consented to");
  expect(() => sign("publication", bundle.cid, { manifest: new Uint8Array(limits.recordBytes) })).toThrow(
    /at most 16384/,
  );
});

test("§4.10 any two records of one revision make a proof that fits a record many times over", () => {
  const wide = { ...verdictBody, permissions: Array.from({ length: 16 }, () => "p".repeat(300)) };
  const sign = (calls: number) =>
    signRecord(
      { kind: "verdict", subject: bundle.cid, revision: 3, created: CREATED, body: { ...wide, calls } },
      bob,
      NETWORK,
    );
  const [a, b] = [sign(1), sign(2)];
  expect(a.bytes.length).toBeGreaterThan(5_000);
  const proof = proveEquivocation(a, b);
  expect(proveEquivocation(b, a)).toEqual(proof);
  const draft = { kind: "equivocation", subject: bob.publicKey, revision: 1, created: CREATED } as const;
  const record = signRecord({ ...draft, body: proof }, carol, NETWORK);
  expect(record.bytes.length).toBeLessThan(1_024);
  expect(openRecord(record.bytes, createVerifier(), NETWORK)).toEqual(record);
});

test("§4.2 a register is named by author, kind and subject", () => {
  const { trust, publication } = good;
  expect(trust && registerOf(trust)).toBe(
    `${peerIdOfKey(alice.publicKey)}/trust/${peerIdOfKey(bob.publicKey)}`,
  );
  expect(publication && registerOf(publication)).toBe(
    `${peerIdOfKey(alice.publicKey)}/publication/${bundle.id}`,
  );
});

test("§4.1 random bytes, signed or not, give a typed error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(() => openRecord(bytes, verifier, NETWORK)).toThrow(CollectiveError);
      expect(() => decodeHead(bytes)).toThrow(CollectiveError);
      const list = encodeCanonical([bytes, bytes, createSigner(new Uint8Array(32)).sign(bytes)]);
      expect(() => openRecord(list, verifier, NETWORK)).toThrow(CollectiveError);
    }),
    { numRuns: 500 },
  );
});
