import { z } from "zod";
import { type AgentMessage, agentMessageSchema, MOST_MESSAGE_BYTES } from "./api/agent-schemas.ts";
import { decodeCanonical, encodeCanonical } from "./canonical.ts";
import { BadSignatureError, LimitExceededError, MalformedError } from "./errors.ts";
import { keyOfPeerId, sha256 } from "./ids.ts";
import { isJsonWithin } from "./json.ts";
import { limits } from "./limits.ts";
import { firstIssue } from "./manifest.ts";
import { signedBytes } from "./network-names.ts";
import type { Signer, Verifier } from "./signature.ts";

/**
 * Any frame of `agents/1.0.0` (SPEC §16.2). A number that JSON writes in three characters and a comma takes nine bytes in
 * dag-cbor, so a message may more than double; the rest is for what goes around it.
 */
export const MOST_LETTER_BYTES = 160 * 1024;
/** How far the time of sending may be from the receiver's clock. */
export const LETTER_FRESH_MS = limits.clockSkewMs;
/** Longest that a letter may say that it is worth delivering. */
export const MOST_LETTER_LIFE_MS = 24 * 60 * 60 * 1000 + LETTER_FRESH_MS;

const time = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const someBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const enveloped = z.tuple([someBytes, bytesOf(64)]);

const letterSchema = z.strictObject({
  v: z.literal(1),
  /** Whether answers are asked for; without, a receipt is all that comes back. */
  ask: z.boolean(),
  /** When this letter was signed: a message that was kept may be older. */
  sent: time,
  /** From then on nobody need deliver it. */
  expires: time,
  message: agentMessageSchema,
});

/** One message on its way from one peer to another. */
export type Letter = Omit<z.infer<typeof letterSchema>, "v">;

/** A letter whose form and signature were checked. */
export interface OpenLetter extends Letter {
  /** sha2-256 of what was signed: what a receipt names. */
  readonly digest: Uint8Array;
}

/** @throws {MalformedError | LimitExceededError | NotCanonicalError} the message is none that anybody would take */
export function signLetter(letter: Letter, signer: Signer, network: string): Uint8Array {
  const payload = encodeCanonical({ v: 1, ...letter, message: plain(letter.message) });
  const sealed = encodeCanonical([payload, signer.sign(signedBytes("letter", network, payload))]);
  openParts(sealed);
  return sealed;
}

/**
 * Opens what a peer sent over a connection that proves who it is.
 * @param peer whose connection it came over: it must have signed it, and the message must be from an agent of it
 * @throws {LimitExceededError | NotCanonicalError | MalformedError | BadSignatureError}
 */
export function openLetter(
  bytes: Uint8Array,
  {
    peer,
    network,
    verifier,
  }: { readonly peer: string; readonly network: string; readonly verifier: Verifier },
): OpenLetter {
  const { payload, signature, letter } = openParts(bytes);
  if (peerOf(letter.message.from) !== peer)
    throw new MalformedError("A letter is from an agent of another peer than the one that sent it");
  if (!verifier.verify(signature, signedBytes("letter", network, payload), keyOfPeerId(peer)))
    throw new BadSignatureError("A letter is not signed by the peer that sent it");
  return { ...letter, digest: sha256(payload) };
}

/** The digest that a receipt for this letter names. @throws as `openLetter`, but for the signature */
export function letterDigest(bytes: Uint8Array): Uint8Array {
  return sha256(openParts(bytes).payload);
}

/** The peer that an address names; undefined for one without. */
export function peerOf(address: string): string | undefined {
  return address.split("@")[1];
}

const receiptSchema = z.strictObject({
  v: z.literal(1),
  letter: bytesOf(32),
  status: z.enum(["delivered", "kept", "refused"]),
  code: z.string().min(1).max(64).optional(),
  message: z.string().max(1_000).optional(),
  at: time,
  /** For a letter that is refused for now: when it may come again. */
  retryAfterMs: time.optional(),
});
/** What the receiving peer says became of a letter. `letter`: its digest. */
export type LetterReceipt = Omit<z.infer<typeof receiptSchema>, "v">;

/** The content of a receipt frame. */
export function signReceipt(receipt: LetterReceipt, signer: Signer, network: string): Uint8Array {
  const payload = encodeCanonical({ v: 1, ...receipt });
  return encodeCanonical([payload, signer.sign(signedBytes("receipt", network, payload))]);
}

/**
 * @param expected who gave it, and for which letter
 * @throws {LimitExceededError | NotCanonicalError | MalformedError | BadSignatureError}
 */
export function openReceipt(
  bytes: Uint8Array,
  expected: {
    readonly peer: string;
    readonly letter: Uint8Array;
    readonly network: string;
    readonly verifier: Verifier;
  },
): LetterReceipt {
  const { peer, letter, network, verifier } = expected;
  const [payload, signature] = parsed(enveloped, decodeCanonical(bytes, MOST_LETTER_BYTES), "A receipt");
  const { v: _, ...receipt } = parsed(
    receiptSchema,
    decodeCanonical(payload, MOST_LETTER_BYTES),
    "A receipt",
  );
  if (Buffer.compare(receipt.letter, letter) !== 0)
    throw new MalformedError("A receipt is for another letter");
  if (!verifier.verify(signature, signedBytes("receipt", network, payload), keyOfPeerId(peer)))
    throw new BadSignatureError("A receipt is not signed by the peer that gave it");
  return receipt;
}

const answerFrameSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("next") }),
  z.strictObject({ kind: z.literal("answer"), message: agentMessageSchema }),
  z.strictObject({ kind: z.literal("end") }),
  z.strictObject({
    kind: z.literal("fail"),
    code: z.string().min(1).max(64),
    message: z.string().max(1_000),
  }),
]);
/** What goes over a stream after its letter, where answers are asked for. */
export type LetterFrame = z.infer<typeof answerFrameSchema>;

/** @throws {MalformedError | LimitExceededError | NotCanonicalError} */
export function encodeLetterFrame(frame: LetterFrame): Uint8Array {
  const bytes = encodeCanonical(
    frame.kind === "answer" ? { ...frame, message: plain(frame.message) } : frame,
  );
  if (bytes.length > MOST_LETTER_BYTES) throw new LimitExceededError(`A frame has ${bytes.length} bytes`);
  return bytes;
}

/** @throws {LimitExceededError | NotCanonicalError | MalformedError} */
export function decodeLetterFrame(bytes: Uint8Array): LetterFrame {
  const frame = parsed(answerFrameSchema, decodeCanonical(bytes, MOST_LETTER_BYTES), "A frame");
  if (frame.kind === "answer") assertSendable(frame.message);
  return frame;
}

/** Why a letter is not of this time; undefined when it is. Pure. */
export function staleness({ sent, expires }: Letter, now: number): string | undefined {
  if (Math.abs(now - sent) > LETTER_FRESH_MS) return "it was signed at another time";
  if (expires <= now) return "its time is over";
  if (expires > sent + MOST_LETTER_LIFE_MS) return "it would be worth delivering for too long";
  return undefined;
}

/** @throws {MalformedError} what is not JSON of ordinary depth @throws {LimitExceededError} more than a message may have */
export function assertSendable(message: AgentMessage): void {
  const { content, metadata = {} } = message;
  if (!isJsonWithin(content, limits.jsonDepth) || !isJsonWithin(metadata, limits.jsonDepth))
    throw new MalformedError("A message holds what is not JSON of ordinary depth");
  const size = Buffer.byteLength(JSON.stringify(message));
  if (size > MOST_MESSAGE_BYTES)
    throw new LimitExceededError(`A message has ${size} bytes; at most ${MOST_MESSAGE_BYTES} are allowed`);
}

function openParts(bytes: Uint8Array): { payload: Uint8Array; signature: Uint8Array; letter: Letter } {
  const [payload, signature] = parsed(enveloped, decodeCanonical(bytes, MOST_LETTER_BYTES), "A letter");
  const { v: _, ...letter } = parsed(letterSchema, decodeCanonical(payload, MOST_LETTER_BYTES), "A letter");
  assertSendable(letter.message);
  return { payload, signature, letter };
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new MalformedError(`${what} is not of its form: ${firstIssue(result.error)}`);
  return result.data;
}

/** Without the keys that are there and undefined: those have no canonical form. */
function plain(message: AgentMessage): AgentMessage {
  const { replyTo, metadata, ...rest } = message;
  return {
    ...rest,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
