import {
  type AgentMessage,
  createSigner,
  createVerifier,
  decodeLetterFrame,
  encodeLetterFrame,
  letterDigest,
  MOST_LETTER_BYTES,
  MOST_MESSAGE_BYTES,
  openLetter,
  openReceipt,
  peerIdOfKey,
  signLetter,
  signReceipt,
  staleness,
} from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import { hex, signerOf, unhex } from "./vectors/material.ts";
import { codeOf, readVectors } from "./vectors/read.ts";

const { network, sender, receiver, letters, freshness, receipts, frames } = readVectors("letters.json");
const verifier = createVerifier();
const [alice, bob] = [signerOf("alice"), signerOf("bob")];
const bySender = { peer: sender, network, verifier };

describe("§16.2 letters", () => {
  test("open to what their sender signed, and are signed to the same bytes", () => {
    for (const { name, hex: bytes, digest, ...letter } of letters.good) {
      const opened = openLetter(unhex(bytes), bySender);
      expect({ ...opened, digest: hex(opened.digest) }, name).toEqual({ ...letter, digest });
      expect(hex(letterDigest(unhex(bytes)))).toBe(digest);
      expect(hex(signLetter(letter, alice, network)), name).toBe(bytes);
    }
    for (const { name, code, hex: bytes } of letters.bad)
      expect(
        codeOf(() => openLetter(unhex(bytes), bySender)),
        name,
      ).toBe(code);
  });

  test("are refused over the connection of any other peer", () => {
    const [{ hex: bytes }] = letters.good;
    const other = peerIdOfKey(createSigner(new Uint8Array(32)).publicKey);
    expect(codeOf(() => openLetter(unhex(bytes), { ...bySender, peer: other }))).toBe("malformed");
  });

  test("hold the largest message, whatever it is of, and nothing larger is signed", () => {
    const message: AgentMessage = {
      ...letters.good[0].message,
      // Three characters and a comma in JSON, nine bytes in dag-cbor: nothing grows more.
      content: Array.from({ length: 16_300 }, () => 0.5),
    };
    expect(Buffer.byteLength(JSON.stringify(message))).toBeGreaterThan(MOST_MESSAGE_BYTES - 400);
    const letter = { ask: false, sent: 1, expires: 2, message };
    const bytes = signLetter(letter, alice, network);
    expect(bytes.length).toBeLessThan(MOST_LETTER_BYTES);
    expect(openLetter(bytes, bySender).message).toEqual(message);
    expect(encodeLetterFrame({ kind: "answer", message }).length).toBeLessThan(MOST_LETTER_BYTES);
    const larger = { ...letter, message: { ...message, content: "x".repeat(MOST_MESSAGE_BYTES) } };
    expect(codeOf(() => signLetter(larger, alice, network))).toBe("limit-exceeded");
  });

  test("are of their time", () => {
    for (const { name, sent, expires, now, fresh } of freshness) {
      const { message } = letters.good[0];
      expect(staleness({ ask: false, message, sent, expires }, now) === undefined, name).toBe(fresh);
    }
  });
});

describe("§16.2 receipts", () => {
  const letter = unhex(receipts.letter);
  const byReceiver = { peer: receiver, letter, network, verifier };

  test("say what became of one letter, in the receiver's name", () => {
    for (const { hex: bytes, ...receipt } of receipts.good) {
      expect(openReceipt(unhex(bytes), byReceiver)).toEqual({ ...receipt, letter });
      expect(hex(signReceipt({ ...receipt, letter }, bob, network))).toBe(bytes);
    }
    for (const { name, code, hex: bytes } of receipts.bad)
      expect(
        codeOf(() => openReceipt(unhex(bytes), byReceiver)),
        name,
      ).toBe(code);
  });
});

test("§16.2 frames after a letter", () => {
  for (const { frame, hex: bytes } of frames.good) {
    expect(decodeLetterFrame(unhex(bytes))).toEqual(frame);
    expect(hex(encodeLetterFrame(frame))).toBe(bytes);
  }
  for (const { name, hex: bytes } of frames.bad)
    expect(
      codeOf(() => decodeLetterFrame(unhex(bytes))),
      name,
    ).toMatch(/malformed|not-canonical/u);
});
