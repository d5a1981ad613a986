import { type AgentMessage, encodeCanonical, peerIdOfKey, sha256 } from "@action-collective/protocol";
import { CREATED, hex, NETWORK, signerOf } from "./material.ts";

/** Letters, receipts and frames of agents/1.0.0, put together from SPEC §16.2 and signed here, not by what reads them. */

const [alice, bob] = [signerOf("alice"), signerOf("bob")];
const [A, B] = [peerIdOfKey(alice.publicKey), peerIdOfKey(bob.publicKey)];
const domain = (purpose: string, network = NETWORK) =>
  Buffer.from(`action-collective/${purpose}/1\0${network}\0`, "latin1");
const seal = (payload: Uint8Array, signer = alice, prefix = domain("letter")): string =>
  hex(encodeCanonical([payload, signer.sign(Buffer.concat([prefix, payload]))]));

const plain: AgentMessage = {
  id: "m1",
  from: `ann@${A}`,
  to: `bob@${B}`,
  intent: "chat",
  content: "hello",
  timestamp: CREATED - 1_000,
};
const full: AgentMessage = {
  ...plain,
  to: `*@${B}`,
  intent: "find_book",
  content: { title: "\u200bMoby Dick", pages: [1, 0.5, -2, null, true], "/": "no link" },
  replyTo: "m0",
  metadata: { thread: ["m0"], forwarded: { from: "zoë" } },
};
const DAY = 24 * 60 * 60 * 1000;
const letter = { v: 1, ask: false, sent: CREATED, expires: CREATED + DAY, message: plain };
const sealed = (change: object, signer = alice, prefix = domain("letter")) =>
  seal(encodeCanonical({ ...letter, ...change }), signer, prefix);
const saying = (change: object) => sealed({ message: { ...plain, ...change } });

const payload = encodeCanonical(letter);
const receipt = { v: 1, letter: sha256(payload), status: "delivered", at: CREATED + 1_000 };
const receiptOf = (change: object, signer = bob, prefix = domain("receipt")) =>
  seal(encodeCanonical({ ...receipt, ...change }), signer, prefix);

const nested = (levels: number): unknown => (levels === 0 ? "x" : [nested(levels - 1)]);
const goodLetters = [
  { name: "one-way", value: letter },
  { name: "that asks, with every field", value: { ...letter, ask: true, message: full } },
  {
    name: "of the peer itself",
    value: { ...letter, message: { ...plain, from: `*@${A}`, intent: "joined" } },
  },
  { name: "content as deep as may be", value: { ...letter, message: { ...plain, content: nested(24) } } },
];

export function letterVectors() {
  return {
    spec: "§16",
    network: NETWORK,
    sender: A,
    receiver: B,
    letters: {
      good: goodLetters.map(({ name, value: { v: _, ...value } }) => {
        const bytes = encodeCanonical({ v: 1, ...value });
        return { name, ...value, digest: hex(sha256(bytes)), hex: seal(bytes) };
      }),
      bad: [
        { name: "signed by another peer", code: "bad-signature", hex: sealed({}, bob) },
        { name: "signed as a receipt", code: "bad-signature", hex: sealed({}, alice, domain("receipt")) },
        {
          name: "signed for another network",
          code: "bad-signature",
          hex: sealed({}, alice, domain("letter", "main")),
        },
        { name: "from an agent of another peer", code: "malformed", hex: saying({ from: `ann@${B}` }) },
        { name: "from an agent of no peer", code: "malformed", hex: saying({ from: "ann" }) },
        { name: "version 2", code: "malformed", hex: sealed({ v: 2 }) },
        { name: "an unknown field", code: "malformed", hex: sealed({ more: 1 }) },
        { name: "an unknown field of the message", code: "malformed", hex: saying({ more: 1 }) },
        { name: "an id of 256 characters", code: "malformed", hex: saying({ id: "m".repeat(256) }) },
        { name: "an intent with a blank", code: "malformed", hex: saying({ intent: "find book" }) },
        { name: "to a name with an umlaut", code: "malformed", hex: saying({ to: `zoë@${B}` }) },
        { name: "a time that is a float", code: "malformed", hex: sealed({ sent: 0.5 }) },
        { name: "bytes as content", code: "malformed", hex: saying({ content: Uint8Array.of(1) }) },
        { name: "content too deep", code: "malformed", hex: saying({ content: nested(25) }) },
        { name: "a message too large", code: "limit-exceeded", hex: saying({ content: "x".repeat(65_536) }) },
        {
          name: "a signature of 63 bytes",
          code: "malformed",
          hex: hex(encodeCanonical([payload, new Uint8Array(63)])),
        },
        { name: "a message without an envelope", code: "malformed", hex: hex(payload) },
        { name: "not canonical", code: "not-canonical", hex: `${sealed({})}00` },
      ],
    },
    freshness: [
      { name: "now", sent: 0, expires: DAY, now: 0, fresh: true },
      { name: "ten minutes ago", sent: 0, expires: DAY, now: 600_000, fresh: true },
      { name: "longer ago", sent: 0, expires: DAY, now: 600_001, fresh: false },
      { name: "too far ahead", sent: 600_001, expires: DAY, now: 0, fresh: false },
      { name: "over", sent: 0, expires: 1_000, now: 1_000, fresh: false },
      { name: "longer than a day and ten minutes", sent: 0, expires: DAY + 600_001, now: 0, fresh: false },
    ].map(({ sent, expires, now, ...rest }) => ({
      ...rest,
      ...{ sent: CREATED + sent, expires: CREATED + expires, now: CREATED + now },
    })),
    receipts: {
      letter: hex(receipt.letter),
      good: [
        { status: "delivered" },
        { status: "kept" },
        { status: "refused", code: "no-such-agent", message: "nobody" },
        { status: "refused", code: "busy", retryAfterMs: 1_000 },
      ].map((value) => ({ at: receipt.at, ...value, hex: receiptOf(value) })),
      bad: [
        { name: "signed by the sender", code: "bad-signature", hex: receiptOf({}, alice) },
        { name: "signed as a letter", code: "bad-signature", hex: receiptOf({}, bob, domain("letter")) },
        {
          name: "for another letter",
          code: "malformed",
          hex: receiptOf({ letter: sha256(Uint8Array.of(1)) }),
        },
        { name: "of no known status", code: "malformed", hex: receiptOf({ status: "lost" }) },
        { name: "an unknown field", code: "malformed", hex: receiptOf({ more: 1 }) },
      ],
    },
    frames: {
      good: [
        { kind: "next" },
        { kind: "answer", message: { ...full, from: `bob@${B}`, to: `ann@${A}` } },
        { kind: "end" },
        { kind: "fail", code: "no-such-agent", message: "nobody" },
      ].map((frame) => ({ frame, hex: hex(encodeCanonical(frame)) })),
      bad: [
        { name: "an unknown kind", hex: hex(encodeCanonical({ kind: "more" })) },
        { name: "an unknown field", hex: hex(encodeCanonical({ kind: "next", count: 2 })) },
        { name: "an answer without a message", hex: hex(encodeCanonical({ kind: "answer" })) },
        {
          name: "a failure without a code",
          hex: hex(encodeCanonical({ kind: "fail", code: "", message: "" })),
        },
        { name: "no map", hex: hex(encodeCanonical(["next"])) },
        { name: "nothing", hex: "" },
      ],
    },
  };
}
