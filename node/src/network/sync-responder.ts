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
import type { NetworkHandlers, RecordPage } from "./options.ts";
import { encodeResponse, PAGE_HEADER_BYTES, type SyncRequest } from "./sync-frames.ts";

interface ResponderParts {
  records: NetworkHandlers["records"];
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
    // A reader who knows another numbering starts over.
    const after = request.epoch === records.epoch ? request.after : 0;
    const page = this.#page(after, Math.min(request.limitBytes, MAX_SYNC_FRAME_BYTES));
    const frame = encodeResponse({ kind: "page", epoch: records.epoch, ...page });
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
