import { FrameReader } from "@action-collective/protocol";
import { SyncFrameError } from "./errors.ts";
import { MAX_EPOCH_BYTES, MAX_RECORD_BYTES, MAX_RECORDS_PER_PAGE, MAX_SYNC_FRAME_BYTES } from "./limits.ts";

/**
 * The frames of `sync/1.0.0`, big-endian, each length-prefixed by the stream:
 *
 *     request  version:1  epoch:1+n  after:6  limit:4
 *     page     version:1  0:1  epoch:1+n  done:1  next:6  count:2  (length:2 record)*
 *     busy     version:1  1:1  retryAfter:4
 *
 * Flat by construction: no nesting to guard against, nothing allocated before its length was checked.
 */
export interface SyncRequest {
  /** The log's epoch as the reader knows it; empty on first contact. */
  epoch: string;
  after: number;
  /** The largest page the reader takes, in bytes. */
  limitBytes: number;
}

export type SyncResponse =
  | { kind: "page"; epoch: string; next: number; done: boolean; records: Uint8Array[] }
  | { kind: "busy"; retryAfterMs: number };

const VERSION = 1;
const PAGE = 0;
const BUSY = 1;
const EPOCH = /^[\x21-\x7e]*$/;
const MAX_UINT32 = 0xffff_ffff;

/** What a page needs before its records, at worst. */
export const PAGE_HEADER_BYTES = 2 + 1 + MAX_EPOCH_BYTES + 1 + 6 + 2;

export function encodeRequest(request: SyncRequest): Uint8Array {
  const writer = new Writer(1 + 1 + MAX_EPOCH_BYTES + 6 + 4);
  writer.uint(VERSION, 1);
  writer.epoch(request.epoch);
  writer.uint(request.after, 6);
  writer.uint(request.limitBytes, 4);
  return writer.bytes();
}

export function decodeRequest(frame: Uint8Array): SyncRequest {
  const reader = new Reader(frame);
  reader.version(VERSION);
  const request = { epoch: reader.epoch(), after: reader.uint(6), limitBytes: reader.uint(4) };
  reader.end();
  return request;
}

export function encodeResponse(response: SyncResponse): Uint8Array {
  if (response.kind === "busy") {
    const writer = new Writer(6);
    writer.uint(VERSION, 1);
    writer.uint(BUSY, 1);
    writer.uint(Math.min(response.retryAfterMs, MAX_UINT32), 4);
    return writer.bytes();
  }
  const { records } = response;
  const size = records.reduce((sum, record) => sum + 2 + record.length, PAGE_HEADER_BYTES);
  const writer = new Writer(size);
  writer.uint(VERSION, 1);
  writer.uint(PAGE, 1);
  writer.epoch(response.epoch);
  writer.uint(response.done ? 1 : 0, 1);
  writer.uint(response.next, 6);
  writer.uint(records.length, 2);
  for (const record of records) {
    writer.uint(record.length, 2);
    writer.append(record);
  }
  return writer.bytes();
}

/** Throws SyncFrameError for anything but exactly one well-formed response. */
export function decodeResponse(frame: Uint8Array): SyncResponse {
  if (frame.length > MAX_SYNC_FRAME_BYTES) throw new SyncFrameError(`${frame.length} bytes in one frame`);
  const reader = new Reader(frame);
  reader.version(VERSION);
  const kind = reader.uint(1);
  if (kind === BUSY) {
    const retryAfterMs = reader.uint(4);
    reader.end();
    return { kind: "busy", retryAfterMs };
  }
  if (kind !== PAGE) throw new SyncFrameError(`unknown response ${kind}`);
  const epoch = reader.epoch();
  if (epoch === "") throw new SyncFrameError("a page without an epoch");
  const done = reader.flag();
  const next = reader.uint(6);
  const count = reader.uint(2);
  if (count > MAX_RECORDS_PER_PAGE) throw new SyncFrameError(`${count} records in one page`);
  const records: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.uint(2);
    if (length === 0 || length > MAX_RECORD_BYTES) throw new SyncFrameError(`a record of ${length} bytes`);
    records.push(reader.take(length));
  }
  reader.end();
  return { kind: "page", epoch, next, done, records };
}

class Writer {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.alloc(capacity);
  }

  uint(value: number, bytes: number): void {
    this.#at = this.#buffer.writeUIntBE(value, this.#at, bytes);
  }

  epoch(epoch: string): void {
    if (epoch.length > MAX_EPOCH_BYTES || !EPOCH.test(epoch)) {
      throw new RangeError(`an epoch is at most ${MAX_EPOCH_BYTES} printable ASCII characters`);
    }
    this.uint(epoch.length, 1);
    this.append(Buffer.from(epoch, "ascii"));
  }

  append(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }
}

class Reader extends FrameReader {
  constructor(frame: Uint8Array) {
    super(frame, (problem) => new SyncFrameError(problem));
  }

  flag(): boolean {
    const value = this.uint(1);
    if (value > 1) throw new SyncFrameError(`a flag of ${value}`);
    return value === 1;
  }

  epoch(): string {
    const length = this.uint(1);
    if (length > MAX_EPOCH_BYTES) throw new SyncFrameError(`an epoch of ${length} bytes`);
    const epoch = Buffer.from(this.take(length)).toString("latin1");
    if (!EPOCH.test(epoch)) throw new SyncFrameError("an epoch with unprintable characters");
    return epoch;
  }
}
