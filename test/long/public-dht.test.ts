import { createServer, type Server } from "node:net";
import { rendezvousCid } from "@action-collective/protocol";
import { generateKeyPair } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { describe, expect, test } from "vitest";
import { composeHelia } from "../../node/src/network/blocks/helia.ts";
import type { Host } from "../../node/src/network/host.ts";
import { MAX_RENDEZVOUS_PROVIDERS, RENDEZVOUS_PER_HOST_PER_HOUR } from "../../node/src/network/limits.ts";
import type { PublicDhtOptions } from "../../node/src/network/options.ts";
import { openStores } from "../../node/src/network/stores.ts";
import { hears, isConnected, type TestPeer, TestPeers, until } from "../node/network/fixture.ts";
import { PlainDht, plainNode } from "../node/network/public-dht/public-dht-fixture.ts";

const LONG = 60_000;

const through = (dht: PlainDht, node: number, more: Partial<PublicDhtOptions> = {}) => ({
  publicDht: { meet: true, announceBundles: false, bootstrap: [dht.entry(node)], ...more },
});

const provided = (peer: TestPeer) => peer.network.stats().publicDht?.provided === true;

describe("meeting in the public DHT", () => {
  test("two peers that know one node of it each meet, and gossip from then on", async () => {
    await using dht = await PlainDht.start(5);
    await using peers = new TestPeers();
    const one = await peers.start(through(dht, 1));
    await until("the first peer can be found", () => provided(one), LONG);
    const other = await peers.start(through(dht, 3));
    await until("they met", () => isConnected(one, other) && isConnected(other, one), LONG);
    await until("they gossip", () => hears(one, other) && hears(other, one), LONG);
    await until("both can be found", () => provided(other), LONG);

    await one.network.publish(Buffer.from("hello, whoever you are"));
    await until("the record arrived", () => other.catalogue.has("hello, whoever you are"), LONG);

    // They are each other's only neighbours: no node of the public DHT counts, or was ever hung up on.
    for (const [peer, neighbour] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(peer.network.peers().map(({ id }) => id)).toEqual([neighbour.network.peerId]);
      expect(peer.network.stats().connections.peers).toBe(1);
      expect(peer.network.stats().publicDht).toMatchObject({ state: "connected", provided: true });
      expect(peer.logged.filter((line) => line.includes("hanging up"))).toEqual([]);
    }
    expect(await dht.providers(rendezvousCid("test"))).toEqual(
      new Set([one.network.peerId, other.network.peerId]),
    );
  }, 180_000);

  test("what our own DHT is told and asked stays there", async () => {
    await using dht = await PlainDht.start(4);
    await using peers = new TestPeers();
    const one = await peers.start(through(dht, 0));
    await until("the first peer can be found", () => provided(one), LONG);
    const other = await peers.start(through(dht, 1));
    await until("they met", () => isConnected(one, other), LONG);
    const cid = await one.network.blocks.put(Buffer.from("only for our own"), "raw");
    one.network.provide(cid);
    await until("it is announced", () => one.network.stats().blocks.providesQueued === 0, LONG);
    // No provider is named: our own DHT leads to it.
    const bytes = await other.network.blocks.fetch(cid, {
      providers: [],
      maxBytes: 1_000,
      signal: AbortSignal.timeout(LONG),
    });
    expect(Buffer.from(bytes).toString()).toBe("only for our own");
    expect(await dht.providers(cid)).toEqual(new Set());
    // The same question has an answer for what was announced there.
    expect((await dht.providers(rendezvousCid("test"))).has(one.network.peerId)).toBe(true);
  }, 180_000);

  test("nothing of it is dialled when it is off, and other networks are not met", async () => {
    await using dht = await PlainDht.start(3);
    await using peers = new TestPeers();
    const off = await peers.start(through(dht, 0, { meet: false }));
    const unset = await peers.start();
    const stranger = await peers.start({ ...through(dht, 0), network: "elsewhere" });
    await until("the stranger can be found", () => provided(stranger), LONG);
    const on = await peers.start(through(dht, 1));
    // The last to start is through with it: the others had more time.
    await until(
      "it can be found, and looked",
      () => {
        return provided(on) && (on.network.stats().publicDht?.lookUps ?? 0) > 0;
      },
      LONG,
    );
    expect(dht.visitors).toEqual(new Set([on.network.peerId, stranger.network.peerId]));
    expect(on.network.stats().publicDht?.heardOf).toBe(0);
    expect(off.network.stats().publicDht).toBeUndefined();
    expect(unset.network.stats().publicDht).toBeUndefined();
  }, 180_000);

  test("an entry node that is away is said, and used when it is back", async () => {
    await using peers = new TestPeers();
    const port = await freePort();
    const entry = await plainNode(false, port);
    const peer = await peers.start({
      publicDht: {
        meet: true,
        announceBundles: false,
        bootstrap: [`/ip4/127.0.0.1/tcp/${port}/p2p/${entry.peerId}`],
      },
    });
    await until("it is unreachable", () => peer.network.stats().publicDht?.state === "unreachable", LONG);
    expect(peer.network.stats().publicDht).toMatchObject({ connections: 0, provided: false });
    await entry.start();
    try {
      await until("it can be found", () => provided(peer), 2 * LONG);
      await peer.network.stop();
      await until("it has left", () => entry.getPeers().length === 0, LONG);
    } finally {
      await entry.stop();
    }
  }, 240_000);
});

describe("a poisoned rendezvous", () => {
  test("two hundred made-up providers cost a bounded number of dials", async () => {
    await using dht = await PlainDht.start(3);
    await using victim = await Target.listen();
    await using targets = await Targets.listen(200);
    for (const target of targets.all) {
      const fake = peerIdFromPrivateKey(await generateKeyPair("Ed25519"));
      const addresses = [victim.address, target.address, "/dns4/example.invalid/tcp/1"];
      for (const { peerStore, services } of dht.nodes) {
        await peerStore.merge(fake, { multiaddrs: addresses.map((address) => multiaddr(address)) });
        await providersOf(services.dht).addProvider(rendezvousCid("test"), fake);
      }
    }
    await using peers = new TestPeers();
    const peer = await peers.start(through(dht, 0));
    await until("it looked", () => (peer.network.stats().publicDht?.lookUps ?? 0) > 0, LONG);
    await until("it dialled", () => targets.dialled > 0, LONG);
    const heardOf = peer.network.stats().publicDht?.heardOf ?? 0;
    expect(heardOf).toBeGreaterThan(MAX_RENDEZVOUS_PROVIDERS / 2);
    expect(heardOf).toBeLessThanOrEqual(2 * MAX_RENDEZVOUS_PROVIDERS);
    await until(
      "they were tried again",
      () => failedDials(peer).length >= 2 * MAX_RENDEZVOUS_PROVIDERS,
      LONG,
    );
    expect(targets.dialled).toBeLessThanOrEqual(MAX_RENDEZVOUS_PROVIDERS);
    // Each of the few that name the victim may be tried five times before it is forgotten.
    expect(victim.dials).toBeLessThanOrEqual(5 * RENDEZVOUS_PER_HOST_PER_HOUR);
    expect(peer.network.peers()).toEqual([]);
  }, 180_000);
});

describe("announcing bundles in public", () => {
  test("any IPFS node finds and fetches what was announced there, without becoming a neighbour", async () => {
    await using dht = await PlainDht.start(4);
    await using peers = new TestPeers();
    const peer = await peers.start(through(dht, 0, { meet: false, announceBundles: true }));
    const cid = await peer.network.blocks.put(Buffer.from("for everybody"), "raw");
    await peer.network.blocks.pin([cid]);
    peer.network.provide(cid);
    await until("it is announced", () => peer.network.stats().publicDht?.announced === 1, LONG);
    expect(await dht.providers(cid)).toEqual(new Set([peer.network.peerId]));
    expect(await dht.providers(rendezvousCid("test"))).toEqual(new Set());

    const stores = await openStores(await peers.home());
    const anybody = await plainNode(true);
    // An ordinary Helia node: bitswap and the routing of its libp2p.
    const helia = await composeHelia(anybody as unknown as Host, stores, true);
    await helia.start();
    try {
      await anybody.dial(multiaddr(dht.entry(2)));
      const chunks: Uint8Array[] = [];
      for await (const chunk of helia.blockstore.get(cid, { signal: AbortSignal.timeout(LONG) }))
        chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe("for everybody");
      expect(peer.network.stats().publicDht?.guests).toBe(1);
      expect(peer.network.peers()).toEqual([]);
    } finally {
      await helia.stop();
      await stores.close();
    }
    await until("the guest is gone", () => peer.network.stats().publicDht?.guests === 0, LONG);
  }, 180_000);

  test("what was pinned before the start is announced as well", async () => {
    await using dht = await PlainDht.start(3);
    await using peers = new TestPeers();
    const dataDir = await peers.home();
    const before = await peers.start({ dataDir });
    const cid = await before.network.blocks.put(Buffer.from("pinned long ago"), "raw");
    await before.network.blocks.pin([cid]);
    await before.network.stop();
    const peer = await peers.start({
      ...through(dht, 0, { meet: false, announceBundles: true }),
      dataDir,
      seed: before.options.seed,
    });
    await until("it is announced", () => peer.network.stats().publicDht?.announced === 1, LONG);
    expect(await dht.providers(cid)).toEqual(new Set([peer.network.peerId]));
  }, 120_000);

  test("a stranger is hung up on where nothing is announced", async () => {
    await using dht = await PlainDht.start(2);
    await using peers = new TestPeers();
    const closed = await peers.start(through(dht, 0));
    const stores = await openStores(await peers.home());
    const anybody = await plainNode(true);
    const helia = await composeHelia(anybody as unknown as Host, stores, true);
    await helia.start();
    try {
      await anybody.dial(closed.network.addresses().map((address) => multiaddr(address)));
      await until("it is hung up on", () => closed.logged.some((line) => line.includes("hanging up")), LONG);
      expect(closed.network.stats().publicDht?.guests).toBe(0);
    } finally {
      await helia.stop();
      await stores.close();
    }
  }, 120_000);
});

function failedDials(peer: TestPeer): string[] {
  return peer.logged.filter((line) => line.includes("could not connect"));
}

/** Where a node keeps who provides what; public on the class, missing from its interface. */
function providersOf(dht: object): { addProvider(cid: unknown, id: unknown): Promise<void> } {
  if (!("providers" in dht)) throw new Error("kad-dht keeps its providers elsewhere");
  return dht.providers as { addProvider(cid: unknown, id: unknown): Promise<void> };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A machine that everybody is told to dial. */
class Target implements AsyncDisposable {
  dials = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.dials++;
      socket.on("error", () => undefined);
      socket.destroy();
    });
  }

  static async listen(): Promise<Target> {
    const server = createServer();
    const target = new Target(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return target;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return `/ip4/127.0.0.1/tcp/${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** As many machines, each named by one made-up peer. */
class Targets implements AsyncDisposable {
  readonly all: Target[];

  private constructor(all: Target[]) {
    this.all = all;
  }

  static async listen(count: number): Promise<Targets> {
    return new Targets(await Promise.all(Array.from({ length: count }, () => Target.listen())));
  }

  get dialled(): number {
    return this.all.filter(({ dials }) => dials > 0).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((target) => target[Symbol.asyncDispose]()));
  }
}
