import { createHash, randomBytes } from "node:crypto";
import { generateKeyPair } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { CID } from "multiformats/cid";
import { create as createDigest } from "multiformats/hashes/digest";
import { expect, test } from "vitest";
import { BitswapServer, type WantAnswer } from "../../../../node/src/network/blocks/bitswap-server.ts";
import { until } from "../fixture.ts";

const peer = peerIdFromPrivateKey(await generateKeyPair("Ed25519"));

function cidOf(bytes: Uint8Array): CID {
  return CID.createV1(0x55, createDigest(0x12, createHash("sha256").update(bytes).digest()));
}

function fixture({ share = 1 } = {}) {
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
    send: async (_, answers) => {
      sent.push([...answers]);
      // Taken when the test says so.
      await new Promise<void>((resolve) => {
        taken = resolve;
      });
    },
    share: () => share,
    wait: async (ms) => {
      clock += ms;
    },
    lifetime: new AbortController().signal,
    now: () => clock,
    log: () => {},
  });
  return {
    server,
    sent,
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

test("a ration of bytes is kept, and a neighbour that proved good has a larger one", async () => {
  const secondsFor = async (blocks: number, share: number) => {
    const { server, sent, take, hold, seconds } = fixture({ share });
    const cid = hold(randomBytes(1024 * 1024));
    for (let round = 0; round < blocks; round++) {
      server.receive(peer, [want(cid)]);
      await until("answered", () => sent.length > round);
      take();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.flat().every(({ kind }) => kind === "block")).toBe(true);
    return seconds();
  };
  // 32 MiB at once, then 2 MiB a second.
  expect(await secondsFor(30, 1)).toBe(0);
  expect(await secondsFor(52, 1)).toBeGreaterThan(9);
  expect(await secondsFor(52, 2)).toBe(0);
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
