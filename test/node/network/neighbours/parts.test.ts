import { expect, test } from "vitest";
import { Turns } from "../../../../node/src/network/blocks/turns.ts";
import { withDeadline } from "../../../../node/src/network/deadline.ts";
import { missingFromGossip } from "../../../../node/src/network/gossip/gossip-watchdog.ts";
import { Bans } from "../../../../node/src/network/neighbours/bans.ts";
import { KnownPeers } from "../../../../node/src/network/neighbours/known-peers.ts";
import { safely } from "../../../../node/src/network/safely.ts";
import { KeyedBuckets, TokenBucket } from "../../../../node/src/token-bucket.ts";

test("a token bucket allows its burst, then its rate", () => {
  const bucket = new TokenBucket({ capacity: 3, perSecond: 2 }, 0);
  expect([bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(bucket.waitFor(1, 0)).toBe(500);
  expect(bucket.take(1, 500)).toBe(true);
  expect(bucket.take(1, 500)).toBe(false);
  expect(bucket.take(3, 60_000)).toBe(true);
  bucket.charge(10, 60_000);
  expect(bucket.waitFor(1, 60_000)).toBe(5_500);
});

test("a clock that is set back a day takes nobody's rate away", () => {
  const day = 24 * 60 * 60_000;
  const bucket = new TokenBucket({ capacity: 1, perSecond: 1 }, day);
  expect([bucket.take(1, day), bucket.take(1, 0), bucket.take(1, 1_000)]).toEqual([true, false, true]);
  expect(bucket.waitFor(1, 1_000)).toBe(1_000);
});

test("buckets are kept per key, and the longest unused is forgotten", () => {
  const buckets = new KeyedBuckets({ capacity: 1, perSecond: 0.001 }, 2);
  expect(buckets.get("a", 0).take(1, 0)).toBe(true);
  expect(buckets.get("b", 0).take(1, 0)).toBe(true);
  expect(buckets.get("a", 0).take(1, 0)).toBe(false);
  buckets.get("c", 0);
  expect(buckets.get("a", 0).take(1, 0)).toBe(false);
  expect(buckets.get("b", 0).take(1, 0)).toBe(true);
});

test("turns run a few at a time, in order, and let go of whoever gave up waiting", async () => {
  const turns = new Turns(2, 10);
  const signal = new AbortController().signal;
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const task = (index: number) => async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(index);
    running--;
  };
  const impatient = new AbortController();
  const all = [0, 1].map((index) => turns.run(signal, task(index)));
  const givenUp = turns.run(impatient.signal, task(99));
  all.push(...[2, 3, 4].map((index) => turns.run(signal, task(index))));
  impatient.abort(new Error("enough"));
  await expect(givenUp).rejects.toThrow("enough");
  await Promise.all(all);
  expect(order).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test("a peer missing from gossip is overdue after the grace time, one that came back is not", () => {
  const first = missingFromGossip(["a", "b"], new Set(), new Map(), 0, 10);
  expect(first.overdue).toEqual([]);
  const second = missingFromGossip(["a", "b"], new Set(["b"]), first.missing, 10, 10);
  expect(second.overdue).toEqual(["a"]);
  expect([...second.missing.keys()]).toEqual([]);
});

test("bans end with time and never grow without bound", () => {
  const bans = new Bans(2);
  bans.add("a", 10);
  expect([bans.has("a", 9), bans.has("a", 10)]).toEqual([true, false]);
  for (const peer of ["a", "b", "c"]) bans.add(peer, 100);
  expect([bans.has("a", 50), bans.has("b", 50), bans.has("c", 50)]).toEqual([false, true, true]);
});

test("a deadline aborts with its own reason or the parent's, and lets go of the parent", async () => {
  const wait = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  await expect(withDeadline(5, [], wait)).rejects.toThrow("within 5 ms");
  const parent = new AbortController();
  const waiting = withDeadline(10_000, [parent.signal], wait);
  parent.abort(new Error("parent said so"));
  await expect(waiting).rejects.toThrow("parent said so");
  await expect(withDeadline(10_000, [parent.signal], wait)).rejects.toThrow("parent said so");
});

test("a listener that throws or rejects is logged and goes no further", async () => {
  const logged: unknown[] = [];
  const log = (_: string, message: string, fields?: Record<string, unknown>) =>
    logged.push([message, fields]);
  safely(log, "a listener", () => {
    throw new Error("boom");
  })();
  safely(log, "another", async () => {
    throw new Error("bang");
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(logged).toEqual([
    ["a listener failed", { reason: "boom" }],
    ["another failed", { reason: "bang" }],
  ]);
});

test("known peers survive a restart, the newest are kept, and a damaged list starts anew", async () => {
  const stored = new Map<string, Uint8Array>();
  const database = {
    get: async (key: string) => stored.get(key),
    put: async (key: string, value: Uint8Array) => void stored.set(key, value),
  };
  const warnings: string[] = [];
  const log = (_: string, message: string) => void warnings.push(message);
  const first = new KnownPeers({ database, network: "test", log });
  for (let index = 0; index < 200; index++)
    first.remember(`peer ${index}`, [`/ip4/1.2.3.4/tcp/${index}`], index);
  first.remember("peer 150", ["/ip4/1.2.3.4/tcp/9999"], 300);
  first.remember("no address", [], 301);
  await first.save();
  const second = new KnownPeers({ database, network: "test", log });
  await second.load();
  expect(second.size).toBe(128);
  expect(second.peers().at(-1)).toEqual({
    id: "peer 150",
    addresses: ["/ip4/1.2.3.4/tcp/9999", "/ip4/1.2.3.4/tcp/150"],
    seen: 300,
  });
  for (const [key] of stored) stored.set(key, Buffer.from('{"not":"a list"}'));
  const third = new KnownPeers({ database, network: "test", log });
  await third.load();
  expect(third.size).toBe(0);
  expect(warnings).toHaveLength(1);
});
