import { MalformedError } from "./errors.ts";
import { FrameReader } from "./frame-reader.ts";
import { limits } from "./limits.ts";
import { hasRepeats, LANGUAGES, TAG } from "./manifest-rules.ts";

/**
 * The two frames of `ask/1.0.0` (SPEC §15), big-endian, each length-prefixed by the stream:
 *
 *     request  version:1  count:1  languages:1  needs:1  tags:1 (length:1 tag)*  length:2 query
 *     records  version:1  0:1  count:1  (length:2 record)*
 *     busy     version:1  1:1  retryAfter:4
 *
 * Flat by construction: no nesting to guard against, nothing allocated before its length was checked. Every value has
 * one encoding.
 */
export interface AskRequest {
  /** What somebody is looking for, in their own words. */
  readonly query: string;
  /** Records wanted, 1 to `limits.askRecords`. */
  readonly count: number;
  /** An action must have all of these tags. */
  readonly tags: readonly string[];
  /** An action must be written in one of these; at least one. */
  readonly languages: readonly Language[];
  /** What an action may ask for. One that asks for nothing always fits. */
  readonly needs: { readonly net: boolean; readonly secrets: boolean };
}

export type AskAnswer =
  /** Publications, the best first, as their authors signed them. */
  | { readonly kind: "records"; readonly records: readonly Uint8Array[] }
  | { readonly kind: "busy"; readonly retryAfterMs: number };

type Language = (typeof LANGUAGES)[number];

const VERSION = 1;
const RECORDS = 0;
const BUSY = 1;
const NET = 1;
const SECRETS = 2;
const MAX_UINT32 = 0xffff_ffff;

/** The longest request: every tag and the query at their longest. */
export const ASK_REQUEST_BYTES = 5 + limits.tags * (1 + limits.tagCharacters) + 2 + limits.askQueryBytes;

/** What an answer needs beside its records, and each record beside its bytes. */
export const ASK_ANSWER_HEADER_BYTES = 3;
export const ASK_RECORD_HEADER_BYTES = 2;

/** @throws {MalformedError} the request is none that a neighbour would read. */
export function encodeAskRequest(request: AskRequest): Uint8Array {
  const { count, tags, languages, needs } = request;
  const query = Buffer.from(request.query, "utf8");
  const problem = requestProblem(request, query.length);
  if (problem !== undefined) throw new MalformedError(`A request ${problem}`);
  const bits = languages.reduce((sum, language) => sum | (1 << LANGUAGES.indexOf(language)), 0);
  const needed = (needs.net ? NET : 0) | (needs.secrets ? SECRETS : 0);
  const parts: Uint8Array[] = [Buffer.of(VERSION, count, bits, needed, tags.length)];
  for (const tag of tags) parts.push(Buffer.of(tag.length), Buffer.from(tag, "ascii"));
  parts.push(uint16(query.length), query);
  return Buffer.concat(parts);
}

/** @throws {MalformedError} for anything but exactly one well-formed request. */
export function decodeAskRequest(frame: Uint8Array): AskRequest {
  if (frame.length > ASK_REQUEST_BYTES) throw new MalformedError(`A request has ${frame.length} bytes`);
  const reader = new FrameReader(frame);
  reader.version(VERSION);
  const count = reader.uint(1);
  const bits = reader.uint(1);
  const needed = reader.uint(1);
  if (bits === 0 || bits >= 1 << LANGUAGES.length)
    throw new MalformedError(`A request for languages ${bits}`);
  if (needed > (NET | SECRETS)) throw new MalformedError(`A request for needs ${needed}`);
  const tagCount = reader.uint(1);
  if (tagCount > limits.tags) throw new MalformedError(`A request with ${tagCount} tags`);
  const tags: string[] = [];
  for (let index = 0; index < tagCount; index++) tags.push(reader.text(reader.uint(1)));
  const length = reader.uint(2);
  const request = {
    query: reader.text(length),
    count,
    tags,
    languages: LANGUAGES.filter((_, index) => (bits & (1 << index)) !== 0),
    needs: { net: (needed & NET) !== 0, secrets: (needed & SECRETS) !== 0 },
  };
  reader.end();
  const problem = requestProblem(request, length);
  if (problem !== undefined) throw new MalformedError(`A request ${problem}`);
  return request;
}

/** @throws {RangeError} more records or bytes than an answer holds: the caller's mistake. */
export function encodeAskAnswer(answer: AskAnswer): Uint8Array {
  if (answer.kind === "busy") {
    const frame = Buffer.alloc(6);
    frame.set([VERSION, BUSY]);
    frame.writeUInt32BE(Math.min(answer.retryAfterMs, MAX_UINT32), 2);
    return frame;
  }
  const { records } = answer;
  if (records.length > limits.askRecords) throw new RangeError(`${records.length} records in one answer`);
  const parts: Uint8Array[] = [Buffer.of(VERSION, RECORDS, records.length)];
  for (const record of records) parts.push(uint16(record.length), record);
  const frame = Buffer.concat(parts);
  if (frame.length > limits.askAnswerBytes) throw new RangeError(`${frame.length} bytes in one answer`);
  return frame;
}

/** @throws {MalformedError} for anything but exactly one well-formed answer. */
export function decodeAskAnswer(frame: Uint8Array): AskAnswer {
  if (frame.length > limits.askAnswerBytes) throw new MalformedError(`An answer has ${frame.length} bytes`);
  const reader = new FrameReader(frame);
  reader.version(VERSION);
  const kind = reader.uint(1);
  if (kind === BUSY) {
    const retryAfterMs = reader.uint(4);
    reader.end();
    return { kind: "busy", retryAfterMs };
  }
  if (kind !== RECORDS) throw new MalformedError(`An answer of the unknown kind ${kind}`);
  const count = reader.uint(1);
  if (count > limits.askRecords) throw new MalformedError(`An answer with ${count} records`);
  const records: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.uint(2);
    if (length === 0 || length > limits.recordBytes)
      throw new MalformedError(`An answer with a record of ${length} bytes`);
    records.push(reader.take(length));
  }
  reader.end();
  return { kind: "records", records };
}

/** As much of `text` as a request takes, cut between characters: what a person or a model wrote may be any length. */
export function askQueryOf(text: string): string {
  const whole = text.toWellFormed();
  const bytes = Buffer.from(whole, "utf8");
  if (bytes.length <= limits.askQueryBytes) return whole;
  let end = limits.askQueryBytes;
  // A byte 10xxxxxx goes on with a character that began before it.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

function requestProblem(request: AskRequest, queryBytes: number): string | undefined {
  const { query, count, tags, languages } = request;
  if (!Number.isInteger(count) || count < 1 || count > limits.askRecords) return `for ${count} records`;
  if (languages.length === 0 || hasRepeats(languages)) return "names no language, or one twice";
  if (tags.length > limits.tags || hasRepeats(tags)) return "has too many tags, or one twice";
  if (!tags.every((tag) => TAG.test(tag) && tag.length <= limits.tagCharacters))
    return "has a tag that is none";
  if (queryBytes > limits.askQueryBytes) return `has a query of ${queryBytes} bytes`;
  if (query.trim() === "" || !query.isWellFormed()) return "has a blank or broken query";
  return undefined;
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}
