import {
  encodeSyncAnswer,
  LAST_BOUND,
  type SyncAnswer,
  SyncFrameError,
  type SyncRequest,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DeclinedItems } from "../../../../node/src/network/sync/sync-declined.ts";
import { TestCatalogue } from "../fixture.ts";
import { against, catalogueOf, pull, tampered, texts } from "./sync-fixture.ts";

const summaryOf = (catalogue: TestCatalogue) => catalogue.set.summary();

test("after a session the reader has all the neighbour has; after one each way both are equal", async () => {
  const record = fc.nat(200).map((n) => `record ${n}`);
  const set = fc.uniqueArray(record, { maxLength: 150 });
  await fc.assert(
    fc.asyncProperty(set, set, async (one, other) => {
      const [a, b] = [catalogueOf(one), catalogueOf(other)];
      const missing = one.some((text) => !b.has(text));
      const first = await pull({ exchange: against(b), reader: a });
      expect(first.kind).toBe("done");
      expect(other.filter((text) => !a.has(text))).toEqual([]);
      expect(first.lacks).toBe(missing);
      expect(first.tally.new).toBe(other.filter((text) => !one.includes(text)).length);
      const second = await pull({ exchange: against(a), reader: b });
      expect(summaryOf(b)).toEqual(summaryOf(a));
      expect(second.lacks).toBe(false);
      const third = await pull({ exchange: against(a), reader: b });
      expect(third.tally).toMatchObject({ requests: 1, received: 0 });
    }),
    { numRuns: 100 },
  );
});

test("equal sets cost one short exchange", async () => {
  const all = texts(5_000);
  const asked: SyncRequest[] = [];
  const { tally } = await pull({ exchange: against(catalogueOf(all), asked), reader: catalogueOf(all) });
  expect(asked.map((request) => request.kind)).toEqual(["compare"]);
  expect(tally.bytes).toBeLessThan(30);
});

test("one that is missing among 5,000 costs a few kilobytes and rounds", async () => {
  const all = texts(5_000);
  const reader = catalogueOf(all.filter((_, index) => index !== 1_234));
  const { tally, lacks } = await pull({ exchange: against(catalogueOf(all)), reader });
  expect(reader.set.size).toBe(5_000);
  expect(tally).toMatchObject({ received: 1, new: 1 });
  expect(tally.bytes).toBeLessThan(3_000);
  expect(tally.requests).toBeLessThan(8);
  expect(lacks).toBe(false);
});

test("a reader with nothing, or next to nothing, pays for the records and little more", async () => {
  const all = texts(10_000, "record", 500);
  for (const own of [[], texts(20, "own"), all.slice(0, 500)]) {
    const reader = catalogueOf(own);
    const { tally, kind } = await pull({ exchange: against(catalogueOf(all)), reader });
    expect(kind).toBe("done");
    expect(all.filter((text) => !reader.has(text))).toEqual([]);
    expect(tally.bytes).toBeLessThan(10_000 * 500 * 1.01);
  }
});

test("scattered differences among many cost about what differs", async () => {
  const all = texts(20_000, "record", 1_000);
  const reader = catalogueOf(all.filter((_, index) => index % 100 !== 0));
  const { tally } = await pull({ exchange: against(catalogueOf(all)), reader });
  expect(tally).toMatchObject({ received: 200, new: 200 });
  expect(tally.bytes).toBeLessThan(200 * 1_000 * 2.5);
});

test("very small records still fit their frames", async () => {
  const { reader } = await pull({ exchange: against(catalogueOf(texts(20_000))) });
  expect(reader.set.size).toBe(20_000);
});

test("a session ends at its bounds, and the next ones bring the rest", async () => {
  const all = texts(3_000, "record", 1_000);
  const exchange = against(catalogueOf(all));
  const reader = new TestCatalogue();
  const limits = { bytes: 700_000 };
  let sessions = 0;
  let bytes = 0;
  for (let kind = "more"; kind === "more"; sessions++) {
    const outcome = await pull({ exchange, reader, limits });
    kind = outcome.kind;
    bytes += outcome.tally.bytes;
    if (kind === "more") expect(outcome.tally.new).toBeGreaterThan(400);
  }
  expect(reader.set.size).toBe(3_000);
  expect(sessions).toBeGreaterThan(3);
  expect(bytes).toBeLessThan(3_000 * 1_000 * 1.1);
});

test("a record that is early now is taken once its time has come, and costs nothing meanwhile", async () => {
  const neighbour = catalogueOf([...texts(500), "early bird"]);
  const reader = new TestCatalogue();
  reader.clockIsSlow = true;
  const declined = new DeclinedItems();
  const now = 1_700_000_000_000;
  const first = await pull({ exchange: against(neighbour), reader, declined, clock: { now } });
  expect(first).toMatchObject({ kind: "done", tally: { new: 500, later: 1 } });
  const second = await pull({ exchange: against(neighbour), reader, declined, clock: { now: now + 1 } });
  expect(second.tally).toMatchObject({ requests: 1, received: 0 });

  reader.clockIsSlow = false;
  const third = await pull({
    exchange: against(neighbour),
    reader,
    declined,
    clock: { now: now + 11 * 60_000 },
  });
  expect(third).toMatchObject({ kind: "done", tally: { new: 1, received: 1 } });
  expect(reader.has("early bird")).toBe(true);
});

test("what was not taken is not fetched again, whoever else has it and whatever else there is", async () => {
  const old = texts(300, "old");
  const reader = catalogueOf(texts(300, "mine"));
  reader.takesOld = false;
  const declined = new DeclinedItems();
  const first = await pull({ exchange: against(catalogueOf(old)), reader, declined });
  expect(first.tally).toMatchObject({ received: 300, new: 0 });
  expect(declined.size).toBe(300);
  const again = await pull({ exchange: against(catalogueOf(old)), reader, declined });
  expect(again.tally).toMatchObject({ received: 0 });
  const other = catalogueOf([...old.slice(0, 150), ...texts(10, "theirs")]);
  const third = await pull({ exchange: against(other), reader, declined });
  expect(third.tally).toMatchObject({ received: 10, new: 10 });

  // An hour later the reason may be gone.
  reader.takesOld = true;
  const later = await pull({
    exchange: against(catalogueOf(old)),
    reader,
    declined,
    clock: { now: 61 * 60_000 },
  });
  expect(later.tally).toMatchObject({ new: 300 });
  expect(declined.size).toBe(0);
});

test("a refused copy of a record does not keep its honest original from us", async () => {
  // Here a record is refused for its text; really it may be one whose signature somebody broke.
  const reader = catalogueOf(texts(3, "mine"));
  const declined = new DeclinedItems();
  const exchange = against(catalogueOf(["bad signature", ...texts(30)]));
  await pull({ exchange, reader, declined });
  expect(declined.size).toBe(0);
  expect((await pull({ exchange, reader, declined })).tally).toMatchObject({ received: 1, refused: 1 });
});

test("a neighbour most of whose records are refused is given up early", async () => {
  const neighbour = catalogueOf(texts(50_000, "bad", 200));
  const { kind, tally } = await pull({ exchange: against(neighbour) });
  expect(kind).toBe("useless");
  expect(tally.received).toBeLessThan(4_000);
});

test("a neighbour that answers as slowly as it may does not hold a reader for long", async () => {
  const neighbour = catalogueOf(texts(3_000, "record", 1_000));
  const clock = { now: 0 };
  const honest = against(neighbour);
  const slow = async (request: Uint8Array) => {
    clock.now += 30_000;
    return await honest(request);
  };
  const outcome = await pull({ exchange: slow, clock });
  expect(outcome).toMatchObject({ kind: "more", tally: { requests: 4 } });
});

test("a busy neighbour ends the session with its time", async () => {
  const exchange = async () => encodeSyncAnswer({ kind: "busy", retryAfterMs: 1_500 });
  expect(await pull({ exchange })).toMatchObject({ kind: "busy", retryAfterMs: 1_500 });
});

type Change = (answer: SyncAnswer, request: SyncRequest) => SyncAnswer;
const all = texts(2_000);
/** Half of it is known, so that every kind of request is made. */
const half = () => catalogueOf(all.filter((_, index) => index % 2 === 0 || index < 1_000));
const on = <Kind extends SyncAnswer["kind"]>(
  kind: Kind,
  change: (answer: SyncAnswer & { kind: Kind }) => SyncAnswer,
) => ((answer) => (answer.kind === kind ? change(answer as SyncAnswer & { kind: Kind }) : answer)) as Change;

test.each<[string, Change]>([
  ["an answer to another question", on("split", () => ({ kind: "tell" }))],
  [
    "fewer ranges than asked for",
    on("split", (answer) => ({ ...answer, ranges: [...answer.ranges, ...answer.ranges] })),
  ],
  [
    "pieces that overlap",
    on("split", (answer) => ({ ...answer, ranges: answer.ranges.map((parts) => parts.toReversed()) })),
  ],
  [
    "pieces that leave a gap at the end",
    on("split", (answer) => ({ ...answer, ranges: answer.ranges.map((parts) => parts.slice(0, 1)) })),
  ],
  [
    "pieces beyond the range",
    on("split", (answer) => ({
      ...answer,
      ranges: answer.ranges.map((parts) => [
        ...parts,
        {
          upper: { created: LAST_BOUND.created, prefix: new Uint8Array([1]) },
          count: 1,
          fingerprint: new Uint8Array(16),
        },
      ]),
    })),
  ],
  [
    "empty pieces among others",
    on("split", (answer) => ({
      ...answer,
      ranges: answer.ranges.map((parts) => parts.map((part) => ({ ...part, count: 0 }))),
    })),
  ],
  [
    "a list that does not lead on",
    on("list", (answer) => ({ ...answer, reached: { created: 0, prefix: new Uint8Array(0) } })),
  ],
  ["a list that goes too far", on("list", (answer) => ({ ...answer, reached: LAST_BOUND }))],
  ["a list in disorder", on("list", (answer) => ({ ...answer, items: answer.items.toReversed() }))],
  [
    "items outside the ranges",
    on("list", (answer) => ({
      ...answer,
      items: [{ created: 3, prefix: new Uint8Array(16) }, ...answer.items],
    })),
  ],
  [
    "the same item twice",
    on("list", (answer) => ({ ...answer, items: answer.items.flatMap((item) => [item, item]) })),
  ],
  ["nothing taken", on("get", (answer) => ({ ...answer, taken: 0 }))],
  ["more taken than asked for", on("get", (answer) => ({ ...answer, taken: 2_000 }))],
  ["records that nobody asked for", on("get", (answer) => ({ ...answer, records: [Buffer.from("a gift")] }))],
  [
    "one record again and again",
    on("get", ({ records: [first], ...answer }) => ({ ...answer, records: first ? [first, first] : [] })),
  ],
  ["records in another order", on("get", (answer) => ({ ...answer, records: answer.records.toReversed() }))],
])("ends a session with %s", async (_, change) => {
  const exchange = tampered(catalogueOf(all), change, encodeSyncAnswer);
  await expect(pull({ exchange, reader: half() })).rejects.toThrow(SyncFrameError);
});

test.each<[string, Change]>([
  [
    "do not lead on",
    on("records", (answer) => ({ ...answer, reached: { created: 0, prefix: new Uint8Array(0) } })),
  ],
  [
    "lie outside",
    on("records", (answer) => ({ ...answer, reached: { created: 1, prefix: new Uint8Array(0) } })),
  ],
  ["are in disorder", on("records", (answer) => ({ ...answer, records: answer.records.toReversed() }))],
  [
    "come twice",
    on("records", (answer) => ({ ...answer, records: answer.records.flatMap((one) => [one, one]) })),
  ],
])("ends a session whose records %s", async (_, change) => {
  const exchange = tampered(catalogueOf(all), change, encodeSyncAnswer);
  await expect(pull({ exchange })).rejects.toThrow(SyncFrameError);
});

test("giant counts and fingerprints that never match end with the session's bounds, or sooner", async () => {
  const giant: Change = (answer) => {
    const lie = { count: 2 ** 32 - 1, fingerprint: new Uint8Array(16).fill(7) };
    if (answer.kind === "compare") return { ...answer, ...lie };
    if (answer.kind !== "split") return answer;
    return { ...answer, ranges: answer.ranges.map((parts) => parts.map((part) => ({ ...part, ...lie }))) };
  };
  const reader = catalogueOf(all);
  let requests = 0;
  const lying = tampered(catalogueOf(all), giant, encodeSyncAnswer);
  const exchange = async (request: Uint8Array) => {
    requests++;
    return await lying(request);
  };
  const { tally } = await pull({ exchange, reader, limits: { requests: 50 } });
  expect(requests).toBeLessThanOrEqual(50);
  // It can make us read what it really has, at its own expense; the plan backs off from whoever does.
  expect(tally).toMatchObject({ new: 0, known: 2_000, received: 2_000 });
});

test("a range that is cut for ever is given up", async () => {
  const reader = catalogueOf(all);
  const lie = { count: 20_000, fingerprint: new Uint8Array(16).fill(7) };
  const exchange = tampered(
    catalogueOf(all),
    (answer, request) => {
      if (answer.kind === "compare") return { ...answer, ...lie };
      if (request.kind !== "split") return answer;
      return { kind: "split", ranges: request.ranges.map(({ upper }) => [{ upper, ...lie }]) };
    },
    encodeSyncAnswer,
  );
  await expect(pull({ exchange, reader })).rejects.toThrow("cut");
});

test("a record that goes while it is asked for is no fault of the neighbour", async () => {
  const neighbour = catalogueOf(all);
  const reader = catalogueOf(all.slice(0, -10));
  const honest = against(neighbour);
  const gone = all.at(-1) ?? "";
  const exchange = async (frame: Uint8Array) => {
    const answer = await honest(frame);
    const item = neighbour.records.itemOf(Buffer.from(gone));
    if (item) neighbour.set.delete(item);
    return answer;
  };
  const { kind } = await pull({ exchange, reader });
  expect(kind).toBe("done");
  expect(reader.set.size).toBeGreaterThanOrEqual(1_999);
});
