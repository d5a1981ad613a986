import { expect, test } from "vitest";
import { SyncFrameError } from "../../../node/src/network/errors.ts";
import { MAX_SYNC_FRAME_BYTES, MAX_SYNC_PAGES_HELD } from "../../../node/src/network/limits.ts";
import type { Cursor } from "../../../node/src/network/options.ts";
import { decodeRequest, encodeResponse, type SyncResponse } from "../../../node/src/network/sync-frames.ts";
import { readLog } from "../../../node/src/network/sync-reader.ts";
import { SyncResponder } from "../../../node/src/network/sync-responder.ts";
import { TestCatalogue } from "./fixture.ts";

interface Session {
  exchange(request: Uint8Array): Promise<Uint8Array>;
  start?: Cursor | undefined;
  reader?: TestCatalogue;
}

async function read({ exchange, start, reader = new TestCatalogue() }: Session) {
  let saved = start;
  const save = (cursor: Cursor) => {
    saved = cursor;
  };
  const receive = (record: Uint8Array) => reader.receive(record);
  const outcome = await readLog({ exchange, cursor: start, save, receive, now: () => 0 });
  return { outcome, reader, saved };
}

function against(catalogue: TestCatalogue, clock = { now: 0 }): Session["exchange"] {
  const responder = new SyncResponder({ records: catalogue.records, now: () => clock.now });
  return async (request) => responder.answer("reader", decodeRequest(request));
}

function filled(count: number, size = 12): TestCatalogue {
  const catalogue = new TestCatalogue();
  for (let index = 0; index < count; index++) catalogue.add(`record ${index}`.padEnd(size, "."));
  return catalogue;
}

test("reads everything in pages and stops with a cursor at the end", async () => {
  const catalogue = filled(3_000, 500);
  const { outcome, reader, saved } = await read({ exchange: against(catalogue) });
  expect(outcome).toMatchObject({ kind: "done", tally: { received: 3_000, new: 3_000, refused: 0 } });
  expect(reader.log).toHaveLength(3_000);
  expect(saved).toEqual({ epoch: catalogue.epoch, after: 3_000 });
  // Overhead on the wire: two bytes a record and a header a page.
  expect(outcome.tally.bytes).toBeLessThan(3_000 * 500 * 1.01);
});

test("very small records still fit their frames", async () => {
  const { reader } = await read({ exchange: against(filled(20_000)) });
  expect(reader.log).toHaveLength(20_000);
});

test("goes on where it stopped, and starts over when the log was numbered anew", async () => {
  const catalogue = filled(10);
  const exchange = against(catalogue);
  const start = { epoch: catalogue.epoch, after: 8 };
  expect((await read({ exchange, start })).outcome.tally.received).toBe(2);
  catalogue.epoch = "another";
  const again = await read({ exchange, start });
  expect(again.outcome.tally.received).toBe(10);
  expect(again.saved).toEqual({ epoch: "another", after: 10 });
});

test("the ration of one reader runs out and comes back with time", async () => {
  const clock = { now: 0 };
  const exchange = against(filled(100, 16_000), clock);
  let busy = 0;
  for (let session = 0; session < 60 && busy === 0; session++) {
    const { outcome } = await read({ exchange });
    if (outcome.kind === "busy") busy = outcome.retryAfterMs;
  }
  expect(busy).toBeGreaterThan(0);
  clock.now += busy + 5_000;
  expect((await read({ exchange })).outcome.kind).toBe("done");
});

test("refuses to go round in circles", async () => {
  const always = (response: SyncResponse) => ({ exchange: async () => encodeResponse(response) });
  const record = [Buffer.from("x")];
  const stuck = always({ kind: "page", epoch: "e", next: 0, done: false, records: record });
  await expect(read(stuck)).rejects.toThrow(SyncFrameError);
  const back = always({ kind: "page", epoch: "e", next: 3, done: false, records: record });
  await expect(read({ ...back, start: { epoch: "e", after: 9 } })).rejects.toThrow(SyncFrameError);
  let count = 0;
  const changing = async () =>
    encodeResponse({ kind: "page", epoch: `e${count++}`, next: 5, done: false, records: record });
  await expect(read({ exchange: changing })).rejects.toThrow(SyncFrameError);
});

test("an endless log ends with the session's bound", async () => {
  let next = 0;
  const endless = async () =>
    encodeResponse({
      kind: "page",
      epoch: "e",
      next: ++next,
      done: false,
      records: [Buffer.from(`r${next}`)],
    });
  const { outcome } = await read({ exchange: endless });
  expect(outcome.kind).toBe("more");
  expect(next).toBe(1_024);
});

test("a log of refused records is given up early", async () => {
  const catalogue = new TestCatalogue();
  for (let index = 0; index < 50_000; index++) catalogue.add(`bad ${index}`.padEnd(200, "."));
  const { outcome } = await read({ exchange: against(catalogue) });
  expect(outcome.kind).toBe("useless");
  expect(outcome.tally.received).toBeLessThan(2_000);
});

test("a record that is early now is read again, and what comes after it is not lost meanwhile", async () => {
  const catalogue = filled(1_000, 500);
  catalogue.add("early bird");
  for (let index = 0; index < 1_000; index++) catalogue.add(`after ${index}`.padEnd(500, "."));
  const reader = new TestCatalogue();
  reader.clockIsSlow = true;
  const exchange = against(catalogue);
  const first = await read({ exchange, reader });
  expect(first.outcome.kind).toBe("held");
  expect(reader.log).toHaveLength(2_000);
  expect(first.saved?.after).toBeGreaterThan(0);
  expect(first.saved?.after).toBeLessThanOrEqual(1_000);

  reader.clockIsSlow = false;
  const second = await read({ exchange, reader, start: first.saved });
  expect(second.outcome).toMatchObject({ kind: "done", tally: { new: 1 } });
  expect(reader.has("early bird")).toBe(true);
  expect(second.saved).toEqual({ epoch: catalogue.epoch, after: 2_001 });
});

test("an early record costs a session no more than a few pages, however long the log and however often", async () => {
  const catalogue = new TestCatalogue();
  catalogue.add("early for ever");
  for (let index = 0; index < 10_000; index++) catalogue.add(`after ${index}`.padEnd(500, "."));
  const reader = new TestCatalogue();
  reader.clockIsSlow = true;
  for (let session = 0; session < 3; session++) {
    const { outcome, saved } = await read({ exchange: against(catalogue), reader });
    expect(outcome.kind).toBe("held");
    expect(outcome.tally.bytes).toBeLessThanOrEqual(MAX_SYNC_PAGES_HELD * MAX_SYNC_FRAME_BYTES);
    expect(saved).toBeUndefined();
  }
});

test("a reader beyond the end of a log that lost its newest records starts again, as often as that happens", async () => {
  const catalogue = filled(10);
  const exchange = against(catalogue);
  const reader = new TestCatalogue();
  let { saved } = await read({ exchange, reader });
  for (const cut of ["the first", "the second", "the third"]) {
    catalogue.log.splice(-3);
    catalogue.add(`written after ${cut} power cut`);
    const again = await read({ exchange, reader, start: saved });
    expect(again.outcome.kind).toBe("done");
    expect(reader.has(`written after ${cut} power cut`)).toBe(true);
    saved = again.saved;
    const caughtUp = await read({ exchange, reader, start: saved });
    expect(caughtUp.outcome).toMatchObject({ kind: "done", tally: { received: 0 } });
  }
});

test("a reader that claims to be beyond the end does not make others start again", async () => {
  const catalogue = filled(10);
  const exchange = against(catalogue);
  const { saved } = await read({ exchange });
  await read({ exchange, start: { epoch: catalogue.epoch, after: 2 ** 40 } });
  expect((await read({ exchange, start: saved })).outcome.tally.received).toBe(0);
});
