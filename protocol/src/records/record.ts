import type { CID } from "multiformats/cid";
import { equalBytes } from "../bytes.ts";
import { decodeCanonical, encodeCanonical } from "../canonical.ts";
import { BadSignatureError, LimitExceededError, MalformedError } from "../errors.ts";
import { cidOf, DAG_CBOR, type RecordId, sha256, textOfCid } from "../ids.ts";
import { limits } from "../limits.ts";
import { decodeManifest, type EncodedManifest, firstIssue } from "../manifest.ts";
import { signedBytes } from "../network-names.ts";
import { createVerifier, type Signer, type Verifier } from "../signature.ts";
import { type BodyOf, bodies, type Kind } from "./bodies.ts";
import { assertAccuses, assertProof } from "./equivocation.ts";
import { decodeHead, encodeHead, type Head } from "./head.ts";
import { assertConsent, assertSuccession } from "./succession.ts";
import type { RecordOf, SignedRecord } from "./types.ts";

export interface Draft<K extends Kind> {
  readonly kind: K;
  /** The manifest's CID, or the 32 bytes of a peer's key for the kinds that speak of a peer. */
  readonly subject: CID | Uint8Array;
  readonly revision: number;
  readonly created: number;
  readonly body: BodyOf<K>;
}

interface Wire {
  readonly bytes: Uint8Array;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Signs a record for one network (SPEC §4.1): the wire form is the dag-cbor list [head, body, signature].
 * @throws {LimitExceededError | NotCanonicalError | MalformedError | BadSignatureError} the draft would be refused by every reader.
 */
export function signRecord<K extends Kind>(draft: Draft<K>, signer: Signer, network: string): RecordOf<K> {
  const { kind, subject, revision, created } = draft;
  const body = encodeCanonical(draft.body);
  const fields = { kind, author: signer.publicKey, subject, revision, created, body: sha256(body) };
  const head = encodeHead(fields);
  const signature = signer.sign(signedBytes("record", network, head));
  const bytes = encodeCanonical([head, body, signature]);
  if (bytes.length > limits.recordBytes)
    throw new LimitExceededError(
      `The record has ${bytes.length} bytes; at most ${limits.recordBytes} are allowed`,
    );
  const record = assemble({ bytes, head, body, signature });
  if (record.kind === "succession" || record.kind === "equivocation")
    assertEvidence(record, createVerifier(), network);
  return record as RecordOf<K>;
}

/**
 * Decodes and checks everything about a record that needs no state: size, depth, canonical form, shape, signatures.
 * The record keeps views into `bytes`: do not change it afterwards.
 * @throws {LimitExceededError | NotCanonicalError | MalformedError | BadSignatureError}
 */
export function openRecord(bytes: Uint8Array, verifier: Verifier, network: string): SignedRecord {
  const list = decodeCanonical(bytes, limits.recordBytes);
  if (!Array.isArray(list) || list.length !== 3)
    throw new MalformedError("A record is a list of head, body and signature");
  const [head, body, signature] = list as unknown[];
  if (!(head instanceof Uint8Array && body instanceof Uint8Array && signature instanceof Uint8Array))
    throw new MalformedError("A record's head, body and signature are byte strings");
  const record = assemble({ bytes, head, body, signature });
  if (!verifier.verify(signature, signedBytes("record", network, head), record.authorKey))
    throw new BadSignatureError(
      `The ${record.kind} is not signed by ${record.author} for network "${network}"`,
    );
  assertEvidence(record, verifier, network);
  return record;
}

function assertEvidence(record: SignedRecord, verifier: Verifier, network: string): void {
  if (record.kind === "succession") assertConsent(record, verifier, network);
  if (record.kind === "equivocation") assertProof(record.body, verifier, network);
}

/** Everything but signatures. */
function assemble(wire: Wire): SignedRecord {
  const head = decodeHead(wire.head);
  if (!equalBytes(sha256(wire.body), head.body))
    throw new MalformedError(`The ${head.kind}'s body is not the one that its head names`);
  const parsed = bodies[head.kind].safeParse(decodeCanonical(wire.body, limits.recordBytes));
  if (!parsed.success) throw new MalformedError(`The ${head.kind} is malformed: ${firstIssue(parsed.error)}`);
  const cid = cidOf(wire.head, DAG_CBOR);
  const { bytes, signature } = wire;
  const common = { id: textOfCid(cid) as RecordId, digest: cid.multihash.digest, bytes, signature };
  const body: unknown = parsed.data;
  const action = head.kind === "publication" ? manifestIn(body, head) : undefined;
  // The head's kind chose the body's schema and the subject's type, which the compiler cannot follow.
  const record = { ...head, ...common, head: wire.head, body, ...(action && { action }) } as SignedRecord;
  assertMeaning(record);
  return record;
}

function manifestIn(body: unknown, head: Head): EncodedManifest {
  const action = decodeManifest((body as BodyOf<"publication">).manifest);
  if (action.id !== head.subject)
    throw new MalformedError("The publication carries another action's manifest");
  return action;
}

/** What a kind demands beyond the shape of its body (SPEC §4). */
function assertMeaning(record: SignedRecord): void {
  if (record.kind === "succession") assertSuccession(record);
  if (record.kind === "equivocation") assertAccuses(record.body, record.subject);
  if (record.kind === "trust" && record.author === record.subject)
    throw new MalformedError("The trust is about its own author");
}
