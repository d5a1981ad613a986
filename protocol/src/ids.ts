import { hash } from "node:crypto";
import { base32 } from "multiformats/bases/base32";
import { base58btc } from "multiformats/bases/base58";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { InvalidIdError, MalformedError } from "./errors.ts";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The text form (base32 CIDv1, `bafyrei…`) of a manifest's CID. */
export type ActionId = Branded<"ActionId">;
/** The text form (`12D3Koo…`) of a peer's ed25519 public key: libp2p's PeerId. */
export type PeerId = Branded<"PeerId">;
/** The text form of a record's CID: sha2-256 over its unsigned canonical payload. */
export type RecordId = Branded<"RecordId">;

export const RAW = 0x55;
export const DAG_CBOR = 0x71;
const SHA2_256 = 0x12;
const DIGEST_BYTES = 32;
const CID_BYTES = 36;

export function sha256(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = hash("sha256", bytes, "buffer");
  return new Uint8Array(buffer, byteOffset, length);
}

export function cidOf(bytes: Uint8Array, codec: typeof RAW | typeof DAG_CBOR): CID {
  // On a buffer of its own from the start: small arrays get one made when it is first asked for, which costs more.
  const cid = new Uint8Array(new ArrayBuffer(CID_BYTES));
  cid.set([1, codec, SHA2_256, DIGEST_BYTES]);
  cid.set(sha256(bytes), CID_BYTES - DIGEST_BYTES);
  return cidFromBytes(cid, codec);
}

/** @param bytes 36, already checked to be of the form of SPEC §2.3. The CID is a view of them. */
export function cidFromBytes(bytes: Uint8Array, codec: number): CID {
  const digest = new Digest.Digest(SHA2_256, DIGEST_BYTES, bytes.subarray(4), bytes.subarray(2));
  return new CID(1, codec, digest, bytes);
}

/**
 * The only CIDs this protocol speaks of (SPEC §2.3): version 1, sha2-256, the given codec. Plain objects are data and
 * never CIDs: CID.asCID would take {"/": "x", "bytes": "x", …} of a stranger for one.
 */
export function isOurCid(value: unknown, codec: number): value is CID {
  return (
    value instanceof CID &&
    value.version === 1 &&
    value.code === codec &&
    value.multihash.code === SHA2_256 &&
    value.multihash.digest.length === DIGEST_BYTES
  );
}

export function actionIdOf(cid: CID): ActionId {
  return textOfCid(cid) as ActionId;
}

/** As CID.toString, without the memory of texts that it keeps for every CID. */
export function textOfCid(cid: CID): string {
  return base32.encode(cid.bytes);
}

/** @throws {InvalidIdError} */
export function parseActionId(text: string): ActionId {
  return actionIdOf(cidOfActionId(text));
}

/** @throws {InvalidIdError} */
export function cidOfActionId(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text, base32);
  } catch {
    throw new InvalidIdError(text);
  }
  if (!isOurCid(cid, DAG_CBOR)) throw new InvalidIdError(text);
  return cid;
}

/** libp2p's PeerId of an ed25519 key: the identity multihash of the key's protobuf (libp2p peer-ids spec). */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);

/** Records come from few authors at a time, and base 58 costs more than looking up. */
const REMEMBERED_PEERS = 4096;
const remembered = new Map<string, PeerId>();

export function peerIdOfKey(publicKey: Uint8Array): PeerId {
  const key = latin1Of(publicKey);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_PEERS) remembered.clear();
  const peer = encodePeerId(publicKey);
  remembered.set(key, peer);
  return peer;
}

/** Bytes as a string of the same length: a key for maps. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function encodePeerId(publicKey: Uint8Array): PeerId {
  const bytes = new Uint8Array(PEER_ID_PREFIX.length + publicKey.length);
  bytes.set(PEER_ID_PREFIX);
  bytes.set(publicKey, PEER_ID_PREFIX.length);
  return base58btc.baseEncode(bytes) as PeerId;
}

/** @throws {MalformedError} when the text is not the PeerId of an ed25519 key. */
export function keyOfPeerId(peer: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = base58btc.baseDecode(peer);
  } catch {
    throw new MalformedError(`"${peer.slice(0, 80)}" is not a peer id`);
  }
  const prefixed = PEER_ID_PREFIX.every((byte, i) => bytes[i] === byte);
  if (!prefixed || bytes.length !== PEER_ID_PREFIX.length + 32)
    throw new MalformedError(`"${peer.slice(0, 80)}" is not the id of an ed25519 peer`);
  return bytes.subarray(PEER_ID_PREFIX.length);
}
