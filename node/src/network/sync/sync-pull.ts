import {
  compareBounds,
  compareItems,
  EVERYTHING,
  equalBytes,
  type Item,
  type ItemRange,
  isWithin,
  type LiveSetView,
  type ShortItem,
  type Summary,
  type SyncAnswer,
  SyncFrameError,
  type SyncRequest,
  shortOf,
  syncLimits,
} from "@action-collective/protocol";
import {
  MAX_SYNC_DEPTH,
  MAX_SYNC_RANGES,
  MAX_SYNC_SESSION_BYTES,
  MAX_SYNC_SESSION_MS,
  MAX_SYNC_SESSION_REQUESTS,
  SYNC_LISTED_ITEMS,
  SYNC_REFUSALS_BEFORE_JUDGING,
  SYNC_WHOLE_FACTOR,
} from "../limits.ts";
import type { Received } from "../options.ts";
import type { DeclinedItems } from "./sync-declined.ts";
import { mergeNeighbours, remainderOf, takeLast } from "./sync-ranges.ts";

export interface PullParts {
  readonly set: LiveSetView;
  readonly declined: DeclinedItems;
  itemOf(record: Uint8Array): Item | undefined;
  now(): number;
  readonly limits?: Partial<PullLimits>;
}

export interface PullLimits {
  /** Of answers, in one session. */
  readonly bytes: number;
  readonly requests: number;
  readonly ms: number;
}

export interface SyncTally {
  received: number;
  new: number;
  /** Held already when it came: read because its range was read whole. */
  known: number;
  /** Not acceptable yet. */
  later: number;
  refused: number;
  /** Of all answers. */
  bytes: number;
  requests: number;
}

export type PullKind =
  /** Everything it has was seen. */
  | "done"
  /** The session's bounds were reached; there is more. */
  | "more"
  /** It asks to come back after `retryAfterMs`. */
  | "busy"
  /** Most of what it sent was refused. */
  | "useless";

export interface PullOutcome {
  readonly kind: PullKind;
  readonly retryAfterMs: number;
  readonly tally: SyncTally;
  /** We hold something that it does not. */
  readonly lacks: boolean;
}

/** A range to look into, and how often the whole was cut to get there. */
interface Piece {
  readonly range: ItemRange;
  readonly depth: number;
}

/**
 * One session in which this peer takes from a neighbour what it has not (SPEC §10.4). It compares the whole, cuts what differs
 * into pieces until they are small, lists those, and asks for what it lacks; where it has next to nothing it reads whole
 * ranges. No I/O and no clock: `next` says what to ask, `take` checks the answer and gives the records in it, `received` says
 * what became of each. Nothing is remembered between sessions: the next one skips what has become equal.
 */
export class SyncPull {
  readonly #parts: PullParts;
  readonly #limits: PullLimits;
  readonly #tally: SyncTally = { received: 0, new: 0, known: 0, later: 0, refused: 0, bytes: 0, requests: 0 };
  readonly #beganAt: number;
  #asked: SyncRequest | undefined;
  #depths: readonly number[] = [];
  #compared = false;
  #split: Piece[] = [];
  #list: ItemRange[] = [];
  #whole: ItemRange[] = [];
  #wanted: ShortItem[] = [];
  #lacks = false;
  #overflowed = false;
  /** Of the ranges read whole: what we had there, and how much of that came. */
  #wholeHeld = 0;
  #retryAfterMs: number | undefined;

  constructor(parts: PullParts) {
    this.#parts = parts;
    this.#limits = {
      bytes: MAX_SYNC_SESSION_BYTES,
      requests: MAX_SYNC_SESSION_REQUESTS,
      ms: MAX_SYNC_SESSION_MS,
      ...parts.limits,
    };
    this.#beganAt = parts.now();
    parts.declined.sweep(parts.set, this.#beganAt);
  }

  /** What to ask next; undefined when the session is over. */
  next(): SyncRequest | undefined {
    const { bytes, requests, ms } = this.#limits;
    if (this.#asked !== undefined) throw new Error("the last request has no answer yet");
    if (this.#retryAfterMs !== undefined || this.#useless()) return undefined;
    if (this.#tally.bytes >= bytes || this.#tally.requests >= requests) return undefined;
    if (this.#parts.now() - this.#beganAt >= ms) return undefined;
    this.#asked = this.#choose();
    if (this.#asked !== undefined) this.#tally.requests++;
    return this.#asked;
  }

  /**
   * Takes the answer to the last request, `frameBytes` long on the wire, and gives the records in it.
   * @throws {SyncFrameError} the answer does not belong to the request or contradicts itself.
   */
  take(answer: SyncAnswer, frameBytes: number): readonly Uint8Array[] {
    const asked = this.#asked;
    if (asked === undefined) throw new Error("nothing was asked");
    this.#asked = undefined;
    this.#tally.bytes += frameBytes;
    if (answer.kind === "busy") {
      this.#retryAfterMs = answer.retryAfterMs;
      return [];
    }
    if (asked.kind === "compare" && answer.kind === "compare") this.#weigh(EVERYTHING, answer, 0);
    else if (asked.kind === "split" && answer.kind === "split") this.#cut(asked, answer);
    else if (asked.kind === "list" && answer.kind === "list") this.#listed(asked, answer);
    else if (asked.kind === "records" && answer.kind === "records") return this.#readWhole(asked, answer);
    else if (asked.kind === "get" && answer.kind === "get") return this.#got(asked, answer);
    else throw new SyncFrameError(`${answer.kind} as an answer to ${asked.kind}`);
    return [];
  }

  /** What became of one record that `take` gave. */
  received(record: Uint8Array, what: Received): void {
    const { set, declined, itemOf, now } = this.#parts;
    this.#tally.received++;
    if (what !== "known") this.#tally[what]++;
    // A digest does not cover the signature: with a broken one anybody could make us decline an honest record.
    if (what === "new" || what === "refused") return;
    const item = itemOf(record);
    if (item === undefined) return;
    if (set.has(item)) this.#tally.known++;
    else declined.add(item, { early: what === "later", now: now() });
  }

  outcome(): PullOutcome {
    const { tally, kind } = { tally: { ...this.#tally }, kind: this.#kind() };
    const lacksOfWhole = kind === "done" && this.#wholeHeld > 0;
    return { kind, retryAfterMs: this.#retryAfterMs ?? 0, tally, lacks: this.#lacks || lacksOfWhole };
  }

  #kind(): PullKind {
    if (this.#useless()) return "useless";
    if (this.#retryAfterMs !== undefined) return "busy";
    const left = this.#split.length + this.#list.length + this.#whole.length + this.#wanted.length;
    return left > 0 || this.#overflowed || !this.#compared ? "more" : "done";
  }

  #useless(): boolean {
    const { received, refused } = this.#tally;
    return received >= SYNC_REFUSALS_BEFORE_JUDGING && refused * 2 > received;
  }

  /** What is small and certain first, so that little is pending at any time and a session that breaks off has got something. */
  #choose(): SyncRequest | undefined {
    if (!this.#compared) return { kind: "compare", ...this.#parts.set.summary() };
    if (this.#wanted.length >= syncLimits.wanted / 4) return this.#get();
    if (this.#list.length >= syncLimits.ranges / 2) return this.#askList();
    if (this.#split.length > 0) {
      const pieces = takeLast(this.#split, syncLimits.ranges);
      this.#depths = pieces.map((piece) => piece.depth);
      return { kind: "split", ranges: pieces.map((piece) => piece.range) };
    }
    if (this.#list.length > 0) return this.#askList();
    if (this.#wanted.length > 0) return this.#get();
    if (this.#whole.length === 0) return undefined;
    this.#whole = mergeNeighbours(this.#whole);
    return { kind: "records", ranges: this.#whole.splice(0, syncLimits.ranges) };
  }

  #askList(): SyncRequest {
    const sorted = this.#list.sort((a, b) => compareBounds(a.lower, b.lower));
    return { kind: "list", ranges: sorted.splice(0, syncLimits.ranges) };
  }

  #get(): SyncRequest {
    return { kind: "get", items: this.#wanted.splice(0, syncLimits.wanted) };
  }

  /** Decides what to do with a range of which the neighbour says that it holds `theirs`. */
  #weigh(range: ItemRange, theirs: Summary, depth: number): void {
    const { set, declined } = this.#parts;
    this.#compared = true;
    const held = set.sum(range);
    if (held.count > theirs.count) this.#lacks = true;
    if (theirs.count === 0 || isSame(held.summary(), theirs)) return;
    const known = held.plus(declined.sum(range));
    if (isSame(known.summary(), theirs)) return;
    if (known.count * SYNC_WHOLE_FACTOR <= theirs.count) {
      this.#wholeHeld += held.count;
      this.#add(this.#whole, range);
    } else if (theirs.count <= SYNC_LISTED_ITEMS) this.#add(this.#list, range);
    else if (depth >= MAX_SYNC_DEPTH)
      throw new SyncFrameError(`a range cut ${depth} times has ${theirs.count} items`);
    else this.#add(this.#split, { range, depth });
  }

  #add<Value>(queue: Value[], value: Value): void {
    if (queue.length < MAX_SYNC_RANGES) queue.push(value);
    else this.#overflowed = true;
  }

  #cut(asked: SyncRequest & { kind: "split" }, answer: SyncAnswer & { kind: "split" }): void {
    if (answer.ranges.length !== asked.ranges.length)
      throw new SyncFrameError(
        `pieces of ${answer.ranges.length} ranges, where ${asked.ranges.length} were asked for`,
      );
    for (const [index, range] of asked.ranges.entries()) {
      const parts = answer.ranges[index] ?? [];
      let { lower } = range;
      for (const part of parts) {
        if (compareBounds(part.upper, lower) <= 0) throw new SyncFrameError("pieces that overlap");
        if (part.count === 0 && parts.length > 1) throw new SyncFrameError("an empty piece among others");
        this.#weigh({ lower, upper: part.upper }, part, (this.#depths[index] ?? 0) + 1);
        lower = part.upper;
      }
      if (compareBounds(lower, range.upper) !== 0)
        throw new SyncFrameError("pieces that are not the whole range");
    }
  }

  #listed(asked: SyncRequest & { kind: "list" }, answer: SyncAnswer & { kind: "list" }): void {
    const { set, declined } = this.#parts;
    const { covered, left } = remainderOf(asked.ranges, answer.reached);
    this.#list.push(...left);
    let common = 0;
    let at = 0;
    let before: ShortItem | undefined;
    for (const item of answer.items) {
      if (before !== undefined && !ascends(before, item))
        throw new SyncFrameError("items that do not ascend");
      before = item;
      while (at < covered.length && !isWithin(item, covered[at] ?? EVERYTHING)) at++;
      if (at === covered.length) throw new SyncFrameError("an item outside the ranges asked for");
      if (set.find(item) !== undefined) common++;
      else if (declined.set.find(item) === undefined) this.#wanted.push(item);
    }
    const held = covered.reduce((sum, range) => sum + set.count(range), 0);
    if (held > common) this.#lacks = true;
  }

  #readWhole(
    asked: SyncRequest & { kind: "records" },
    answer: SyncAnswer & { kind: "records" },
  ): readonly Uint8Array[] {
    const { set, itemOf } = this.#parts;
    const { covered, left } = remainderOf(asked.ranges, answer.reached);
    this.#whole.unshift(...left);
    let before: Item | undefined;
    for (const record of answer.records) {
      const item = itemOf(record);
      // What is no record at all is left to intake, which refuses it and is counted.
      if (item === undefined) continue;
      if (before !== undefined && compareItems(before, item) >= 0)
        throw new SyncFrameError("records that do not ascend");
      before = item;
      if (!covered.some((range) => isWithin(item, range)))
        throw new SyncFrameError("a record outside the ranges asked for");
      if (set.has(item)) this.#wholeHeld--;
    }
    return answer.records;
  }

  #got(asked: SyncRequest & { kind: "get" }, answer: SyncAnswer & { kind: "get" }): readonly Uint8Array[] {
    const { taken, records } = answer;
    if (taken < 1 || taken > asked.items.length || records.length > taken)
      throw new SyncFrameError(`${records.length} records for ${taken} of ${asked.items.length} items`);
    this.#wanted.push(...asked.items.slice(taken));
    let at = 0;
    for (const record of records) {
      const item = this.#parts.itemOf(record);
      if (item === undefined) continue;
      const short = shortOf(item);
      while (at < taken && !isSameItem(asked.items[at], short)) at++;
      if (at++ >= taken) throw new SyncFrameError("a record that was not asked for, or not in its turn");
    }
    return records;
  }
}

function isSame(one: Summary, other: Summary): boolean {
  return one.count === other.count && equalBytes(one.fingerprint, other.fingerprint);
}

function ascends(before: ShortItem, item: ShortItem): boolean {
  return before.created < item.created || (before.created === item.created && compare(before, item) < 0);
}

function compare(a: ShortItem, b: ShortItem): number {
  return Buffer.compare(a.prefix, b.prefix);
}

function isSameItem(one: ShortItem | undefined, other: ShortItem): boolean {
  return one !== undefined && one.created === other.created && equalBytes(one.prefix, other.prefix);
}
