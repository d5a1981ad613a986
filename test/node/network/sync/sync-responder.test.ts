import {
  decodeSyncAnswer,
  EVERYTHING,
  type Item,
  type ItemRange,
  LiveSet,
  type SyncAnswer,
  type SyncRequest,
  sha256,
  shortOf,
  syncLimits,
} from "@action-collective/protocol";
import { expect, test } from "vitest";
import {
  SYNC_RANGE_COST_BYTES,
  SYNC_REQUEST_COST_BYTES,
  SYNC_SERVED,
} from "../../../../node/src/network/limits.ts";
import { SyncResponder } from "../../../../node/src/network/sync/sync-responder.ts";
import { type TestCatalogue, TestDealings } from "../fixture.ts";
import { catalogueOf, texts } from "./sync-fixture.ts";

function responderOf(catalogue: Pick<TestCatalogue, "records">) {
  const clock = { now: 0 };
  const told: string[] = [];
  const dealings = new TestDealings();
  const responder = new SyncResponder({
    records: catalogue.records,
    now: () => clock.now,
    told: (peer) => told.push(peer),
    dealings,
  });
  const ask = (peer: string, request: SyncRequest): SyncAnswer =>
    decodeSyncAnswer(responder.answer(peer, request));
  return { responder, clock, told, ask, dealings };
}

const WHOLE: SyncRequest = { kind: "records", ranges: [EVERYTHING] };

test("one neighbour gets what is idle, comes back for more with time, and what is left is for the others", () => {
  const { ask, clock, dealings } = responderOf(catalogueOf(texts(100, "record", 16_000)));
  let frames = 0;
  let answer = ask("greedy", WHOLE);
  for (; answer.kind === "records"; answer = ask("greedy", WHOLE)) frames++;
  if (answer.kind !== "busy") throw new Error("a busy answer");
  expect(frames * syncLimits.frameBytes).toBeLessThan((SYNC_SERVED.total.capacity / 2) * 1.1);
  expect(frames * syncLimits.frameBytes).toBeGreaterThan((SYNC_SERVED.total.capacity / 2) * 0.8);
  expect(dealings.given.get("greedy")).toBeGreaterThan(frames * syncLimits.frameBytes * 0.8);
  expect(dealings.putOffs).toEqual(new Map([["greedy", 1]]));
  expect(ask("modest", WHOLE).kind).toBe("records");
  answer = ask("greedy", WHOLE);
  if (answer.kind !== "busy") throw new Error("a busy answer");
  clock.now += answer.retryAfterMs - 2;
  expect(ask("greedy", WHOLE).kind).toBe("busy");
  clock.now += 3;
  expect(ask("greedy", WHOLE).kind).toBe("records");
});

test("all neighbours together have a ration, however many keys somebody makes", () => {
  const { ask, clock } = responderOf(catalogueOf(texts(40, "record", 16_000)));
  let frames = 0;
  while (ask(`peer ${frames}`, WHOLE).kind === "records") frames++;
  expect(frames * syncLimits.frameBytes).toBeLessThan(SYNC_SERVED.total.capacity * 1.1);
  clock.now += 1_000;
  expect(ask("yet another", WHOLE).kind).toBe("records");
});

test("work counts even where the answer is short: empty ranges and items that nobody has", () => {
  const { ask } = responderOf(catalogueOf(texts(10)));
  const ranges: ItemRange[] = Array.from({ length: syncLimits.ranges }, (_, n) => ({
    lower: { created: n, prefix: new Uint8Array(0) },
    upper: { created: n + 1, prefix: new Uint8Array(0) },
  }));
  let asked = 0;
  while (ask("prober", { kind: "split", ranges }).kind === "split") asked++;
  const least = SYNC_REQUEST_COST_BYTES + syncLimits.ranges * SYNC_RANGE_COST_BYTES;
  expect(asked).toBeLessThanOrEqual(Math.ceil(SYNC_SERVED.total.capacity / 2 / least));
});

test("a hint is passed on only where the sets differ", () => {
  const catalogue = catalogueOf(texts(10));
  const { ask, told } = responderOf(catalogue);
  expect(ask("same", { kind: "tell", ...catalogue.set.summary() })).toEqual({ kind: "tell" });
  expect(told).toEqual([]);
  expect(ask("other", { kind: "tell", ...catalogueOf(texts(9)).set.summary() })).toEqual({ kind: "tell" });
  expect(told).toEqual(["other"]);
});

test("records that went meanwhile and such as nobody would take are left out, and the answer still leads on", () => {
  const items: Item[] = Array.from({ length: 3 }, (_, n) => ({ created: n, digest: sha256(Buffer.of(n)) }));
  const set = LiveSet.ofSorted(items);
  const bytes = ([item]: readonly Item[]) => {
    if (item?.created === 0) return [];
    return [item?.created === 1 ? new Uint8Array(16_385) : Buffer.from("good")];
  };
  const { ask } = responderOf({ records: { set, bytes, itemOf: () => undefined } });
  const good = [new Uint8Array(Buffer.from("good"))];
  expect(ask("reader", WHOLE)).toEqual({ kind: "records", reached: EVERYTHING.upper, records: good });
  const get = ask("reader", { kind: "get", items: items.map(shortOf) });
  expect(get).toEqual({ kind: "get", taken: 3, records: good });
});

test("a long list is cut where it leads on", () => {
  const catalogue = catalogueOf(texts(10_000));
  const { ask } = responderOf(catalogue);
  const listed: string[] = [];
  for (let { lower } = EVERYTHING, frames = 0; frames < 5 && listed.length < 10_000; frames++) {
    const answer = ask("reader", { kind: "list", ranges: [{ lower, upper: EVERYTHING.upper }] });
    if (answer.kind !== "list") throw new Error("a list");
    expect(answer.items.length).toBeLessThanOrEqual(syncLimits.listed);
    listed.push(...answer.items.map((item) => Buffer.from(item.prefix).toString("hex")));
    lower = answer.reached;
  }
  expect(new Set(listed).size).toBe(10_000);
});
