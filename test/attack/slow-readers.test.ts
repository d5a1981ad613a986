import { randomBytes } from "node:crypto";
import type { Stream } from "@libp2p/interface";
import { expect, test } from "vitest";
import { collectGarbage } from "../helpers/collect-garbage.ts";
import { connect, isConnected, TestCatalogue, TestPeers, until } from "../node/network/fixture.ts";
import { BITSWAP, framed, GOSSIP, gossip, HostilePeer, NAMES, send } from "./hostile-peer.ts";

const MIB = 1024 * 1024;

/** A peer that answers questions, with nothing. */
class Answering extends TestCatalogue {
  readonly questions = { answer: async () => [] };
}

test("a gossip neighbour that reads nothing is let go; memory stays bounded and others hear everything", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start({ deaf: true });
  const victim = await peers.start({ tuning: { degree: 0, gossipGraceMs: 500 } });
  const honest = await peers.start({ tuning: { degree: 0 } });
  await connect(honest, victim);
  const stream = await hostile.stream(await hostile.connect(victim), GOSSIP, { deaf: true });
  await send(stream, framed(gossip.subscribe(NAMES.topic)));
  await until("the victim counts on it", () => victim.network.stats().gossip.subscribers === 2);
  const records = Array.from({ length: 1_000 }, () => randomBytes(16 * 1024));
  const buffers = () => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const before = buffers();
  let held = 0;
  for (const [index, record] of records.entries()) {
    await victim.network.publish(record);
    if (index % 20 === 19) held = Math.max(held, buffers() - before);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until("the deaf one is gone", () => !victim.network.peers().some(({ id }) => id === hostile.id));
  await until("the honest one has all", () => honest.catalogue.log.length >= records.length, 30_000);
  expect(isConnected(victim, honest)).toBe(true);
  // Two peers that hold each record twice, and what the deaf one may leave unread.
  expect(held).toBeLessThan(4 * 16 * MIB);
});

const ALL = [
  ["sync", NAMES.sync],
  ["questions", NAMES.ask],
  ["bitswap", BITSWAP],
  ["gossip", GOSSIP],
  ["the DHT", NAMES.kad],
  ["identify", "/ipfs/id/1.0.0"],
  ["identify push", "/ipfs/id/push/1.0.0"],
  ["ping", "/ipfs/ping/1.0.0"],
] as const;

test.for(ALL)("%s: a neighbour has a few streams open at a time, whatever it opens", async ([, protocol]) => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const [victim, honest] = [
    await peers.start({ tuning: { degree: 0 } }, new Answering()),
    await peers.start({ tuning: { degree: 0 } }),
  ];
  await connect(honest, victim);
  const connection = await hostile.connect(victim);
  const streams: Stream[] = [];
  for (let index = 0; index < 60; index++) {
    const stream = await hostile.stream(connection, protocol, { deaf: true }).catch(() => undefined);
    if (stream) streams.push(stream);
  }
  expect(streams.length).toBeGreaterThan(0);
  await until("most are gone", () => streams.filter(({ status }) => status === "open").length <= 32);
  const news = `good ${protocol}`;
  await honest.network.publish(Buffer.from(news));
  await until("the honest neighbour is heard", () => victim.catalogue.has(news));
});

test("questions that are begun and never finished lose their streams, and an honest one is answered", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const victim = await peers.start({ tuning: { degree: 0 } }, new Answering());
  const honest = await peers.start({ tuning: { degree: 0 } });
  await connect(honest, victim);
  const connection = await hostile.connect(victim);
  const streams = await Promise.all(
    Array.from({ length: 8 }, async () => await hostile.stream(connection, NAMES.ask)),
  );
  for (const stream of streams) await send(stream, framed(Buffer.alloc(100)).subarray(0, 2));
  await until("all were ended", () => streams.every(({ status }) => status !== "open"), 15_000);
  await until("the victim is known to answer", () =>
    honest.network.neighbours().includes(victim.network.peerId),
  );
  const answer = await honest.network.ask(
    victim.network.peerId,
    {
      query: "anything",
      count: 1,
      tags: [],
      languages: ["javascript"],
      needs: { net: false, secrets: false },
    },
    { timeoutMs: 10_000 },
  );
  expect(answer).toEqual({ kind: "records", records: [] });
});
