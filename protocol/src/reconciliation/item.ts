import { compareBytes } from "../bytes.ts";
import { CollectiveError } from "../errors.ts";
import { sha256 } from "../ids.ts";
import { decodeHead } from "../records/head.ts";

/** What reconciliation knows of a record (SPEC §10.1): when it was made, and the sha2-256 of its head. */
export interface Item {
  /** Milliseconds since the epoch, at most `MAX_ITEM_CREATED`. */
  readonly created: number;
  /** 32 bytes. */
  readonly digest: Uint8Array;
}

/** An item by the first 16 bytes of its digest, as it is listed and asked for. */
export interface ShortItem {
  readonly created: number;
  readonly prefix: Uint8Array;
}

/** A place between items. The prefix has 0–16 bytes and does not end in a zero byte, so that every place has one form. */
export interface Bound {
  readonly created: number;
  readonly prefix: Uint8Array;
}

/** From `lower` on, up to `upper` and without it. */
export interface ItemRange {
  readonly lower: Bound;
  readonly upper: Bound;
}

export const PREFIX_BYTES = 16;
/** One below what 48 bits hold, so that there is a bound above every item. */
export const MAX_ITEM_CREATED = 2 ** 48 - 2;

const NOTHING = new Uint8Array(0);
export const FIRST_BOUND: Bound = { created: 0, prefix: NOTHING };
export const LAST_BOUND: Bound = { created: MAX_ITEM_CREATED + 1, prefix: NOTHING };
export const EVERYTHING: ItemRange = { lower: FIRST_BOUND, upper: LAST_BOUND };

/**
 * The item of a record's wire form, without checking its signature; undefined for what is no record at all, or dated
 * beyond what items are (such a record is never fresh, SPEC §4.3).
 */
export function itemOfRecord(bytes: Uint8Array): Item | undefined {
  const head = headIn(bytes);
  if (head === undefined) return undefined;
  try {
    const { created } = decodeHead(head);
    return created > MAX_ITEM_CREATED ? undefined : { created, digest: sha256(head) };
  } catch (error) {
    if (error instanceof CollectiveError) return undefined;
    throw error;
  }
}

/** A list of three, the first of which is a byte string whose length takes one byte or two (RFC 8949 §3.1). */
function headIn(bytes: Uint8Array): Uint8Array | undefined {
  const [list, kind, first = 0, second = 0] = bytes;
  if (list !== 0x83) return undefined;
  if (kind === 0x58) return bytes.subarray(3, 3 + first);
  return kind === 0x59 ? bytes.subarray(4, 4 + ((first << 8) | second)) : undefined;
}

export function compareItems(a: Item, b: Item): number {
  return a.created - b.created || compareBytes(a.digest, b.digest);
}

export function compareBounds(a: Bound, b: Bound): number {
  return a.created - b.created || compareBytes(a.prefix, b.prefix);
}

export function isBelow(item: Item | ShortItem, bound: Bound): boolean {
  if (item.created !== bound.created) return item.created < bound.created;
  const bytes = "digest" in item ? item.digest : item.prefix;
  return compareBytes(bytes.subarray(0, bound.prefix.length), bound.prefix) < 0;
}

export function isWithin(item: Item | ShortItem, { lower, upper }: ItemRange): boolean {
  return isBelow(item, upper) && !isBelow(item, lower);
}

export function shortOf(item: Item): ShortItem {
  return { created: item.created, prefix: item.digest.subarray(0, PREFIX_BYTES) };
}

/** The shortest bound above `before` and not above `after`; undefined where 16 bytes do not tell them apart. */
export function boundBetween(before: Item, after: Item): Bound | undefined {
  if (before.created !== after.created) return { created: after.created, prefix: NOTHING };
  for (let i = 0; i < PREFIX_BYTES; i++)
    if (before.digest[i] !== after.digest[i])
      return { created: after.created, prefix: after.digest.slice(0, i + 1) };
  return undefined;
}
