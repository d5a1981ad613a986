import { FrameReader } from "../frame-reader.ts";
import { limits } from "../limits.ts";
import { FINGERPRINT_BYTES, type Summary } from "./digest-sum.ts";
import { SyncFrameError } from "./frame-error.ts";
import { FrameWriter } from "./frame-writer.ts";
import {
  type Bound,
  compareBounds,
  type ItemRange,
  LAST_BOUND,
  PREFIX_BYTES,
  type ShortItem,
} from "./item.ts";
import type { Part } from "./live-set.ts";

/** Bounds of the frames (SPEC §10.3), each with its reason. */
export const syncLimits = {
  /** A reader and a responder hold one frame each per session. */
  frameBytes: 256 * 1024,
  /** The longest request: as many short items as may be asked for at once. */
  requestBytes: 24 * 1024,
  /** Ranges in one request: each costs the responder some sums over blocks. */
  ranges: 64,
  /** Pieces of one range: more would be cheaper in rounds and dearer in bytes. */
  parts: 16,
  /** Short items in one answer: a third of a frame. */
  listed: 4_096,
  /** Records asked for by their short items at once: what fits a few frames. */
  wanted: 1_024,
  /** Signed records are never so small that more of them fit in a frame. */
  records: 4_096,
} as const;

/** What a reader asks (SPEC §10.2). */
export type SyncRequest =
  /** "My whole set is this; and yours?" */
  | ({ readonly kind: "compare" } & Summary)
  /** "Cut these ranges into pieces and say what is in each." */
  | { readonly kind: "split"; readonly ranges: readonly ItemRange[] }
  /** "Which items do you have in these ranges?" */
  | { readonly kind: "list"; readonly ranges: readonly ItemRange[] }
  /** "Give me all records in these ranges." */
  | { readonly kind: "records"; readonly ranges: readonly ItemRange[] }
  /** "Give me these records." */
  | { readonly kind: "get"; readonly items: readonly ShortItem[] }
  /** "My whole set is this: read it, if yours differs." */
  | ({ readonly kind: "tell" } & Summary);

export type SyncAnswer =
  | { readonly kind: "busy"; readonly retryAfterMs: number }
  | ({ readonly kind: "compare" } & Summary)
  /** For each range of the request its pieces. */
  | { readonly kind: "split"; readonly ranges: readonly (readonly Part[])[] }
  /** What there is in the ranges below `reached`; the rest is to be asked for again. */
  | { readonly kind: "list"; readonly reached: Bound; readonly items: readonly ShortItem[] }
  | { readonly kind: "records"; readonly reached: Bound; readonly records: readonly Uint8Array[] }
  /** Of the first `taken` items of the request those records that are still there. */
  | { readonly kind: "get"; readonly taken: number; readonly records: readonly Uint8Array[] }
  | { readonly kind: "tell" };

const VERSION = 2;
const KINDS = ["busy", "compare", "split", "list", "records", "get", "tell"] as const;
const MAX_UINT32 = 0xffff_ffff;

/** What an answer with records needs at worst beside them, and each of them beside its bytes. */
export const SYNC_RECORDS_HEADER_BYTES = 2 + (6 + 1 + PREFIX_BYTES) + 2;
export const SYNC_RECORD_HEADER_BYTES = 2;

export function encodeSyncRequest(request: SyncRequest): Uint8Array {
  const writer = begin(request.kind);
  switch (request.kind) {
    case "compare":
    case "tell":
      writer.summary(request);
      break;
    case "get":
      writer.uint(request.items.length, 2);
      for (const item of request.items) writer.short(item);
      break;
    default:
      writer.uint(request.ranges.length, 1);
      for (const { lower, upper } of request.ranges) {
        writer.bound(lower);
        writer.bound(upper);
      }
  }
  return writer.bytes();
}

/** @throws {SyncFrameError} for anything but exactly one well-formed request. */
export function decodeSyncRequest(frame: Uint8Array): SyncRequest {
  if (frame.length > syncLimits.requestBytes)
    throw new SyncFrameError(`${frame.length} bytes in one request`);
  const reader = new Reader(frame);
  const kind = reader.kind();
  const request = requestIn(reader, kind);
  reader.end();
  return request;
}

function requestIn(reader: Reader, kind: SyncAnswer["kind"]): SyncRequest {
  switch (kind) {
    case "compare":
    case "tell":
      return { kind, ...reader.summary() };
    case "split":
    case "list":
    case "records":
      return { kind, ranges: reader.ranges() };
    case "get":
      return { kind, items: reader.many(2, 1, syncLimits.wanted, () => reader.short()) };
    default:
      throw new SyncFrameError("a request of the kind busy");
  }
}

/** @throws {RangeError} more than a frame holds: the caller's mistake. */
export function encodeSyncAnswer(answer: SyncAnswer): Uint8Array {
  const writer = begin(answer.kind);
  switch (answer.kind) {
    case "busy":
      writer.uint(Math.min(answer.retryAfterMs, MAX_UINT32), 4);
      break;
    case "compare":
      writer.summary(answer);
      break;
    case "split":
      writer.uint(answer.ranges.length, 1);
      for (const parts of answer.ranges) {
        writer.uint(parts.length, 1);
        for (const part of parts) {
          writer.bound(part.upper);
          writer.summary(part);
        }
      }
      break;
    case "list":
      writer.bound(answer.reached);
      writer.uint(answer.items.length, 2);
      for (const item of answer.items) writer.short(item);
      break;
    case "records":
      writer.bound(answer.reached);
      writer.records(answer.records);
      break;
    case "get":
      writer.uint(answer.taken, 2);
      writer.records(answer.records);
      break;
    case "tell":
  }
  return writer.bytes();
}

/** @throws {SyncFrameError} for anything but exactly one well-formed answer. */
export function decodeSyncAnswer(frame: Uint8Array): SyncAnswer {
  if (frame.length > syncLimits.frameBytes) throw new SyncFrameError(`${frame.length} bytes in one frame`);
  const reader = new Reader(frame);
  const kind = reader.kind();
  const answer = answerIn(reader, kind);
  reader.end();
  return answer;
}

function answerIn(reader: Reader, kind: SyncAnswer["kind"]): SyncAnswer {
  switch (kind) {
    case "busy":
      return { kind, retryAfterMs: reader.uint(4) };
    case "compare":
      return { kind, ...reader.summary() };
    case "split":
      return { kind, ranges: reader.many(1, 1, syncLimits.ranges, () => reader.parts()) };
    case "list":
      return {
        kind,
        reached: reader.bound(),
        items: reader.many(2, 0, syncLimits.listed, () => reader.short()),
      };
    case "records":
      return { kind, reached: reader.bound(), records: reader.records() };
    case "get":
      return { kind, taken: reader.uint(2), records: reader.records() };
    case "tell":
      return { kind };
  }
}

function begin(kind: SyncAnswer["kind"]): FrameWriter {
  const writer = new FrameWriter();
  writer.uint(VERSION, 1);
  writer.uint(KINDS.indexOf(kind), 1);
  return writer;
}

class Reader extends FrameReader {
  constructor(frame: Uint8Array) {
    super(frame, (problem) => new SyncFrameError(problem));
  }

  kind(): SyncAnswer["kind"] {
    this.version(VERSION);
    const number = this.uint(1);
    const kind = KINDS[number];
    if (kind === undefined) throw new SyncFrameError(`the unknown kind ${number}`);
    return kind;
  }

  many<Value>(lengthBytes: number, least: number, most: number, read: () => Value): Value[] {
    const count = this.uint(lengthBytes);
    if (count < least || count > most)
      throw new SyncFrameError(`${count} where ${least} to ${most} are allowed`);
    return Array.from({ length: count }, read);
  }

  summary(): Summary {
    return { count: this.uint(4), fingerprint: this.take(FINGERPRINT_BYTES) };
  }

  bound(): Bound {
    const created = this.uint(6);
    const length = this.uint(1);
    if (length > PREFIX_BYTES) throw new SyncFrameError(`a bound with a prefix of ${length} bytes`);
    const prefix = this.take(length);
    if (prefix[length - 1] === 0) throw new SyncFrameError("a bound that ends in a zero byte");
    if (created === LAST_BOUND.created && length > 0) throw new SyncFrameError("a bound beyond the end");
    return { created, prefix };
  }

  /** In order and apart from one another. */
  ranges(): ItemRange[] {
    let before: Bound | undefined;
    return this.many(1, 1, syncLimits.ranges, () => {
      const range = { lower: this.bound(), upper: this.bound() };
      if (before !== undefined && compareBounds(before, range.lower) > 0)
        throw new SyncFrameError("ranges that overlap or are not in order");
      if (compareBounds(range.lower, range.upper) >= 0) throw new SyncFrameError("an empty range");
      before = range.upper;
      return range;
    });
  }

  parts(): Part[] {
    return this.many(1, 1, syncLimits.parts, () => ({ upper: this.bound(), ...this.summary() }));
  }

  short(): ShortItem {
    const created = this.uint(6);
    if (created >= LAST_BOUND.created) throw new SyncFrameError("an item beyond the end");
    return { created, prefix: this.take(PREFIX_BYTES) };
  }

  records(): Uint8Array[] {
    return this.many(2, 0, syncLimits.records, () => {
      const length = this.uint(2);
      if (length === 0 || length > limits.recordBytes)
        throw new SyncFrameError(`a record of ${length} bytes`);
      return this.take(length);
    });
  }
}
