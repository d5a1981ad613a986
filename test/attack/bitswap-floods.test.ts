import { createHash, randomBytes } from "node:crypto";
import type { Stream } from "@libp2p/interface";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { connect, type TestPeer, TestPeers, until } from "../node/network/fixture.ts";
import { BITSWAP, field, flag, framed, HostilePeer, send } from "./hostile-peer.ts";

const QUIET = { tuning: { degree: 0 } };
const MIB = 1024 * 1024;

function cidOf(bytes: Uint8Array): CID {
  return CID.createV1(0x55, createDigest(0x12, createHash("sha256").update(bytes).digest()));
}

function inventedCid(): CID {
  return CID.createV1(0x55, createDigest(0x12, randomBytes(32)));
}

interface WantOptions {
  have?: boolean;
  sendDontHave?: boolean;
}

const want = (cid: CID, { have = false, sendDontHave = false }: WantOptions = {}) =>
  field(1, field(1, cid.bytes), flag(2, 1), flag(4, have ? 1 : 0), flag(5, sendDontHave ? 1 : 0));
const wantlist = (...entries: Uint8Array[]) => framed(field(1, ...entries));
const pushed = (bytes: Uint8Array) =>
  framed(field(3, field(1, Uint8Array.of(1, 0x55, 0x12, 32)), field(2, bytes)));

/** The honest neighbour gets a block that only the victim has. */
async function isStillServed(honest: TestPeer, victim: TestPeer): Promise<void> {
  const bytes = randomBytes(50_000);
  const cid = await victim.network.blocks.put(bytes, "raw");
  const got = await honest.network.blocks.fetch(cid, {
    providers: [victim.network.peerId],
    maxBytes: MIB,
    signal: AbortSignal.timeout(20_000),
  });
  expect(Buffer.compare(got, bytes)).toBe(0);
}

async function scene(peers: TestPeers, hostile: HostilePeer) {
  const [victim, honest] = [await peers.start(QUIET), await peers.start(QUIET)];
  await connect(honest, victim);
  const connection = await hostile.connect(victim);
  const stream = await hostile.stream(connection, BITSWAP);
  return { victim, honest, connection, stream };
}

const ended = async (stream: Stream) =>
  await until("the stream was ended", () => stream.status !== "open", 20_000);

test("a wantlist of half a million entries in one frame is refused, not decoded", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, connection } = await scene(peers, hostile);
  const frame = framed(field(1, Buffer.alloc(MIB, Buffer.from([10, 0]))));
  for (let round = 0; round < 8; round++) {
    const stream = await hostile.stream(connection, BITSWAP).catch(() => undefined);
    if (!stream) break;
    await send(stream, frame);
    await ended(stream);
  }
  await until("the sender is gone", () => !victim.network.peers().some(({ id }) => id === hostile.id));
  await isStillServed(honest, victim);
});

test("a message above the limit ends its stream while it arrives", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  await send(stream, pushed(randomBytes(3 * MIB)).subarray(0, 200_000));
  await ended(stream);
  await isStillServed(honest, victim);
});

test("endless wants are answered within a ration, the honest neighbour without delay", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  let sent = 0;
  const flood = async () => {
    for (let message = 0; message < 60; message++) {
      const entries = Array.from({ length: 500 }, () =>
        want(inventedCid(), { have: true, sendDontHave: true }),
      );
      if (!(await send(stream, wantlist(...entries)))) break;
      sent += entries.length;
    }
  };
  await Promise.all([flood(), isStillServed(honest, victim)]);
  expect(sent).toBe(30_000);
  await until("most went over the ration", () => victim.network.stats().refused.wants > 20_000, 20_000);
  await isStillServed(honest, victim);
});

test("a neighbour who asks for everything and reads nothing holds one message of ours, and others are served", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start({ deaf: true });
  const { victim, honest, stream } = await scene(peers, hostile);
  const cids = await Promise.all(
    Array.from({ length: 64 }, async () => await victim.network.blocks.put(randomBytes(MIB - 64), "raw")),
  );
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 20; round++) await send(stream, wantlist(...cids.map((cid) => want(cid))));
  for (let round = 0; round < 3; round++) await isStillServed(honest, victim);
  // The hostile peer lives in this process too: one window of its own, one message and one window of the victim's.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * MIB);
});

test("blocks that nobody asked for are not stored", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  const blocks = Array.from({ length: 20 }, () => randomBytes(100_000));
  for (const block of blocks) await send(stream, pushed(block));
  // Answered after them, on the same stream, so all were read by then.
  const known = await victim.network.blocks.put(randomBytes(10), "raw");
  await send(stream, wantlist(want(known)));
  await isStillServed(honest, victim);
  for (const block of blocks) expect(await victim.network.blocks.has(cidOf(block))).toBe(false);
});

test("a neighbour that opens many streams and says a byte a second loses them, others are served", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, connection } = await scene(peers, hostile);
  const streams: Stream[] = [];
  for (let index = 0; index < 40; index++) {
    const stream = await hostile.stream(connection, BITSWAP).catch(() => undefined);
    if (stream) streams.push(stream);
  }
  await Promise.all(
    streams.map(async (stream) => await send(stream, framed(Buffer.alloc(1_000)).subarray(0, 1))),
  );
  await isStillServed(honest, victim);
  await until(
    "at most as many are open as one neighbour may have",
    () => streams.filter(({ status }) => status === "open").length <= 8,
  );
  await until("then none", () => streams.every(({ status }) => status !== "open"), 25_000);
  await isStillServed(honest, victim);
});
