import {
  type Bound,
  boundBetween,
  encodeSyncAnswer,
  equalBytes,
  type Item,
  type ItemRange,
  type ShortItem,
  SYNC_RECORD_HEADER_BYTES,
  SYNC_RECORDS_HEADER_BYTES,
  type SyncAnswer,
  type SyncRequest,
  shortOf,
  syncLimits,
} from "@action-collective/protocol";
import { Ration } from "../../give-and-take/ration.ts";
import {
  MAX_RECORD_BYTES,
  SYNC_ITEM_COST_BYTES,
  SYNC_RANGE_COST_BYTES,
  SYNC_REQUEST_COST_BYTES,
  SYNC_SERVED,
} from "../limits.ts";
import { type DealingsHandler, EQUAL_DEALINGS, type LiveRecords } from "../options.ts";

interface ResponderParts {
  readonly records: LiveRecords;
  now(): number;
  /** A neighbour says what its whole set is, and ours is another. */
  told(peer: string): void;
  /** Default: all neighbours alike. */
  readonly dealings?: DealingsHandler | undefined;
}

/** Records are read from the catalogue in runs of so many: few look-ups in vain when a frame is full. */
const RUN = 64;

/**
 * Answers neighbours who catch up with us, all within one ration. Keeps nothing about them between two requests but that. No I/O of its own: a request in, a frame out.
 */
export class SyncResponder {
  readonly #parts: ResponderParts;
  readonly #dealings: DealingsHandler;
  readonly #ration: Ration;
  #served = 0;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
    const dealings = parts.dealings ?? EQUAL_DEALINGS;
    this.#dealings = dealings;
    this.#ration = new Ration(SYNC_SERVED, (peer) => dealings.share(peer), parts.now());
  }

  /** Records handed out so far. */
  get served(): number {
    return this.#served;
  }

  answer(peer: string, request: SyncRequest): Uint8Array {
    const now = this.#parts.now();
    const cost = costOf(request);
    const retryAfterMs = this.#ration.waitFor(peer, cost, now);
    if (retryAfterMs > 0) {
      this.#dealings.putOff(peer);
      return encodeSyncAnswer({ kind: "busy", retryAfterMs });
    }
    const answer = this.#answer(peer, request);
    const frame = encodeSyncAnswer(answer);
    this.#ration.charge(peer, cost + frame.length, now);
    if ("records" in answer && answer.records.length > 0) this.#dealings.gave(peer, frame.length);
    return frame;
  }

  #answer(peer: string, request: SyncRequest): SyncAnswer {
    const { set } = this.#parts.records;
    switch (request.kind) {
      case "compare":
        return { kind: "compare", ...set.summary() };
      case "tell": {
        const { count, fingerprint } = set.summary();
        if (count !== request.count || !equalBytes(fingerprint, request.fingerprint)) this.#parts.told(peer);
        return { kind: "tell" };
      }
      case "split":
        return { kind: "split", ranges: request.ranges.map((range) => set.split(range, syncLimits.parts)) };
      case "list":
        return this.#list(request.ranges);
      case "records":
        return this.#records(request.ranges);
      case "get":
        return this.#get(request.items);
    }
  }

  #list(ranges: readonly ItemRange[]): SyncAnswer {
    const { set } = this.#parts.records;
    const listed: ShortItem[] = [];
    let reached: Bound | undefined;
    for (const range of ranges) {
      const items = set.items(range, syncLimits.listed - listed.length + 1);
      const full = listed.length + items.length > syncLimits.listed;
      const cut = full ? (cutBefore(items, items.length - 1) ?? { at: 0, bound: range.lower }) : undefined;
      listed.push(...items.slice(0, cut?.at).map(shortOf));
      reached = cut?.bound ?? range.upper;
      if (full) break;
    }
    return { kind: "list", reached: reached ?? lastOf(ranges), items: listed };
  }

  #records(ranges: readonly ItemRange[]): SyncAnswer {
    const batch = new Batch();
    let reached: Bound | undefined;
    for (const range of ranges) {
      reached = this.#fill(batch, range);
      if (reached !== undefined) break;
    }
    this.#served += batch.records.length;
    return { kind: "records", reached: reached ?? lastOf(ranges), records: batch.records };
  }

  /** Adds what there is in a range; gives the place where the frame was full, if it was. */
  #fill(batch: Batch, range: ItemRange): Bound | undefined {
    const { set } = this.#parts.records;
    for (let lower = range.lower; ; ) {
      const items = set.items({ lower, upper: range.upper }, RUN + 1);
      const run = items.length > RUN ? cutBefore(items, RUN) : undefined;
      const now = items.slice(0, run?.at);
      for (const [index, item] of now.entries()) {
        if (this.#add(batch, item)) continue;
        const cut = cutBefore(now, index);
        // Where nothing of this run fits, the frame ends at the place where the run begins.
        if (cut === undefined) return lower;
        batch.drop(index - cut.at);
        return cut.bound;
      }
      if (run === undefined) return undefined;
      lower = run.bound;
    }
  }

  #get(wanted: readonly ShortItem[]): SyncAnswer {
    const batch = new Batch();
    let taken = 0;
    for (const short of wanted) {
      const item = this.#parts.records.set.find(short);
      if (item !== undefined && !this.#add(batch, item)) break;
      taken++;
    }
    this.#served += batch.records.length;
    return { kind: "get", taken, records: batch.records };
  }

  /** False when the record does not fit any more. */
  #add(batch: Batch, item: Item): boolean {
    const [record] = this.#parts.records.bytes([item]);
    // What others would refuse by its size is not worth sending.
    if (record === undefined || record.length === 0 || record.length > MAX_RECORD_BYTES) return batch.skip();
    return batch.add(record);
  }
}

/** The records of one frame. */
class Batch {
  readonly records: Uint8Array[] = [];
  /** How many records each item that was dealt with brought: one or none. */
  readonly #brought: number[] = [];
  #bytes = SYNC_RECORDS_HEADER_BYTES;

  add(record: Uint8Array): boolean {
    const size = SYNC_RECORD_HEADER_BYTES + record.length;
    if (this.#bytes + size > syncLimits.frameBytes || this.records.length === syncLimits.records)
      return false;
    this.#bytes += size;
    this.records.push(record);
    this.#brought.push(1);
    return true;
  }

  skip(): true {
    this.#brought.push(0);
    return true;
  }

  /** Takes the last `count` items out again. */
  drop(count: number): void {
    for (let i = 0; i < count; i++) if (this.#brought.pop() === 1) this.records.pop();
  }
}

/**
 * The last place at or before `at` where two items can be told apart by a bound, and it; undefined when there is none. Two
 * items with one beginning of 16 bytes are nobody's accident, and stay together.
 */
function cutBefore(items: readonly Item[], at: number): { at: number; bound: Bound } | undefined {
  for (let i = at; i > 0; i--) {
    const [before, after] = [items[i - 1], items[i]];
    const bound = before && after && boundBetween(before, after);
    if (bound !== undefined) return { at: i, bound };
  }
  return undefined;
}

function lastOf(ranges: readonly ItemRange[]): Bound {
  const last = ranges.at(-1);
  if (last === undefined) throw new RangeError("a request without ranges");
  return last.upper;
}

/** What a request costs beside the bytes of its answer. */
function costOf(request: SyncRequest): number {
  if ("ranges" in request) return SYNC_REQUEST_COST_BYTES + request.ranges.length * SYNC_RANGE_COST_BYTES;
  if ("items" in request) return SYNC_REQUEST_COST_BYTES + request.items.length * SYNC_ITEM_COST_BYTES;
  return SYNC_REQUEST_COST_BYTES;
}
