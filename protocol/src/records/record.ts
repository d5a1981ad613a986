import type { CID } from "multiformats/cid";
import { z } from "zod";
import { compareBytes, decodeCanonical, encodeCanonical } from "../canonical.ts";
import { BadSignatureError, LimitExceededError, MalformedError, NotFreshError } from "../errors.ts";
import {
  type ActionId,
  actionIdOf,
  cidOf,
  DAG_CBOR,
  isOurCid,
  type PeerId,
  peerIdOfKey,
  type RecordId,
} from "../ids.ts";
import { limits } from "../limits.ts";
import { decodeManifest, type EncodedManifest, firstIssue } from "../manifest.ts";
import type { Signer, Verifier } from "../signature.ts";
import { type BodyOf, bodies, type Kind, kinds } from "./bodies.ts";

const MAX_REVISION = Number.MAX_SAFE_INTEGER;

const envelope = z.strictObject({
  v: z.literal(1),
  kind: z.enum(kinds as [Kind, ...Kind[]]),
  author: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32),
  subject: z.custom<CID>((value) => isOurCid(value, DAG_CBOR)),
  revision: z.number().int().min(1).max(MAX_REVISION),
  created: z.number().int().min(0).max(MAX_REVISION),
  body: z.unknown(),
});

interface Common {
  readonly id: RecordId;
  /** sha2-256 of the unsigned payload: breaks ties between equal revisions (SPEC §4.2). */
  readonly digest: Uint8Array;
  readonly author: PeerId;
  readonly authorKey: Uint8Array;
  readonly subject: ActionId;
  readonly revision: number;
  /** Milliseconds since the epoch, by the author's clock. */
  readonly created: number;
  /** The signed wire form: what is gossiped, stored and synced. */
  readonly bytes: Uint8Array;
}

export interface Publication extends Common {
  readonly kind: "publication";
  readonly body: BodyOf<"publication">;
  readonly action: EncodedManifest;
}
export interface Verdict extends Common {
  readonly kind: "verdict";
  readonly body: BodyOf<"verdict">;
}
export interface Feedback extends Common {
  readonly kind: "feedback";
  readonly body: BodyOf<"feedback">;
}
/** Anything signed and gossiped; `kind` tells which. */
export type SignedRecord = Publication | Verdict | Feedback;

export interface Draft<K extends Kind> {
  readonly kind: K;
  readonly subject: CID;
  readonly revision: number;
  readonly created: number;
  readonly body: BodyOf<K>;
}

/**
 * Signs a record for one network (SPEC §4.1): the wire form is the dag-cbor list [payload, signature].
 * @throws {LimitExceededError | MalformedError} the draft would be refused by every reader.
 */
export function signRecord<K extends Kind>(draft: Draft<K>, signer: Signer, network: string): SignedRecord {
  const payload = encodeCanonical({ v: 1, author: signer.publicKey, ...draft });
  const signature = signer.sign(signedBytes(payload, network));
  const bytes = encodeCanonical([payload, signature]);
  if (bytes.length > limits.recordBytes)
    throw new LimitExceededError(
      `The record has ${bytes.length} bytes; at most ${limits.recordBytes} are allowed`,
    );
  return parsePayload(payload, bytes);
}

/**
 * Decodes and checks everything about a record that needs no state: size, depth, canonical form, shape, signature.
 * @throws {LimitExceededError | NotCanonicalError | MalformedError | BadSignatureError}
 */
export function openRecord(bytes: Uint8Array, verifier: Verifier, network: string): SignedRecord {
  const pair = decodeCanonical(bytes, limits.recordBytes);
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new MalformedError("A record is a list of payload and signature");
  const [payload, signature] = pair as unknown[];
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array))
    throw new MalformedError("A record's payload and signature are byte strings");
  const record = parsePayload(payload, bytes);
  if (!verifier.verify(signature, signedBytes(payload, network), record.authorKey))
    throw new BadSignatureError(
      `The ${record.kind} is not signed by ${record.author} for network "${network}"`,
    );
  return record;
}

/** @throws {NotFreshError} the record is dated further ahead than honest clocks differ (SPEC §4.3). */
export function assertFresh(record: SignedRecord, now: number): void {
  if (record.created > now + limits.clockSkewMs)
    throw new NotFreshError(
      `The ${record.kind} is dated ${Math.round((record.created - now) / 1000)} s in the future`,
    );
}

/** The name of the register a record writes: (author, kind, subject). */
export function registerOf(record: SignedRecord): string {
  return `${record.author}/${record.kind}/${record.subject}`;
}

/** True when `challenger` replaces `holder` in their common register: higher revision, then higher digest (SPEC §4.2). */
export function supersedes(
  challenger: SignedRecord,
  holder: { revision: number; digest: Uint8Array },
): boolean {
  if (challenger.revision !== holder.revision) return challenger.revision > holder.revision;
  return compareBytes(challenger.digest, holder.digest) > 0;
}

/** Keeps a signature of one network, or of another protocol with the same key, from ever counting here. */
function signedBytes(payload: Uint8Array, network: string): Uint8Array {
  return Buffer.concat([Buffer.from(`action-collective/record/1\0${network}\0`, "utf8"), payload]);
}

function parsePayload(payload: Uint8Array, bytes: Uint8Array): SignedRecord {
  const value = decodeCanonical(payload, limits.recordBytes);
  const parsed = envelope.safeParse(value);
  if (!parsed.success) throw new MalformedError(`The record is malformed: ${firstIssue(parsed.error)}`);
  const { kind, author, subject, revision, created } = parsed.data;
  const cid = cidOf(payload, DAG_CBOR);
  const common = {
    id: cid.toString() as RecordId,
    digest: cid.multihash.digest,
    author: peerIdOfKey(author),
    authorKey: author,
    subject: actionIdOf(subject),
    revision,
    created,
    bytes,
  };
  const body = bodies[kind].safeParse(parsed.data.body);
  if (!body.success) throw new MalformedError(`The ${kind} is malformed: ${firstIssue(body.error)}`);
  switch (kind) {
    case "publication": {
      const publication = body.data as BodyOf<"publication">;
      const action = decodeManifest(publication.manifest);
      if (action.id !== common.subject)
        throw new MalformedError("The publication carries another action's manifest");
      return { ...common, kind, body: publication, action };
    }
    case "verdict":
      return { ...common, kind, body: body.data as BodyOf<"verdict"> };
    case "feedback":
      return { ...common, kind, body: body.data as BodyOf<"feedback"> };
  }
}
