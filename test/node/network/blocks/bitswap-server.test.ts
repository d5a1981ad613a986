import { createHash, randomBytes } from "node:crypto";
import { generateKeyPair } from "@libp2p/crypto/keys";
import type { PeerId } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { BitswapServer, type WantAnswer } from "../../../../node/src/network/blocks/bitswap-server.ts";
import { TestDealings, until } from "../fixture.ts";

const peer = await newPeer();

function cidOf(bytes: Uint8Array): CID {
  return CID.createV1(0x55, createDigest(0x12, createHash("sha256").update(bytes).digest()));
}

async function newPeer(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair("Ed25519"));
}

/** `patient`: what is sent is taken at once, and a wait never ends. */
function fixture({ patient = false } = {}) {
  const sentTo = new Map<string, number>();
  let waiting = 0;
  const dealings = new TestDealings();
  const blocks = new Map<string, Uint8Array>();
  const spoilt = new Set<string>();
  const sent: WantAnswer[][] = [];
  let clock = 0;
  let reads = 0;
  let taken = () => {};
  const server = new BitswapServer({
    read: async (cid) => {
      reads++;
      if (spoilt.has(cid.toString())) throw new Error("the disk is tired");
      return blocks.get(cid.toString());
    },
    send: async (to, answers) => {
      sent.push([...answers]);
      sentTo.set(to.toString(), (sentTo.get(to.toString()) ?? 0) + 1);
      if (patient) return;
      // Taken when the test says so.
      await new Promise<void>((resolve) => {
        taken = resolve;
      });
    },
    dealings,
    wait: async (ms) => {
      clock += patient ? 0 : ms;
      waiting++;
      if (patient) await new Promise(() => undefined);
    },
    lifetime: new AbortController().signal,
    now: () => clock,
    log: () => {},
  });
  return {
    server,
    dealings,
    sent,
    sentTo: (to: PeerId) => sentTo.get(to.toString()) ?? 0,
    waiting: () => waiting,
    take: () => taken(),
    reads: () => reads,
    seconds: () => clock / 1_000,
    spoil: (cid: CID) => spoilt.add(cid.toString()),
    hold(bytes: Uint8Array): CID {
      const cid = cidOf(bytes);
      blocks.set(cid.toString(), bytes);
      return cid;
    },
  };
}

/** Time that passes only when everybody waits for it. */
class VirtualClock {
  now = 0;
  #waiting: { at: number; go: () => void }[] = [];

  wait(ms: number): Promise<void> {
    return new Promise((go) => this.#waiting.push({ at: this.now + ms, go }));
  }

  async run(until: number): Promise<void> {
    while (this.now < until) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#waiting.sort((a, b) => a.at - b.at);
      const next = this.#waiting.shift();
      if (next === undefined) throw new Error("nobody waits any more");
      this.now = Math.max(this.now, next.at);
      next.go();
    }
  }
}

const want = (cid: CID, options: { have?: boolean; cancel?: boolean; sendDontHave?: boolean } = {}) => ({
  cid: cid.bytes,
  have: false,
  cancel: false,
  sendDontHave: true,
  ...options,
});

test("blocks, presences and absences are answered; garbage and foreign hashes are not looked up", async () => {
  const { server, sent, hold, reads } = fixture();
  const data = randomBytes(10);
  const held = hold(data);
  const missing = cidOf(randomBytes(5));
  const foreign = CID.createV1(0x55, createDigest(0x13, randomBytes(64)));
  server.receive(peer, [
    want(held, { have: true }),
    want(missing),
    want(foreign),
    { cid: randomBytes(7), have: false, cancel: false, sendDontHave: true },
  ]);
  await until("answered", () => sent.length === 1);
  expect(sent[0]?.map(({ kind, cid }) => `${kind} ${cid}`)).toEqual([
    `have ${held}`,
    `dont-have ${missing}`,
    `dont-have ${foreign}`,
  ]);
  expect(reads()).toBe(2);
});

test("nothing more is read before what was sent is taken, and a cancelled want is not answered", async () => {
  const { server, sent, take, hold, reads } = fixture();
  const cids = Array.from({ length: 10 }, () => hold(randomBytes(1024 * 1024)));
  server.receive(
    peer,
    cids.map((cid) => want(cid)),
  );
  await until("the first is under way", () => sent.length === 1);
  expect(reads()).toBe(1);
  server.receive(
    peer,
    cids.slice(2).map((cid) => want(cid, { cancel: true })),
  );
  take();
  await until("the second is under way", () => sent.length === 2);
  take();
  expect(sent.flat().map(({ kind }) => kind)).toEqual(["block", "block"]);
});

test("a ration of bytes is kept: alone, a neighbour has all that is idle, whatever its share", async () => {
  const secondsFor = async (blocks: number, share: number) => {
    const { server, sent, take, hold, seconds, dealings } = fixture();
    dealings.shares.set(peer.toString(), share);
    const cid = hold(randomBytes(1024 * 1024));
    for (let round = 0; round < blocks; round++) {
      server.receive(peer, [want(cid)]);
      await until("answered", () => sent.length > round);
      take();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.flat().every(({ kind }) => kind === "block")).toBe(true);
    expect(dealings.given.get(peer.toString())).toBe(blocks * 1024 * 1024);
    return seconds();
  };
  // 64 MiB at once, then 16 MiB a second.
  expect(await secondsFor(60, 1)).toBe(0);
  for (const share of [0.25, 1]) {
    const seconds = await secondsFor(96, share);
    expect(seconds).toBeGreaterThan(1.8);
    expect(seconds).toBeLessThan(2.2);
  }
  // What is not idle is there for who has a ration of that size.
  expect(await secondsFor(96, 4)).toBe(0);
});

test("strangers who wait for their ration hold no turn meanwhile: who earned it is served at once", async () => {
  const { server, sentTo, hold, dealings, waiting } = fixture({ patient: true });
  const cid = hold(randomBytes(1024 * 1024));
  const use = async (stranger: PeerId) => {
    for (let blocks = 0; waiting() === 0; blocks++) {
      server.receive(stranger, [want(cid)]);
      await until("served or waiting", () => sentTo(stranger) > blocks || waiting() > 0);
    }
  };
  // What is idle, and then what all strangers together have at once.
  await use(await newPeer());
  // More than there are turns.
  const strangers = await Promise.all(Array.from({ length: 40 }, newPeer));
  for (const stranger of strangers)
    server.receive(
      stranger,
      Array.from({ length: 8 }, (_, index) => want(hold(Buffer.alloc(1024 * 1024, index)))),
    );
  await until("more wait than there are turns", () => waiting() > 16);
  const friend = await newPeer();
  dealings.shares.set(friend.toString(), 2);
  server.receive(friend, [want(cid)]);
  await until("the friend is served", () => sentTo(friend) === 1);
  expect(waiting()).toBeGreaterThan(16);
});

test("strangers who do not take what they are sent keep nobody waiting who earned better", async () => {
  const { server, sent, sentTo, hold, dealings } = fixture();
  const cid = hold(randomBytes(10));
  for (const stranger of await Promise.all(Array.from({ length: 40 }, newPeer)))
    server.receive(stranger, [want(cid)]);
  await until("all turns of strangers are held", () => sent.length === 16);
  const friend = await newPeer();
  dealings.shares.set(friend.toString(), 2);
  server.receive(friend, [want(cid)]);
  await until("the friend is served", () => sentTo(friend) === 1);
  expect(sent).toHaveLength(17);
});

test("two who want all they can get have blocks as their shares are, and nothing is left over", async () => {
  const data = randomBytes(1024 * 1024);
  const cid = cidOf(data);
  const clock = new VirtualClock();
  const dealings = new TestDealings();
  const [giver, taker] = [await newPeer(), await newPeer()];
  dealings.shares.set(giver.toString(), 4);
  const late = { giver: 0, taker: 0 };
  const server = new BitswapServer({
    read: async () => data,
    send: async (to, answers) => {
      const who = to.equals(giver) ? "giver" : "taker";
      // What there was at the start, some hundred blocks, is used up by then.
      if (clock.now > 60_000) late[who] += answers.filter(({ kind }) => kind === "block").length;
      // It takes a moment to arrive, and then the next is asked for.
      void clock.wait(5).then(() => server.receive(to, [want(cid)]));
    },
    dealings,
    wait: (ms) => clock.wait(ms),
    lifetime: new AbortController().signal,
    now: () => clock.now,
    log: () => {},
  });
  for (const one of [giver, taker]) server.receive(one, [want(cid)]);
  await clock.run(160_000);
  expect(late.giver + late.taker).toBeGreaterThan(1_500);
  expect(late.giver / late.taker).toBeGreaterThan(3.4);
  expect(late.giver / late.taker).toBeLessThan(4.6);
});

test("wants beyond the rate are dropped without a look", async () => {
  const { server, reads } = fixture();
  for (let message = 0; message < 20; message++)
    server.receive(
      peer,
      Array.from({ length: 1_000 }, () => want(cidOf(randomBytes(8)))),
    );
  expect(server.dropped).toBeGreaterThanOrEqual(20_000 - 1_025);
  expect(reads()).toBeLessThanOrEqual(1_024);
});

test("a cancelled want makes room, also when there is none", async () => {
  const { server, sent, take, hold } = fixture();
  const blocks = [hold(randomBytes(600 * 1024)), hold(randomBytes(10))] as const;
  const lost = Array.from({ length: 1_024 }, () => cidOf(randomBytes(8)));
  server.receive(peer, [want(blocks[0])]);
  await until("the first is under way", () => sent.length === 1);
  server.receive(
    peer,
    lost.map((cid) => want(cid)),
  );
  server.receive(peer, [want(blocks[1])]);
  expect(server.dropped).toBe(1);
  server.receive(
    peer,
    lost.map((cid) => want(cid, { cancel: true })),
  );
  server.receive(peer, [want(blocks[1])]);
  take();
  await until("the second is sent", () => sent.length === 2);
  expect(sent[1]?.map(({ kind, cid }) => `${kind} ${cid}`)).toEqual([`block ${blocks[1]}`]);
  expect(server.dropped).toBe(1);
});

test("a want that comes just as the last one was answered is answered too", async () => {
  for (let steps = 0; steps < 20; steps++) {
    const { server, sent, take, hold } = fixture();
    server.receive(peer, [want(hold(randomBytes(8)))]);
    await until("the first is under way", () => sent.length === 1);
    take();
    for (let step = 0; step < steps; step++) await Promise.resolve();
    server.receive(peer, [want(hold(randomBytes(8)))]);
    await until(`the second is answered, ${steps} steps later`, () => sent.length === 2);
  }
});

test("a block that cannot be read keeps no answer about another back", async () => {
  const { server, sent, hold, spoil } = fixture();
  const [unreadable, held] = [hold(randomBytes(8)), hold(randomBytes(8))];
  spoil(unreadable);
  server.receive(peer, [want(unreadable), want(held)]);
  await until("answered", () => sent.length === 1);
  expect(sent[0]?.map(({ kind }) => kind)).toEqual(["dont-have", "block"]);
});
