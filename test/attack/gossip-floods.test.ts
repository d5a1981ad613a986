import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Verdict } from "../../node/src/network/options.ts";
import {
  connect,
  isConnected,
  TestCatalogue,
  type TestPeer,
  TestPeers,
  until,
} from "../node/network/fixture.ts";
import { framed, GOSSIP, gossip, HostilePeer, messageId, NAMES, send } from "./hostile-peer.ts";

const QUIET = { tuning: { degree: 0 } };

/** Judging takes a millisecond: what checking a signature costs on a slow machine. */
class SlowCatalogue extends TestCatalogue {
  spentMs = 0;

  override onRecord(bytes: Uint8Array): Verdict {
    const begun = performance.now();
    while (performance.now() - begun < 1);
    const verdict = super.onRecord(bytes);
    this.spentMs += performance.now() - begun;
    return verdict;
  }
}

/** A victim with an honest neighbour and a hostile one that opened a gossip stream. */
async function scene(peers: TestPeers, hostile: HostilePeer) {
  const [victim, honest] = [await peers.start(QUIET), await peers.start(QUIET)];
  await connect(honest, victim);
  const connection = await hostile.connect(victim);
  const stream = await hostile.stream(connection, GOSSIP);
  await send(stream, framed(gossip.subscribe(NAMES.topic)));
  await until("the victim hears the hostile peer", () => victim.network.stats().gossip.subscribers === 2);
  return { victim, honest, connection, stream };
}

/** What an honest neighbour publishes now arrives. */
async function isStillHeard(honest: TestPeer, victim: TestPeer): Promise<void> {
  const news = `good ${randomBytes(4).toString("hex")}`;
  await honest.network.publish(Buffer.from(news));
  await until("the honest neighbour is heard", () => victim.catalogue.has(news), 20_000);
}

test("a flood of new messages is mostly left unread, without punishment, and the honest neighbour is heard in it", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  let sent = 0;
  const flood = async () => {
    for (let frame = 0; frame < 20; frame++) {
      const messages = Array.from({ length: 1_000 }, (_, index) => gossip.message(`meh ${frame} ${index}`));
      if (!(await send(stream, framed(...messages)))) break;
      sent += messages.length;
    }
  };
  await Promise.all([flood(), isStillHeard(honest, victim)]);
  expect(sent).toBe(20_000);
  await until("all is judged or left out", () => victim.network.stats().gossip.ignored >= sent, 30_000);
  const judged = victim.catalogue.judged.filter(({ text }) => text.startsWith("meh"));
  expect(judged.length).toBeGreaterThanOrEqual(1_000);
  expect(judged.length).toBeLessThan(10_000);
  expect(victim.network.peers().map(({ id }) => id)).toContain(hostile.id);
  await isStillHeard(honest, victim);
});

test("what one neighbour was too loud to tell is still heard from another", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  const suppressed = "good news that a censor sends first";
  const noise = Array.from({ length: 4_900 }, (_, index) => gossip.message(`meh ${index}`));
  await send(stream, framed(...noise, gossip.message(suppressed)));
  await until("the frame is done with", () => victim.network.stats().gossip.ignored >= 4_900, 20_000);
  expect(victim.catalogue.has(suppressed)).toBe(false);
  await honest.network.publish(Buffer.from(suppressed));
  await until("it is heard from the other", () => victim.catalogue.has(suppressed));
});

test("an honest relayer of messages that are over a quota keeps its place", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  // To the victim's judgement "meh" is a record over its author's quota.
  for (let index = 0; index < 300; index++) await send(stream, framed(gossip.message(`meh ${index}`)));
  await until("all were ignored", () => victim.network.stats().gossip.ignored >= 300);
  expect(victim.network.stats().gossip.rejected).toBe(0);
  await send(stream, framed(gossip.message("good after all")));
  await until("it is still listened to", () => victim.catalogue.has("good after all"));
  await isStillHeard(honest, victim);
});

test.for([
  ["invalid records", () => framed(gossip.message(`bad ${randomBytes(8).toString("hex")}`))],
  ["frames that cannot be read", () => framed(randomBytes(64))],
  ["frames that list too much", () => framed(...Array.from({ length: 6_000 }, () => gossip.message("x")))],
] as const)("%s: hung up on and refused for a while, others are still heard", async ([, make]) => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  const gone = () => !victim.network.peers().some(({ id }) => id === hostile.id);
  for (let index = 0; index < 40; index++) await send(stream, make());
  await until("the hostile neighbour is gone", gone, 20_000);
  await hostile.connect(victim).catch(() => undefined);
  await until("it stays away", gone);
  expect(isConnected(victim, honest)).toBe(true);
  await isStillHeard(honest, victim);
});

test("floods of control messages and of invented topics leave nothing behind", async () => {
  await using peers = new TestPeers();
  await using hostile = await HostilePeer.start();
  const { victim, honest, stream } = await scene(peers, hostile);
  const ids = (count: number) => Array.from({ length: count }, () => randomBytes(32));
  for (let round = 0; round < 60; round++) {
    const topics = Array.from({ length: 16 }, (_, index) => gossip.subscribe(`invented/${round}/${index}`));
    await send(stream, framed(...topics));
    await send(stream, framed(gossip.control(gossip.ihave(ids(2_000)))));
    await send(stream, framed(gossip.control(gossip.iwant([...ids(2_000), messageId("nothing")]))));
    const grafts = Array.from({ length: 30 }, (_, index) => (index % 2 ? gossip.graft() : gossip.prune()));
    await send(stream, framed(gossip.control(...grafts)));
  }
  await isStillHeard(honest, victim);
  expect(isConnected(victim, honest)).toBe(true);
  expect(victim.network.stats().gossip.rejected).toBe(0);
});

test("a neighbour that never answers a stream keeps no newcomer waiting", async () => {
  await using peers = new TestPeers();
  await using mute = await HostilePeer.start({ mute: true });
  const victim = await peers.start(QUIET);
  const connection = await mute.connect(victim);
  // Each new gossip stream makes the victim open one in return, which is never answered.
  for (let index = 0; index < 20; index++) {
    const stream = await mute.stream(connection, GOSSIP);
    await send(stream, framed(gossip.subscribe(NAMES.topic)));
    if (index > 0) stream.abort(new Error("gone"));
  }
  const newcomer = await peers.start(QUIET);
  await connect(newcomer, victim);
  await isStillHeard(newcomer, victim);
});

test("many neighbours that each keep within their rate do not take the whole event loop", async () => {
  await using peers = new TestPeers();
  const crowd = await Promise.all(Array.from({ length: 8 }, () => HostilePeer.start()));
  try {
    const catalogue = new SlowCatalogue();
    const [victim, honest] = [await peers.start(QUIET, catalogue), await peers.start(QUIET)];
    await connect(honest, victim);
    const streams = await Promise.all(
      crowd.map(async (hostile) => await hostile.stream(await hostile.connect(victim), GOSSIP)),
    );
    const begun = performance.now();
    const frames = streams.map(async (stream, who) => {
      const messages = Array.from({ length: 1_500 }, (_, index) => gossip.message(`meh ${who} ${index}`));
      await send(stream, framed(...messages));
    });
    await Promise.all([...frames, isStillHeard(honest, victim)]);
    await until("all is judged or left out", () => victim.network.stats().gossip.ignored >= 12_000, 30_000);
    const seconds = (performance.now() - begun) / 1_000;
    // Two seconds at once, and 0.4 of every second; a window's worth may be overdrawn.
    expect(catalogue.spentMs).toBeLessThan(2_000 + 400 * (seconds + 2));
    expect(victim.catalogue.judged.length).toBeGreaterThanOrEqual(1_000);
    await isStillHeard(honest, victim);
  } finally {
    await Promise.all(crowd.map((hostile) => hostile[Symbol.asyncDispose]()));
  }
});
