import {
  type Bound,
  compareBounds,
  decodeSyncAnswer,
  decodeSyncRequest,
  encodeSyncAnswer,
  encodeSyncRequest,
  type ItemRange,
  type SyncAnswer,
  SyncFrameError,
  type SyncRequest,
  syncLimits,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";

const created = fc.nat(2 ** 48 - 2);
const prefix = fc.uint8Array({ maxLength: 16 }).filter((bytes) => bytes.at(-1) !== 0);
const bound: fc.Arbitrary<Bound> = fc.record({ created, prefix });
const summary = fc.record({
  count: fc.nat(2 ** 32 - 1),
  fingerprint: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});
const short = fc.record({ created, prefix: fc.uint8Array({ minLength: 16, maxLength: 16 }) });
const ranges: fc.Arbitrary<ItemRange[]> = fc
  .uniqueArray(bound, { minLength: 2, maxLength: 20, comparator: (a, b) => compareBounds(a, b) === 0 })
  .map((bounds) => {
    const sorted = bounds.toSorted(compareBounds);
    return sorted.slice(1).map((upper, index) => ({ lower: sorted[index] ?? upper, upper }));
  });
const records = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 10 });
const parts = fc.array(
  fc.tuple(bound, summary).map(([upper, rest]) => ({ upper, ...rest })),
  { minLength: 1, maxLength: 16 },
);

const request: fc.Arbitrary<SyncRequest> = fc.oneof(
  summary.map((rest) => ({ kind: "compare" as const, ...rest })),
  summary.map((rest) => ({ kind: "tell" as const, ...rest })),
  fc
    .tuple(fc.constantFrom("split", "list", "records"), ranges)
    .map(([kind, rest]) => ({ kind, ranges: rest })),
  fc.array(short, { minLength: 1, maxLength: 20 }).map((items) => ({ kind: "get" as const, items })),
);
const answer: fc.Arbitrary<SyncAnswer> = fc.oneof(
  fc.nat(2 ** 32 - 1).map((retryAfterMs) => ({ kind: "busy" as const, retryAfterMs })),
  summary.map((rest) => ({ kind: "compare" as const, ...rest })),
  fc.array(parts, { minLength: 1, maxLength: 5 }).map((rest) => ({ kind: "split" as const, ranges: rest })),
  fc
    .tuple(bound, fc.array(short, { maxLength: 20 }))
    .map(([reached, items]) => ({ kind: "list" as const, reached, items })),
  fc.tuple(bound, records).map(([reached, rest]) => ({ kind: "records" as const, reached, records: rest })),
  fc.tuple(fc.nat(65_535), records).map(([taken, rest]) => ({ kind: "get" as const, taken, records: rest })),
  fc.constant({ kind: "tell" as const }),
);

test("requests and answers come back as they were sent", () => {
  fc.assert(
    fc.property(request, (sent) => void expect(decodeSyncRequest(encodeSyncRequest(sent))).toEqual(sent)),
  );
  fc.assert(
    fc.property(answer, (sent) => void expect(decodeSyncAnswer(encodeSyncAnswer(sent))).toEqual(sent)),
  );
});

test("whatever else arrives is a SyncFrameError, and what is read encodes to what was read", () => {
  const attempt = (bytes: Uint8Array) => {
    for (const again of [
      () => encodeSyncRequest(decodeSyncRequest(bytes)),
      () => encodeSyncAnswer(decodeSyncAnswer(bytes)),
    ]) {
      let encoded: Uint8Array | undefined;
      try {
        encoded = again();
      } catch (error) {
        expect(error).toBeInstanceOf(SyncFrameError);
      }
      if (encoded !== undefined) expect(Buffer.from(encoded).equals(bytes)).toBe(true);
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), attempt), { numRuns: 500 });
  const frame = fc.oneof(request.map(encodeSyncRequest), answer.map(encodeSyncAnswer));
  fc.assert(
    fc.property(frame, fc.nat(), fc.nat(255), (sent, at, value) => {
      const bytes = Uint8Array.from(sent);
      bytes[at % bytes.length] = value;
      attempt(bytes);
      attempt(bytes.subarray(0, at % bytes.length));
    }),
    { numRuns: 1_000 },
  );
});

const range = (lower: number, upper: number): ItemRange => ({
  lower: { created: lower, prefix: new Uint8Array(0) },
  upper: { created: upper, prefix: new Uint8Array(0) },
});
const asked = (rest: readonly ItemRange[]) => encodeSyncRequest({ kind: "list", ranges: rest });

test.each([
  ["ranges that overlap", asked([range(1, 5), range(4, 6)])],
  ["ranges out of order", asked([range(5, 6), range(1, 2)])],
  ["an empty range", asked([range(5, 5)])],
  ["no range", asked([])],
  ["too many ranges", asked(Array.from({ length: syncLimits.ranges + 1 }, (_, n) => range(n, n + 1)))],
  ["a request as long as a frame", new Uint8Array(syncLimits.requestBytes + 1)],
])("refuses a request with %s", (_, frame) => {
  expect(() => decodeSyncRequest(frame)).toThrow(SyncFrameError);
});

test("the longest request and the longest list fit", () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ created: n, prefix: new Uint8Array(16) }));
  const get: SyncRequest = { kind: "get", items: items(syncLimits.wanted) };
  expect(decodeSyncRequest(encodeSyncRequest(get))).toEqual(get);
  const reached = { created: 9, prefix: new Uint8Array(0) };
  const list: SyncAnswer = { kind: "list", reached, items: items(syncLimits.listed) };
  expect(decodeSyncAnswer(encodeSyncAnswer(list))).toEqual(list);
  const long = encodeSyncAnswer({ ...list, items: items(syncLimits.listed + 1) });
  expect(() => decodeSyncAnswer(long)).toThrow(SyncFrameError);
});

test("refuses a record above the record limit and an empty one", () => {
  for (const size of [16_385, 0]) {
    const frame = encodeSyncAnswer({ kind: "get", taken: 1, records: [new Uint8Array(size)] });
    expect(() => decodeSyncAnswer(frame)).toThrow(SyncFrameError);
  }
});
