import { KeyedBuckets } from "../token-bucket.ts";
import {
  MAX_RATED_PEERS,
  MAX_RECORD_BYTES,
  MAX_RECORDS_PER_PAGE,
  MAX_SYNC_FRAME_BYTES,
  SYNC_REQUEST_COST_BYTES,
  SYNC_SERVE_BURST_BYTES,
  SYNC_SERVE_BYTES_PER_SECOND,
} from "./limits.ts";
import type { NumberedRecords, RecordPage } from "./options.ts";
import { encodeResponse, PAGE_HEADER_BYTES, type SyncRequest } from "./sync-frames.ts";

/** Added to the epoch, it is the second name of the same numbering. */
const SECOND_NAME = "~";

interface ResponderParts {
  records: NumberedRecords;
  now(): number;
}

/** Answers neighbours who read our log, each within its ration. No I/O: a request in, a frame out. */
export class SyncResponder {
  readonly #parts: ResponderParts;
  readonly #rations = new KeyedBuckets(
    { capacity: SYNC_SERVE_BURST_BYTES, perSecond: SYNC_SERVE_BYTES_PER_SECOND },
    MAX_RATED_PEERS,
  );
  #served = 0;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
  }

  /** Records handed out so far. */
  get served(): number {
    return this.#served;
  }

  answer(peer: string, request: SyncRequest): Uint8Array {
    const { records, now } = this.#parts;
    const ration = this.#rations.get(peer, now());
    const retryAfterMs = ration.waitFor(SYNC_REQUEST_COST_BYTES, now());
    if (retryAfterMs > 0) return encodeResponse({ kind: "busy", retryAfterMs });
    const { epoch, after } = positionOf(request, records);
    const page = this.#page(after, Math.min(request.limitBytes, MAX_SYNC_FRAME_BYTES));
    const frame = encodeResponse({ kind: "page", epoch, ...page });
    ration.charge(SYNC_REQUEST_COST_BYTES + frame.length, now());
    this.#served += page.records.length;
    return frame;
  }

  /** The catalogue counts the records' bytes only; many small ones may outgrow the frame by their lengths. */
  #page(after: number, limitBytes: number): RecordPage {
    for (let budget = limitBytes - PAGE_HEADER_BYTES; ; budget = Math.floor(budget / 2)) {
      const atLeastOne = Math.max(budget, MAX_RECORD_BYTES);
      const page = this.#parts.records.page(after, atLeastOne);
      const records = page.records.filter((record) => record.length > 0 && record.length <= MAX_RECORD_BYTES);
      const size = records.reduce((sum, record) => sum + 2 + record.length, PAGE_HEADER_BYTES);
      const fits = records.length <= MAX_RECORDS_PER_PAGE && size <= MAX_SYNC_FRAME_BYTES;
      if (fits || budget < MAX_RECORD_BYTES) return { ...page, records };
    }
  }
}

/**
 * Where this reader is in our log. One who knows another numbering starts over, and so does one who is beyond our end: a
 * power cut may take the newest records and their numbers with it, and others get these numbers afterwards. A reader starts
 * over only for another epoch, so the numbering has two names, and whoever got lost under one is told the other. Nothing is
 * kept: a reader who lies about where it is changes nothing for others.
 */
function positionOf(request: SyncRequest, records: NumberedRecords): { epoch: string; after: number } {
  const first = records.epoch;
  const second = `${first}${SECOND_NAME}`;
  if (request.epoch !== first && request.epoch !== second) return { epoch: first, after: 0 };
  const last = records.last?.() ?? Number.POSITIVE_INFINITY;
  if (request.after <= last) return { epoch: request.epoch, after: request.after };
  return { epoch: request.epoch === first ? second : first, after: 0 };
}
