import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { MOST_CAPABILITY_CHARACTERS } from "./api/agent-schemas.ts";
import { decodeCanonical, encodeCanonical } from "./canonical.ts";
import { CollectiveError } from "./errors.ts";
import { sha256 } from "./ids.ts";
import { firstIssue } from "./manifest.ts";
import { BroaderPrivilegesError, intersectPrivileges } from "./narrowing.ts";
import { type CapabilityBlock, capabilityBlockSchema, MOST_LEVELS, type Privileges } from "./privileges.ts";

/** What a capability begins with: whoever finds one in a file knows what it is, and no other token looks like it. */
export const CAPABILITY_PREFIX = "acc1.";
/** Of a root key, in bytes. */
export const CAPABILITY_KEY_BYTES = 32;
/** Of each link, in bytes: two agents with the same name and privileges have two capabilities. */
export const CAPABILITY_NONCE_BYTES = 16;

const SIGNATURE_BYTES = 32;
const ID_BYTES = 16;
const MOST_LINKS = MOST_LEVELS + 1;
const LINK_DOMAIN = Buffer.from("action-collective/capability/1\0", "latin1");
const ID_DOMAIN = Buffer.from("action-collective/capability-id/1\0", "latin1");

/** Not a capability of this peer: of another form, forged, of another peer, or of one that was started anew. */
export class InvalidCapabilityError extends CollectiveError {
  constructor(why: string) {
    super(
      "capability-invalid",
      `The capability does not hold: ${why}`,
      "Ask whoever gave it for another one; capabilities end when their peer stops.",
    );
  }
}

/** A capability whose chain was checked. */
export interface OpenCapability {
  /** Of its last link: whose capability it is. */
  readonly id: string;
  /** Of every link, level 0 first. */
  readonly ids: readonly string[];
  /** As each link says; level 0 first. */
  readonly blocks: readonly CapabilityBlock[];
  /** In force for each link: what it allows, and all before it. */
  readonly inForce: readonly Privileges[];
  /** In force for the last. */
  readonly privileges: Privileges;
  readonly level: number;
}

const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);
const formSchema = z.tuple([
  z
    .array(z.tuple([bytesOf(CAPABILITY_NONCE_BYTES), capabilityBlockSchema]))
    .min(1)
    .max(MOST_LINKS),
  bytesOf(SIGNATURE_BYTES),
]);
type Link = readonly [nonce: Uint8Array, block: CapabilityBlock];

/**
 * A capability at level 0 (SPEC §17), which nobody without the root key can make.
 * @param rootKey 32 random bytes that never leave the peer
 * @param nonce 16 random bytes
 */
export function mintCapability(rootKey: Uint8Array, block: CapabilityBlock, nonce: Uint8Array): string {
  if (rootKey.length !== CAPABILITY_KEY_BYTES)
    throw new TypeError(`A root key has ${CAPABILITY_KEY_BYTES} bytes, not ${rootKey.length}`);
  return extend([], rootKey, block, nonce);
}

/**
 * A capability one level below, made by whoever holds one, without the peer: it allows what both say, whatever the new block
 * says. Only the end of a chain can be added to, and nothing can be taken off it (macaroons: Birgisson et al., 2014).
 * @param nonce 16 random bytes
 * @throws {InvalidCapabilityError} `token` is none by its form, or the result would be too long
 * @throws {BroaderPrivilegesError} `token` allows no agents below it
 */
export function narrowCapability(token: string, block: CapabilityBlock, nonce: Uint8Array): string {
  const { links, signature } = parse(token);
  const { levels, agents } = lastOf(inForceOf(links));
  if (levels < 1 || agents < 1) throw new BroaderPrivilegesError(["it may create no agents"]);
  return extend(links, signature, block, nonce);
}

/**
 * Checks a capability against the key that it was made with, in constant time.
 * @throws {InvalidCapabilityError}
 */
export function openCapability(rootKey: Uint8Array, token: string): OpenCapability {
  const { links, signature } = parse(token);
  const signatures: Uint8Array[] = [];
  let key = rootKey;
  for (const link of links) {
    key = sign(key, link);
    signatures.push(key);
  }
  // First: nothing is worked out for who made one up.
  if (!timingSafeEqual(key, signature)) throw new InvalidCapabilityError("this peer did not make it");
  const ids = signatures.map(idOf);
  const inForce = inForceOf(links);
  return {
    id: idOf(key),
    ids,
    blocks: links.map(([, block]) => block),
    inForce,
    privileges: lastOf(inForce),
    level: links.length - 1,
  };
}

/** The id by which a peer speaks of a capability. It tells nothing of the token. @throws {InvalidCapabilityError} by its form */
export function capabilityId(token: string): string {
  return idOf(parse(token).signature);
}

/** Whether a bearer token is meant as a capability; nothing is checked. */
export function isCapability(token: string): boolean {
  return token.startsWith(CAPABILITY_PREFIX);
}

function extend(links: readonly Link[], key: Uint8Array, block: CapabilityBlock, nonce: Uint8Array): string {
  if (nonce?.length !== CAPABILITY_NONCE_BYTES)
    throw new TypeError(`The nonce of a capability has ${CAPABILITY_NONCE_BYTES} random bytes`);
  const link: Link = [nonce, plain(block)];
  const extended = [...links, link];
  const token = CAPABILITY_PREFIX + toText(encodeCanonical([extended, sign(key, link)]));
  // What no peer would take is not given away either.
  parse(token);
  return token;
}

function parse(token: string): { readonly links: readonly Link[]; readonly signature: Uint8Array } {
  if (!isCapability(token)) throw new InvalidCapabilityError(`it does not begin with ${CAPABILITY_PREFIX}`);
  if (token.length > MOST_CAPABILITY_CHARACTERS)
    throw new InvalidCapabilityError(`it is longer than ${MOST_CAPABILITY_CHARACTERS} characters`);
  const text = token.slice(CAPABILITY_PREFIX.length);
  const bytes = Buffer.from(text, "base64url");
  // The decoder skips what is none, so that one token would have many texts.
  if (toText(bytes) !== text) throw new InvalidCapabilityError("it is not base64url");
  let value: unknown;
  try {
    value = decodeCanonical(bytes, MOST_CAPABILITY_CHARACTERS);
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    throw new InvalidCapabilityError("it is not canonical dag-cbor");
  }
  const parsed = formSchema.safeParse(value);
  if (!parsed.success) throw new InvalidCapabilityError(firstIssue(parsed.error));
  const [links, signature] = parsed.data;
  return { links, signature };
}

/** @throws {InvalidCapabilityError} somebody in the chain was below one who may create nobody */
function inForceOf(links: readonly Link[]): Privileges[] {
  const inForce: Privileges[] = [];
  for (const [, { privileges }] of links) {
    const above = inForce.at(-1);
    if (above !== undefined && (above.levels < 1 || above.agents < 1))
      throw new InvalidCapabilityError("it was cut from one that allows no agents below it");
    const counted = above && { ...above, levels: above.levels - 1, agents: above.agents - 1 };
    inForce.push(counted === undefined ? privileges : intersectPrivileges(counted, privileges));
  }
  return inForce;
}

function lastOf(inForce: readonly Privileges[]): Privileges {
  const last = inForce.at(-1);
  if (last === undefined) throw new InvalidCapabilityError("it has no links");
  return last;
}

function sign(key: Uint8Array, link: Link): Uint8Array {
  return createHmac("sha256", key).update(LINK_DOMAIN).update(encodeCanonical(link)).digest();
}

function idOf(signature: Uint8Array): string {
  return toText(sha256(Buffer.concat([ID_DOMAIN, signature])).subarray(0, ID_BYTES));
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** Checked, and without the keys that are there and undefined: those have no canonical form. */
function plain(block: CapabilityBlock): CapabilityBlock {
  return JSON.parse(JSON.stringify(capabilityBlockSchema.parse(block))) as CapabilityBlock;
}
