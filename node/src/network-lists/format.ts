import {
  describeIssue,
  type NetworkListContent,
  networkNames,
  type SuggestedPeer,
  textProblem,
} from "@action-collective/protocol";
import { z } from "zod";
import { addressProblem, isPeerId, type NodeKind, nodeOf } from "./address.ts";
import { NetworkListMalformedError } from "./errors.ts";
import {
  MAX_ADDRESSES_PER_OPERATOR,
  MAX_LIFETIME_MS,
  MAX_LIST_BYTES,
  MAX_NOTE_CHARACTERS,
  MAX_OPERATOR_NAME_CHARACTERS,
  MAX_OPERATORS,
  MAX_PUBLIC_DHT_ADDRESSES,
  MAX_SIGNATURES,
  MAX_SUGGESTED,
  MAX_SUGGESTED_NOTE_CHARACTERS,
} from "./limits.ts";

/** More problems than this are one problem: the file is something else. */
const PROBLEMS_NAMED = 20;

/** A key's word for a list's content. */
export interface ListSignature {
  /** Peer id of an ed25519 key. */
  readonly key: string;
  /** Base64 of 64 bytes. */
  readonly signature: string;
}

/** A list as its file holds it: of the right shape, and nothing is said of its signatures. */
export interface NetworkListFile {
  readonly content: NetworkListContent;
  readonly signatures: readonly ListSignature[];
}

const text = (most: number, lines: "one" | "many") =>
  z.string().superRefine((value, context) => {
    const problem = value.trim() === "" ? "must not be empty" : textProblem(value, { most, lines });
    if (problem !== undefined) context.addIssue(problem);
  });
const address = (kind: NodeKind) =>
  z.string().superRefine((value, context) => {
    const problem = addressProblem(value, kind);
    if (problem !== undefined) context.addIssue(`"${value.slice(0, 80)}" ${problem}`);
  });
const peerId = z.string().refine(isPeerId, "must be the peer id of an ed25519 key");
const moment = z.string().refine(isMoment, "must be a moment such as 2026-11-21T00:00:00Z");

const listSchema = z
  .strictObject({
    format: z.literal(1, "must be 1; a later format needs newer software"),
    network: z.string().refine(isNetworkName, "must be 1–32 lower-case letters, digits and dashes"),
    note: text(MAX_NOTE_CHARACTERS, "many").optional(),
    issued: moment,
    expires: moment,
    operators: z
      .array(
        z.strictObject({
          name: text(MAX_OPERATOR_NAME_CHARACTERS, "one"),
          addresses: z.array(address("operator")).min(1).max(MAX_ADDRESSES_PER_OPERATOR),
        }),
      )
      .max(MAX_OPERATORS),
    publicDht: z.strictObject({
      meet: z.boolean(),
      bootstrap: z.array(address("public-dht")).max(MAX_PUBLIC_DHT_ADDRESSES).optional(),
    }),
    suggests: z
      .array(z.strictObject({ peer: peerId, note: text(MAX_SUGGESTED_NOTE_CHARACTERS, "one").optional() }))
      .max(MAX_SUGGESTED)
      .optional(),
    signatures: z
      .array(
        z.strictObject({
          key: peerId,
          signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, "must be base64 of 64 bytes"),
        }),
      )
      .max(MAX_SIGNATURES),
  })
  .superRefine(({ issued, expires, operators, publicDht, suggests = [], signatures }, context) => {
    const lifetime = Date.parse(expires) - Date.parse(issued);
    if (!(lifetime > 0 && lifetime <= MAX_LIFETIME_MS))
      context.addIssue("expires must be later than issued, by at most 400 days");
    const complain = (what: string, twice: string | undefined) => {
      if (twice !== undefined) context.addIssue(`${what} "${twice}" stands twice`);
    };
    complain("the operator", repeated(operators.map(({ name }) => name.toLowerCase())));
    complain("the address", repeated(operators.flatMap(({ addresses }) => addresses)));
    complain("the address", repeated(publicDht.bootstrap ?? []));
    complain("the suggested peer", repeated(suggests.map(({ peer }) => peer)));
    complain("the key", repeated(signatures.map(({ key }) => key)));
    const nodes = operators.flatMap(({ addresses }) => [...new Set(addresses.map(nodeOf))]);
    complain("with two operators, the node", repeated(nodes));
  });

/**
 * Reads the text of a list's file, whoever made it. Nothing is believed yet: see `openNetworkList`.
 * @throws {NetworkListMalformedError} naming everything that is wrong.
 */
export function parseNetworkList(source: string): NetworkListFile {
  if (Buffer.byteLength(source) > MAX_LIST_BYTES)
    throw new NetworkListMalformedError([`it is larger than ${MAX_LIST_BYTES} bytes`]);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new NetworkListMalformedError([
      `it is not JSON: ${error instanceof Error ? error.message : error}`,
    ]);
  }
  const parsed = listSchema.safeParse(value);
  if (!parsed.success)
    throw new NetworkListMalformedError(parsed.error.issues.slice(0, PROBLEMS_NAMED).map(describeIssue));
  const { signatures, note, publicDht, suggests, ...rest } = parsed.data;
  const { meet, bootstrap } = publicDht;
  const content: NetworkListContent = {
    ...rest,
    ...(note === undefined ? {} : { note }),
    publicDht: bootstrap === undefined ? { meet } : { meet, bootstrap },
    ...(suggests === undefined ? {} : { suggests: suggests.map(suggested) }),
  };
  return { content, signatures };
}

/** The file's text, as people read and edit it. */
export function formatNetworkList({ content, signatures }: NetworkListFile): string {
  const { format, network, note, issued, expires, operators, publicDht, suggests } = content;
  const said = note === undefined ? {} : { note };
  const trust = suggests === undefined ? {} : { suggests };
  const ordered = { format, network, ...said, issued, expires, operators, publicDht, ...trust, signatures };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function suggested({ peer, note }: { peer: string; note?: string | undefined }): SuggestedPeer {
  return note === undefined ? { peer } : { peer, note };
}

function isMoment(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const parsed = Date.parse(value);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString() === value.replace("Z", ".000Z");
}

function isNetworkName(name: string): boolean {
  try {
    networkNames(name);
    return true;
  } catch {
    return false;
  }
}

function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
