import {
  type BlockListContent,
  type BlockListEntry,
  blockListBytes,
  createVerifier,
  describeIssue,
  keyOfPeerId,
  peerIdOfKey,
  type Signer,
  textProblem,
} from "@action-collective/protocol";
import { z } from "zod";
import { isPeerId } from "../network-lists/address.ts";
import { BlockListError } from "./errors.ts";
import {
  MAX_BLOCK_LIST_BYTES,
  MAX_BLOCK_LIST_ENTRIES,
  MAX_BLOCK_LIST_NAME_CHARACTERS,
  MAX_LIFETIME_MS,
  MAX_REASON_CHARACTERS,
  MAX_SIGNATURES,
} from "./limits.ts";

const MEND = "Ask whoever keeps the list for a whole copy; the form stands in protocol/SPEC.md §8.4.";
/** More problems than this are one problem: the file is something else. */
const PROBLEMS_NAMED = 10;

/** Ids are compared as text and never used as keys or addresses: their form is all that is checked, or a list would take a second. */
const PEER = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/;
const ACTION = /^bafyrei[a-z2-7]{52}$/;

/** A key's word for a list's content. */
export interface BlockListSignature {
  /** Peer id of an ed25519 key. */
  readonly key: string;
  /** Base64 of 64 bytes. */
  readonly signature: string;
}

/** A list as its file holds it: of the right shape, and nothing is said of its signatures. */
export interface BlockListFile {
  readonly content: BlockListContent;
  readonly signatures: readonly BlockListSignature[];
}

const moment = z.string().refine(isMoment, "must be a moment such as 2026-11-21T00:00:00Z");
/** Looked at one by one below: a schema for each would take ten times as long. */
const entries = z.array(z.unknown()).max(MAX_BLOCK_LIST_ENTRIES);

const listSchema = z
  .strictObject({
    format: z.literal(1, "must be 1; a later format needs newer software"),
    name: z.string().superRefine((name, context) => {
      const problem =
        name.trim() === ""
          ? "must not be empty"
          : textProblem(name, { most: MAX_BLOCK_LIST_NAME_CHARACTERS, lines: "one" });
      if (problem !== undefined) context.addIssue(problem);
    }),
    issued: moment,
    expires: moment,
    entries: z.strictObject({ peers: entries, actions: entries }),
    signatures: z
      .array(
        z.strictObject({
          key: z.string().refine(isPeerId, "must be the peer id of an ed25519 key"),
          signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, "must be base64 of 64 bytes"),
        }),
      )
      .max(MAX_SIGNATURES)
      .default([]),
  })
  .superRefine(({ issued, expires, entries: { peers, actions }, signatures }, context) => {
    const lifetime = Date.parse(expires) - Date.parse(issued);
    if (!(lifetime > 0 && lifetime <= MAX_LIFETIME_MS))
      context.addIssue("expires must be later than issued, by at most 400 days");
    if (peers.length + actions.length > MAX_BLOCK_LIST_ENTRIES)
      context.addIssue(`entries: more than ${MAX_BLOCK_LIST_ENTRIES} together`);
    if (new Set(signatures.map(({ key }) => key)).size < signatures.length)
      context.addIssue("signatures: a key stands twice");
  });

/**
 * Reads the text of a list's file, whoever made it. Nothing is believed yet: see `signersOf`. Pure.
 * @throws {BlockListError} naming what is wrong.
 */
export function parseBlockList(text: string): BlockListFile {
  if (Buffer.byteLength(text) > MAX_BLOCK_LIST_BYTES)
    throw malformed([`it is larger than ${MAX_BLOCK_LIST_BYTES} bytes`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the user may have named a file that is none of anybody's business.
    throw malformed(["it is not JSON"]);
  }
  const parsed = listSchema.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error.issues.slice(0, PROBLEMS_NAMED).map(describeIssue));
  const { signatures, entries: listed, ...head } = parsed.data;
  const problems: string[] = [];
  const peers = readEntries(listed.peers, "peers", PEER, problems);
  const actions = readEntries(listed.actions, "actions", ACTION, problems);
  if (problems.length > 0) throw malformed(problems);
  return { content: { ...head, entries: { peers, actions } }, signatures };
}

/** The file's text, as people read and edit it. */
export function formatBlockList({ content, signatures }: BlockListFile): string {
  const { format, name, issued, expires, entries: listed } = content;
  return `${JSON.stringify({ format, name, issued, expires, entries: listed, signatures }, null, 2)}\n`;
}

/** Peer ids of those whose signatures hold. */
export function signersOf({ content, signatures }: BlockListFile): string[] {
  if (signatures.length === 0) return [];
  const message = blockListBytes(content);
  const { verify } = createVerifier();
  return signatures
    .filter(({ key, signature }) => verify(Buffer.from(signature, "base64"), message, keyOfPeerId(key)))
    .map(({ key }) => key);
}

/** Adds a signature to a list; those that do not fit its content go. Pure but for the signer. */
export function signBlockList(file: BlockListFile, signer: Signer): BlockListFile {
  const key: string = peerIdOfKey(signer.publicKey);
  const signature = Buffer.from(signer.sign(blockListBytes(file.content))).toString("base64");
  const good = new Set(signersOf(file));
  const others = file.signatures.filter((one) => one.key !== key && good.has(one.key));
  return { content: file.content, signatures: [...others, { key, signature }] };
}

function readEntries(
  values: readonly unknown[],
  where: "peers" | "actions",
  form: RegExp,
  problems: string[],
): BlockListEntry[] {
  const read = new Map<string, BlockListEntry>();
  for (const [index, value] of values.entries()) {
    const entry = entryOf(value, form);
    if (typeof entry === "string" || read.has(entry.id))
      problems.push(`entries.${where}[${index}] ${typeof entry === "string" ? entry : "stands twice"}`);
    else read.set(entry.id, entry);
    if (problems.length >= PROBLEMS_NAMED) break;
  }
  return [...read.values()];
}

/** The entry, or what is wrong with it. */
function entryOf(value: unknown, form: RegExp): BlockListEntry | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "must be an object";
  const { id, reason = "", ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return `has a field "${Object.keys(rest)[0]?.slice(0, 40)}"`;
  if (typeof id !== "string" || !form.test(id)) return "holds no such id";
  if (typeof reason !== "string") return "has a reason that is no text";
  const problem = textProblem(reason, { most: MAX_REASON_CHARACTERS, lines: "one" });
  return problem === undefined ? { id, reason } : `has a reason that ${problem}`;
}

function malformed(problems: readonly string[]): BlockListError {
  return new BlockListError(
    `This is not a block list:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    MEND,
  );
}

function isMoment(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const parsed = Date.parse(value);
  return !Number.isNaN(parsed) && new Date(parsed).toISOString() === value.replace("Z", ".000Z");
}
