import {
  buildBundle,
  CollectiveError,
  cidOfActionId,
  cleanText,
  createVerifier,
  decodeAskAnswer,
  decodeAskRequest,
  decodeCanonical,
  decodeHead,
  decodeLetterFrame,
  decodeManifest,
  decodeSyncAnswer,
  decodeSyncRequest,
  encodeAskAnswer,
  encodeAskRequest,
  encodeCanonical,
  encodeLetterFrame,
  encodeManifest,
  encodeSyncAnswer,
  encodeSyncRequest,
  equalBytes,
  itemOfRecord,
  keyOfPeerId,
  kinds,
  openLetter,
  openRecord,
  parseActionId,
  peerIdOfKey,
  RecordSet,
  schemaProblems,
  sha256,
  textProblem,
} from "@action-collective/protocol";
import { NETWORK } from "../protocol/vectors/material.ts";
import { alice, bob, goodRecords } from "../protocol/vectors/records.ts";

/** Feeds `input` to one decoder; throws whatever is not a CollectiveError, and when a value does not encode back. */
export interface Target {
  readonly name: string;
  feed(input: Uint8Array): void;
}

/** A decoder returned a value that does not encode to what it was decoded from. */
export class NotIdentityError extends Error {
  override readonly name = "NotIdentityError";
}

const verifier = createVerifier();
const LARGEST = 64 * 1024;

function expectSame(again: Uint8Array, input: Uint8Array): void {
  if (!equalBytes(again, input))
    throw new NotIdentityError(`encodes to ${Buffer.from(again).toString("hex")}`);
}

function target(name: string, decode: (input: Uint8Array) => void): Target {
  return {
    name,
    feed(input) {
      try {
        decode(input);
      } catch (error) {
        if (!(error instanceof CollectiveError)) throw error;
      }
    },
  };
}

const textOf = (input: Uint8Array): string => new TextDecoder("utf-16le").decode(input);
const asciiOf = (input: Uint8Array): string => Buffer.from(input).toString("latin1");

const templates = kinds.map((kind) => {
  const record = Object.values(goodRecords()).find((good) => good.kind === kind);
  if (record === undefined) throw new Error(`no vector is a ${kind}`);
  const signer = record.author === peerIdOfKey(bob.publicKey) ? bob : alice;
  return { head: decodeCanonical(record.head, LARGEST) as Record<string, unknown>, signer };
});

/** Signs `body` as a record of the kind its first byte names, so that the decoders behind the signature are reached. */
function sealed(input: Uint8Array): Uint8Array {
  const template = templates[(input[0] ?? 0) % templates.length];
  if (template === undefined) throw new Error("there are no templates");
  const { head, signer } = template;
  const body = input.subarray(1);
  return seal(encodeCanonical({ ...head, body: sha256(body) }), body, signer);
}

function seal(head: Uint8Array, body: Uint8Array, signer: typeof alice): Uint8Array {
  const domain = Buffer.from(`action-collective/record/1\0${NETWORK}\0`);
  return encodeCanonical([head, body, signer.sign(Buffer.concat([domain, head]))]);
}

const ALICE = peerIdOfKey(alice.publicKey);

/** Signs `payload` as a letter of alice, so that what is behind the signature is reached. */
function sealedLetter(payload: Uint8Array): Uint8Array {
  const domain = Buffer.from(`action-collective/letter/1\0${NETWORK}\0`);
  return encodeCanonical([payload, alice.sign(Buffer.concat([domain, payload]))]);
}

/** Whatever opens must fit the state, and adding it again must change nothing. */
function openAndAdd(bytes: Uint8Array): void {
  const record = openRecord(bytes, verifier, NETWORK);
  expectSame(record.bytes, bytes);
  const set = new RecordSet();
  set.add(record);
  if (set.add(record) !== "known") throw new NotIdentityError("a record is new twice");
}

function parseJson(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString("utf8"));
  } catch {
    return undefined;
  }
}

export const targets: readonly Target[] = [
  target("canonical", (input) => expectSame(encodeCanonical(decodeCanonical(input, LARGEST)), input)),
  target("manifest", (input) => expectSame(encodeManifest(decodeManifest(input).manifest).bytes, input)),
  target("head", (input) => void decodeHead(input)),
  target("record", openAndAdd),
  target("sealed-body", (input) => openAndAdd(sealed(input))),
  target("sealed-head", (input) => openAndAdd(seal(input, new Uint8Array([0xa0]), alice))),
  target("action-id", (input) => {
    const id = parseActionId(asciiOf(input));
    if (cidOfActionId(id).toString() !== id) throw new NotIdentityError(id);
  }),
  target("peer-id", (input) => {
    const text = asciiOf(input);
    if (peerIdOfKey(keyOfPeerId(text)) !== text) throw new NotIdentityError(text);
  }),
  target("text", (input) => {
    const cleaned = cleanText(textOf(input), 100);
    const problem = textProblem(cleaned, { most: 1000, lines: "many" });
    if (problem !== undefined) throw new NotIdentityError(`cleaned text ${problem}`);
  }),
  target("schema", (input) => void schemaProblems(parseJson(input), "schema")),
  target("definition", (input) => {
    const { bytes } = buildBundle(parseJson(input));
    expectSame(encodeManifest(decodeManifest(bytes).manifest).bytes, bytes);
  }),
  target("ask-request", (input) => expectSame(encodeAskRequest(decodeAskRequest(input)), input)),
  target("letter", (input) => void openLetter(input, { peer: ALICE, network: NETWORK, verifier })),
  target(
    "letter-payload",
    (input) => void openLetter(sealedLetter(input), { peer: ALICE, network: NETWORK, verifier }),
  ),
  target("letter-frame", (input) => expectSame(encodeLetterFrame(decodeLetterFrame(input)), input)),
  target("ask-answer", (input) => expectSame(encodeAskAnswer(decodeAskAnswer(input)), input)),
  target("record-item", (input) => void itemOfRecord(input)),
  target("sync-request", (input) => expectSame(encodeSyncRequest(decodeSyncRequest(input)), input)),
  target("sync-response", (input) => expectSame(encodeSyncAnswer(decodeSyncAnswer(input)), input)),
];
