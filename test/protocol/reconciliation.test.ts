import {
  type Bound,
  boundBetween,
  compareBounds,
  compareItems,
  EVERYTHING,
  FIRST_BOUND,
  type Item,
  type ItemRange,
  isBelow,
  isWithin,
  itemOfRecord,
  LAST_BOUND,
  LiveSet,
  sha256,
  shortOf,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleOf, publicationOf } from "../helpers/records.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const nameOf = ({ created, digest }: Item): string => `${created} ${hex(digest)}`;

/** The same in as few words as possible. */
class NaiveSet {
  items: Item[] = [];

  add(item: Item): boolean {
    if (this.items.some((other) => compareItems(other, item) === 0)) return false;
    this.items = [...this.items, item].sort(compareItems);
    return true;
  }

  delete(item: Item): boolean {
    const size = this.items.length;
    this.items = this.items.filter((other) => compareItems(other, item) !== 0);
    return this.items.length < size;
  }

  within(range: ItemRange): Item[] {
    return this.items.filter((item) => isWithin(item, range));
  }
}

function fingerprintOf(items: readonly Item[]): string {
  const sum = items.reduce((total, { digest }) => total + BigInt(`0x${hex(digest)}`), 0n) % 2n ** 256n;
  const count = items.length.toString(16).padStart(8, "0");
  return hex(sha256(Buffer.from(sum.toString(16).padStart(64, "0") + count, "hex")).subarray(0, 16));
}

/** Few moments and few different bytes, so that items collide in everything but the whole. */
const item: fc.Arbitrary<Item> = fc.record({
  created: fc.oneof(fc.nat(5), fc.constantFrom(2 ** 40, 2 ** 48 - 2)),
  digest: fc
    .array(fc.constantFrom(0, 0xff, 0x80), { minLength: 4, maxLength: 4 })
    .map(([a = 0, b = 0, c = 0, d = 0]) =>
      Uint8Array.from([a, b, ...new Uint8Array(12), c, 0, ...new Uint8Array(15), d]),
    ),
});
const bound: fc.Arbitrary<Bound> = fc.oneof(
  fc.constantFrom(FIRST_BOUND, LAST_BOUND),
  fc
    .tuple(item, fc.nat(16))
    .map(([{ created, digest }, length]) => ({ created, prefix: withoutZeros(digest.slice(0, length)) })),
);
const range: fc.Arbitrary<ItemRange> = fc
  .tuple(bound, bound)
  .map(([a, b]) => (compareBounds(a, b) <= 0 ? { lower: a, upper: b } : { lower: b, upper: a }));

function withoutZeros(prefix: Uint8Array): Uint8Array {
  let { length } = prefix;
  while (length > 0 && prefix[length - 1] === 0) length--;
  return prefix.slice(0, length);
}

test("behaves as the plain definition of a set says, whatever is added and deleted", () => {
  const step = fc.record({ what: fc.constantFrom("add", "add", "delete"), item });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.array(range, { maxLength: 5 }), (steps, ranges) => {
      const set = new LiveSet();
      const naive = new NaiveSet();
      for (const { what, item } of steps)
        expect(what === "add" ? set.add(item) : set.delete(item)).toBe(
          what === "add" ? naive.add(item) : naive.delete(item),
        );
      expect(set.size).toBe(naive.items.length);
      for (const { item } of steps)
        expect(set.has(item)).toBe(naive.items.some((i) => nameOf(i) === nameOf(item)));
      for (const range of [...ranges, EVERYTHING]) {
        const within = naive.within(range);
        expect(set.count(range)).toBe(within.length);
        expect(set.summary(range).count).toBe(within.length);
        expect(hex(set.summary(range).fingerprint)).toBe(fingerprintOf(within));
        expect(set.items(range, 1_000).map(nameOf)).toEqual(within.map(nameOf));
        expect(set.items(range, 3)).toHaveLength(Math.min(3, within.length));
      }
    }),
    { numRuns: 200 },
  );
});

test("the pieces of a range are the range: none overlaps, none is empty, each as it says", () => {
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 100 }),
      range,
      fc.integer({ min: 1, max: 16 }),
      (items, range, parts) => {
        fc.pre(compareBounds(range.lower, range.upper) < 0);
        const set = new LiveSet();
        for (const item of items) set.add(item);
        const pieces = set.split(range, parts);
        expect(pieces.length).toBeLessThanOrEqual(parts);
        let { lower } = range;
        for (const piece of pieces) {
          expect(compareBounds(lower, piece.upper)).toBeLessThan(0);
          const summary = set.summary({ lower, upper: piece.upper });
          expect({ count: piece.count, fingerprint: piece.fingerprint }).toEqual(summary);
          if (pieces.length > 1) expect(piece.count).toBeGreaterThan(0);
          lower = piece.upper;
        }
        expect(compareBounds(lower, range.upper)).toBe(0);
        expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(set.count(range));
      },
    ),
    { numRuns: 300 },
  );
});

/** Digests are as good as random, so a counter through sha2-256 is an honest set. */
function numbered(count: number, created: (n: number) => number): Item[] {
  return Array.from({ length: count }, (_, n) => ({
    created: created(n),
    digest: sha256(Buffer.from(`item ${n}`)),
  }));
}

test.each([
  ["of one moment", () => 7],
  ["one after the other", (n: number) => n],
  ["backwards", (n: number) => 20_000 - n],
])("20,000 items %s: built sorted, added one by one, thinned out, found", (_, created) => {
  const items = numbered(20_000, created);
  const sorted = items.toSorted(compareItems);
  const built = LiveSet.ofSorted(sorted);
  const grown = new LiveSet();
  for (const item of items) expect(grown.add(item)).toBe(true);
  expect(grown.summary()).toEqual(built.summary());
  expect(hex(built.summary().fingerprint)).toBe(fingerprintOf(items));
  const pieces = built.split(EVERYTHING, 16);
  expect(pieces.map((piece) => piece.count)).toEqual(Array.from({ length: 16 }, () => 1_250));
  for (const item of items.slice(0, 19_000)) expect(grown.delete(item)).toBe(true);
  const left = items.slice(19_000);
  expect(grown.size).toBe(1_000);
  expect(hex(grown.summary().fingerprint)).toBe(fingerprintOf(left));
  for (const item of left) expect(grown.find(shortOf(item))).toEqual(item);
  expect(grown.find(shortOf(items[0] as Item))).toBeUndefined();
});

test("items that do not ascend are no sorted set", () => {
  const [one, other] = numbered(2, (n) => n);
  expect(() => LiveSet.ofSorted([other, one] as Item[])).toThrow(RangeError);
  expect(() => LiveSet.ofSorted([one, one] as Item[])).toThrow(RangeError);
});

test("a bound between two items is the shortest that tells them apart", () => {
  fc.assert(
    fc.property(item, item, (a, b) => {
      const [before, after] = compareItems(a, b) <= 0 ? [a, b] : [b, a];
      const between = boundBetween(before, after);
      const alike = hex(before.digest.slice(0, 16)) === hex(after.digest.slice(0, 16));
      if (before.created === after.created && alike) expect(between).toBeUndefined();
      else {
        if (between === undefined) throw new Error("there is a bound");
        expect(isBelow(before, between)).toBe(true);
        expect(isBelow(after, between)).toBe(false);
        expect(between.prefix.at(-1)).not.toBe(0);
      }
    }),
  );
});

test("the item of a record is its moment and the hash of its head, and only a record has one", () => {
  const record = publicationOf(bundleOf(), 1, 1, 1_234);
  expect(itemOfRecord(record.bytes)).toEqual({ created: 1_234, digest: record.digest });
  expect(itemOfRecord(record.bytes.subarray(0, 40))).toBeUndefined();
  expect(itemOfRecord(Buffer.from("no record"))).toBeUndefined();
  expect(itemOfRecord(publicationOf(bundleOf(), 1, 1, 2 ** 48).bytes)).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void itemOfRecord(bytes)));
});
