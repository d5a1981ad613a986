import { randomBytes } from "node:crypto";
import { decodeSyncRequest, encodeSyncAnswer } from "@action-collective/protocol";
import { lpStream } from "@libp2p/utils";
import { expect, test } from "vitest";
import { SyncResponder } from "../../../../node/src/network/sync/sync-responder.ts";
import { connect, TestCatalogue, TestPeers, until } from "../fixture.ts";
import { stranger } from "../stranger.ts";

const SYNC = "/action-collective/test/sync/2.0.0";
const SOON = { degree: 1, syncIntervalMs: 200 };

test("a late joiner gets everything, also what its neighbour only passed on", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  for (let index = 0; index < 2_000; index++) a.catalogue.add(`record ${index} ${"x".repeat(400)}`);
  const b = await peers.start({ bootstrap: a.network.addresses(), tuning: SOON });
  await until("b caught up", () => b.catalogue.log.length === 2_000);
  await a.network.stop();
  const c = await peers.start({ bootstrap: b.network.addresses(), tuning: SOON });
  await until("c caught up", () => c.catalogue.log.length === 2_000);
  expect(c.catalogue.has(`record 1999 ${"x".repeat(400)}`)).toBe(true);
  expect(c.network.stats().sync).toMatchObject({ failed: 0, new: 2_000 });
});

test("what gossip missed is found by the next round, and only what is new is read", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  for (let index = 0; index < 100; index++) a.catalogue.add(`early ${index}`);
  const b = await peers.start({ bootstrap: a.network.addresses(), tuning: SOON });
  await until("b has the first", () => b.catalogue.log.length === 100);
  a.catalogue.add("added behind gossip's back");
  await until("b has the late one", () => b.catalogue.has("added behind gossip's back"));
  expect(b.network.stats().sync.received).toBe(101);
});

test("a restarted peer goes on where it stopped", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  for (let index = 0; index < 500; index++) a.catalogue.add(`record ${index}`);
  const first = await peers.start({ bootstrap: a.network.addresses(), tuning: SOON });
  await until("caught up", () => first.catalogue.log.length === 500);
  await first.network.stop();
  a.catalogue.add("meanwhile");
  const second = await peers.start({ ...first.options, listen: ["/ip4/127.0.0.1/tcp/0"] }, first.catalogue);
  await until("caught up again", () => second.catalogue.has("meanwhile"));
  expect(second.network.stats().sync.received).toBe(1);
});

test("a handler that fails costs one session, not the peer", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  for (let index = 0; index < 20; index++) a.catalogue.add(`record ${index}`);
  const fragile = new (class extends TestCatalogue {
    failures = 0;
    override take(bytes: Uint8Array) {
      if (this.failures++ === 5) throw new Error("disk full");
      return super.take(bytes);
    }
  })();
  const b = await peers.start({ bootstrap: a.network.addresses(), tuning: SOON }, fragile);
  await until("caught up after the failure", () => b.catalogue.log.length === 20);
  expect(b.network.stats().sync.failed).toBeGreaterThanOrEqual(1);
});

test("a neighbour that answers with garbage is left alone, and a good one is still read", async () => {
  await using peers = new TestPeers();
  let asked = 0;
  await using hostile = await stranger({
    [SYNC]: async (stream) => {
      const frames = lpStream(stream);
      if (decodeSyncRequest((await frames.read()).subarray()).kind === "compare") asked++;
      await frames.write(randomBytes(5_000));
    },
  });
  const good = await peers.start({ tuning: { degree: 0 } });
  good.catalogue.add("worth having");
  const bootstrap = [...hostile.getMultiaddrs().map(String), ...good.network.addresses()];
  const tuning = { degree: 2, syncIntervalMs: 50, gossipGraceMs: 60_000 };
  const reader = await peers.start({ bootstrap, tuning });
  await until("the hostile one was asked", () => asked > 0);
  await until("the good one was read", () => reader.catalogue.has("worth having"));
  const sessions = reader.network.stats().sync.sessions;
  await until("more rounds went by", () => reader.network.stats().sync.sessions > sessions + 3, 20_000);
  expect(asked).toBe(1);
});

test("a neighbour that gossip does not reach is hung up on", async () => {
  await using peers = new TestPeers();
  const peer = await peers.start({ tuning: { degree: 0, gossipGraceMs: 300 } });
  await using deaf = await stranger({ [SYNC]: () => undefined });
  await peer.network.dial(deaf.getMultiaddrs()[0]?.toString() ?? "", AbortSignal.timeout(15_000));
  expect(peer.network.peers()).toHaveLength(1);
  await until("hung up", () => peer.logged.some((line) => line.includes("gossip lost this neighbour")));
});

test("a bootstrap node reads too: it learns what was there before it and hands it to whoever comes after", async () => {
  await using peers = new TestPeers();
  const publisher = await peers.start({ tuning: { degree: 0 } });
  publisher.catalogue.add("published before the bootstrap node was there");
  const boot = await peers.start({ role: "bootstrap" });
  const [address] = boot.network.addresses();
  await publisher.network.dial(address ?? "", AbortSignal.timeout(15_000));
  await until("the bootstrap node caught up", () => boot.catalogue.log.length === 1);
  await publisher.network.stop();
  const late = await peers.start({ bootstrap: boot.network.addresses(), tuning: SOON });
  await until("the late joiner has it", () =>
    late.catalogue.has("published before the bootstrap node was there"),
  );
});

test("what is early for the reader arrives once its time has come", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  a.catalogue.add("early bird");
  a.catalogue.add("later in the log");
  const slow = new TestCatalogue();
  slow.clockIsSlow = true;
  const b = await peers.start({ bootstrap: a.network.addresses(), tuning: SOON }, slow);
  await until("b has the rest", () => b.catalogue.has("later in the log"));
  expect(b.catalogue.has("early bird")).toBe(false);
  slow.clockIsSlow = false;
  await until("b has it", () => b.catalogue.has("early bird"));
  expect(b.network.stats().sync.failed).toBe(0);
});

test("what a hub learned by catching up goes on to all its neighbours at once, long before the next round", async () => {
  await using peers = new TestPeers();
  // Rounds are an hour apart: whatever arrives was told of.
  const tuning = { degree: 0, syncIntervalMs: 3_600_000 };
  const hub = await peers.start({ tuning });
  const spokes = await Promise.all([1, 2, 3].map(() => peers.start({ tuning })));
  for (const spoke of spokes) await connect(spoke, hub);
  const newcomer = await peers.open({ tuning });
  newcomer.catalogue.add("written where nobody was");
  await newcomer.network.start();
  await connect(newcomer, hub);
  for (const [index, spoke] of spokes.entries())
    await until(`spoke ${index} has it`, () => spoke.catalogue.has("written where nobody was"), 30_000);
  await until("the hub counts whom it told", () => hub.network.stats().sync.told >= 3);
});

test("two halves of a network that meet again end with the same, both ways", async () => {
  await using peers = new TestPeers();
  const tuning = { degree: 0, syncIntervalMs: 3_600_000 };
  const [a, b, c, d] = await Promise.all([1, 2, 3, 4].map(() => peers.start({ tuning })));
  if (!a || !b || !c || !d) throw new Error("four peers");
  for (let index = 0; index < 300; index++) {
    a.catalogue.add(`common ${index}`);
    c.catalogue.add(`common ${index}`);
    a.catalogue.add(`left ${index}`);
    c.catalogue.add(`right ${index}`);
  }
  await connect(b, a);
  await connect(d, c);
  await until("each half agrees", () => b.catalogue.set.size === 600 && d.catalogue.set.size === 600, 30_000);
  await connect(b, c);
  const all = [a, b, c, d];
  await until("everybody has everything", () => all.every((peer) => peer.catalogue.set.size === 900), 30_000);
  const fingerprints = all.map((peer) =>
    Buffer.from(peer.catalogue.set.summary().fingerprint).toString("hex"),
  );
  expect(new Set(fingerprints).size).toBe(1);
  // Each peer was sent what it lacked and, but for the decisions in between, nothing else.
  for (const peer of all) {
    const { received, new: fresh } = peer.network.stats().sync;
    expect(received).toBeLessThan(fresh + 100);
  }
});

test("a busy neighbour is asked again, and everything arrives in the end", async () => {
  await using peers = new TestPeers();
  const shelf = new TestCatalogue();
  for (let index = 0; index < 50; index++) shelf.add(`record ${index}`);
  const responder = new SyncResponder({ records: shelf.records, now: () => 0, told: () => undefined });
  let busy = 2;
  await using hostile = await stranger({
    [SYNC]: async (stream) => {
      const frames = lpStream(stream);
      for (;;) {
        const request = decodeSyncRequest((await frames.read()).subarray());
        const put = encodeSyncAnswer({ kind: "busy", retryAfterMs: 50 });
        await frames.write(busy-- > 0 ? put : responder.answer("reader", request));
      }
    },
  });
  const bootstrap = hostile.getMultiaddrs().map(String);
  const tuning = { degree: 1, syncIntervalMs: 3_600_000, gossipGraceMs: 60_000 };
  const reader = await peers.start({ bootstrap, tuning });
  await until("the reader caught up", () => reader.catalogue.set.size === 50, 30_000);
  expect(reader.network.stats().sync).toMatchObject({ sessions: 3, failed: 0, new: 50 });
});

test("whom gossip does not reach is told of what is published and of what gossip brings, long before the next round", async () => {
  await using peers = new TestPeers();
  const told: number[] = [];
  const shelf = new TestCatalogue();
  const responder = new SyncResponder({ records: shelf.records, now: () => 0, told: () => undefined });
  await using deaf = await stranger({
    [SYNC]: async (stream) => {
      const frames = lpStream(stream);
      for (;;) {
        const request = decodeSyncRequest((await frames.read()).subarray());
        if (request.kind === "tell") told.push(request.count);
        await frames.write(responder.answer("reader", request));
      }
    },
  });
  const bootstrap = deaf.getMultiaddrs().map(String);
  const tuning = { degree: 1, syncIntervalMs: 3_600_000, gossipGraceMs: 600_000 };
  const hub = await peers.start({ bootstrap, tuning });
  await until("the deaf one was read", () => hub.network.stats().sync.sessions === 1, 30_000);
  const say = async (peer: typeof hub, text: string) => {
    peer.catalogue.add(text);
    return (await peer.network.publish(Buffer.from(text))).recipients;
  };
  expect(await say(hub, "to nobody")).toBe(0);
  await until("it is told of the first", () => told.includes(1), 30_000);
  const other = await peers.start({ tuning: { ...tuning, degree: 0 } });
  await connect(other, hub);
  await until("the other caught up", () => other.catalogue.set.size === 1, 30_000);
  expect(await say(hub, "to one of two")).toBe(1);
  await until("it is told of the second", () => told.includes(2), 30_000);
  expect(await say(other, "by gossip")).toBe(1);
  await until("it is told of the third", () => told.includes(3), 30_000);
});

test("what does not fit one session comes with the next, at once", async () => {
  await using peers = new TestPeers();
  const a = await peers.start({ tuning: { degree: 0 } });
  // A little more than a session's 32 MiB.
  for (let index = 0; index < 2_300; index++) a.catalogue.add(`record ${index} ${"x".repeat(15_000)}`);
  const b = await peers.start({
    bootstrap: a.network.addresses(),
    tuning: { degree: 1, syncIntervalMs: 3_600_000 },
  });
  await until("b caught up", () => b.catalogue.set.size === 2_300, 60_000);
  const { sessions, bytes, new: fresh } = b.network.stats().sync;
  expect(fresh).toBe(2_300);
  expect(sessions).toBeGreaterThanOrEqual(2);
  expect(bytes).toBeLessThan(2_300 * 15_020 * 1.1);
}, 90_000);
