import type { CID } from "multiformats/cid";
import { decodeCanonical, encodeCanonical } from "../canonical.ts";
import { LimitExceededError, MalformedError } from "../errors.ts";
import { type ActionId, actionIdOf, DAG_CBOR, isOurCid, type PeerId, peerIdOfKey } from "../ids.ts";
import { limits } from "../limits.ts";
import { isKind, isPeerKind, type Kind, MAX_REVISION } from "./bodies.ts";

/** The signed part of a record (SPEC §4.1): who says what kind of thing of what, and the hash of what is said. */
export interface Head {
  readonly kind: Kind;
  readonly author: PeerId;
  readonly authorKey: Uint8Array;
  readonly subject: ActionId | PeerId;
  readonly revision: number;
  readonly created: number;
  /** sha2-256 of the body's bytes. */
  readonly body: Uint8Array;
}

export interface HeadFields {
  readonly kind: Kind;
  readonly author: Uint8Array;
  readonly subject: CID | Uint8Array;
  readonly revision: number;
  readonly created: number;
  readonly body: Uint8Array;
}

export function encodeHead(fields: HeadFields): Uint8Array {
  return encodeCanonical({ v: 1, ...fields });
}

/** How many fields the map has: v, kind, author, subject, revision, created, body. */
const FIELDS = 7;

/**
 * Written out field by field, because every record and both halves of every proof pass here.
 * @throws {LimitExceededError | NotCanonicalError | MalformedError}
 */
export function decodeHead(bytes: Uint8Array): Head {
  if (bytes.length > limits.headBytes)
    throw new LimitExceededError(
      `A record's head has ${bytes.length} bytes; at most ${limits.headBytes} are allowed`,
    );
  const value = decodeCanonical(bytes, limits.headBytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) malformed("head", "is not a map");
  const { v, kind, author, subject, revision, created, body } = value as Record<string, unknown>;
  if (v !== 1) malformed("v", "must be 1; a later version needs newer software");
  if (!isKind(kind)) malformed("kind", "is not known");
  if (!isBytes(author, 32)) malformed("author", "must be the 32 bytes of a key");
  if (!isMoment(revision) || revision < 1) malformed("revision", "must be an integer from 1 to 2^53 - 1");
  if (!isMoment(created)) malformed("created", "must be milliseconds since 1970, up to 2^53 - 1");
  if (!isBytes(body, 32)) malformed("body", "must be the 32 bytes of a sha2-256");
  if (Object.keys(value as object).length !== FIELDS) malformed("head", "has fields that nobody knows");
  return {
    kind,
    author: peerIdOfKey(author),
    authorKey: author,
    subject: subjectOf(kind, subject),
    revision,
    created,
    body,
  };
}

function subjectOf(kind: Kind, subject: unknown): ActionId | PeerId {
  if (isPeerKind(kind)) {
    if (!isBytes(subject, 32)) malformed("subject", `of a ${kind} must be the 32 bytes of a peer's key`);
    return peerIdOfKey(subject);
  }
  if (!isOurCid(subject, DAG_CBOR)) malformed("subject", `of a ${kind} must be the CID of a manifest`);
  return actionIdOf(subject);
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_REVISION;
}

function malformed(field: string, why: string): never {
  throw new MalformedError(`The record is malformed: ${field} ${why}`);
}
