import { randomBytes } from "node:crypto";
import { multiaddr } from "@multiformats/multiaddr";
import { expect, test } from "vitest";
import { isRelayed, isWorthDialling, peerIdOf, relayOf } from "../../../../node/src/network/addresses.ts";
import {
  type ReachabilityEvidence,
  reachabilityOf,
  showsDialled,
} from "../../../../node/src/network/reach/reachability.ts";
import { ALONE, hears, isConnected, TestCatalogue, type TestPeer, TestPeers, until } from "../fixture.ts";

/** Accepts no connections, as behind a NAT. */
const HIDDEN = { listen: [], tuning: { ...ALONE, syncIntervalMs: 200 } };

function isReached(peer: TestPeer): boolean {
  return peer.network.stats().reachability.state === "relayed";
}

function addressOf(peer: TestPeer, other: TestPeer): string | undefined {
  return peer.network.peers().find(({ id }) => id === other.network.peerId)?.address;
}

test("between two peers that nobody can dial, records go through the hub's records and blocks through its relay", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap", tuning: { syncIntervalMs: 200 } });
  const bootstrap = hub.network.addresses();
  // Written before the publisher met anybody: gossip never carries it, the hub hears of it by catching up.
  const written = new TestCatalogue();
  written.add("an action");
  const publisher = await peers.start({ ...HIDDEN, bootstrap }, written);
  const reader = await peers.start({ ...HIDDEN, bootstrap });
  expect(publisher.network.stats().reachability).toEqual({ state: "outbound-only", relays: [] });
  await until("the reader has the record", () => reader.catalogue.has("an action"));
  expect([hub, reader].flatMap((peer) => peer.catalogue.judged)).toEqual([]);
  expect(isConnected(reader, publisher)).toBe(false);

  await until("both have a place at the relay", () => isReached(publisher) && isReached(reader));
  expect(publisher.network.addresses()).toEqual([
    `${bootstrap[0]}/p2p-circuit/p2p/${publisher.network.peerId}`,
  ]);
  expect(publisher.network.stats().reachability.relays).toEqual([`${bootstrap[0]}/p2p-circuit`]);
  const bytes = randomBytes(900_000);
  const cid = await publisher.network.blocks.put(bytes, "raw");
  const ask = (...providers: TestPeer[]) => ({
    providers: providers.map((peer) => peer.network.peerId),
    maxBytes: 1_000_000,
    signal: AbortSignal.timeout(15_000),
  });
  const fetched = await reader.network.blocks.fetch(cid, ask(publisher));
  expect(fetched).toEqual(new Uint8Array(bytes));
  expect(addressOf(reader, publisher)).toContain("/p2p-circuit/");

  await publisher.network.stop();
  const late = await peers.start({ ...HIDDEN, bootstrap });
  await until("the late one has the record", () => late.catalogue.has("an action"));
  expect(await late.network.blocks.fetch(cid, ask(publisher, reader))).toHaveLength(900_000);
  expect(addressOf(late, reader)).toContain("/p2p-circuit/");
});

test("gossip and catching up work over a relayed connection alone", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap" });
  const bootstrap = hub.network.addresses();
  const a = await peers.start({ ...HIDDEN, bootstrap });
  await until("a has a place at the relay", () => isReached(a));
  const b = await peers.start({ ...HIDDEN, listen: [], bootstrap: [] });
  a.catalogue.add("written before they met");
  await b.network.dial(a.network.addresses()[0] ?? "", AbortSignal.timeout(15_000));
  await until("the circuit carries records", () => b.catalogue.has("written before they met"));
  expect(addressOf(b, a)).toContain("/p2p-circuit/");
  await until("both hear each other", () =>
    [a, b].every((peer) => peer.network.peers().every(({ gossip }) => gossip)),
  );
  // The hub refuses it, so what the other gets came through the circuit.
  hub.catalogue.onRecord = () => "ignore";
  await a.network.publish(Buffer.from("said aloud"));
  await until("gossip came through", () => b.catalogue.judged.some(({ text }) => text === "said aloud"));
});

test("one circuit carries question and answer: a peer without any address of its own is served over it", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap" });
  const bootstrap = hub.network.addresses();
  const holder = await peers.start({ ...HIDDEN, bootstrap });
  const asker = await peers.start({ ...HIDDEN, relay: "off", bootstrap });
  await until("the holder has a place", () => isReached(holder));
  await until("the asker has joined", () => hears(asker, hub));
  const providers = [holder.network.peerId];
  for (let round = 0; round < 5; round++) {
    const cid = await holder.network.blocks.put(randomBytes(50_000), "raw");
    const options = { providers, maxBytes: 50_000, signal: AbortSignal.timeout(15_000) };
    expect(await asker.network.blocks.fetch(cid, options)).toHaveLength(50_000);
  }
  expect(asker.network.addresses()).toEqual([]);
  expect(asker.network.stats().blocks).toMatchObject({ fetched: 5, fetchFailures: 0 });
});

test("what a peer behind a relay announced is found through the DHT and fetched through the relay", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap" });
  const bootstrap = hub.network.addresses();
  const holder = await peers.start({ ...HIDDEN, bootstrap });
  await until("the holder has a place", () => isReached(holder));
  const cid = await holder.network.blocks.put(randomBytes(5_000), "raw");
  holder.network.provide(cid);
  await until("it is announced", () => holder.network.stats().blocks.providesQueued === 0);
  const asker = await peers.start({ ...HIDDEN, bootstrap });
  await until("the asker has joined", () => hears(asker, hub));
  const options = { providers: [], maxBytes: 5_000, signal: AbortSignal.timeout(15_000) };
  expect(await asker.network.blocks.fetch(cid, options)).toHaveLength(5_000);
  expect(addressOf(asker, holder)).toContain("/p2p-circuit/");
});

test("with relays off nobody gets in; always takes a place although it is not needed", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap" });
  const bootstrap = hub.network.addresses();
  const off = await peers.start({ ...HIDDEN, relay: "off", bootstrap });
  const always = await peers.start({ relay: "always", bootstrap, tuning: ALONE });
  await until("who wants a place has it", () => always.network.stats().reachability.relays.length === 1);
  await until("off has joined", () => isConnected(off, hub));
  expect(off.network.stats().reachability).toEqual({ state: "outbound-only", relays: [] });
  expect(off.network.addresses()).toEqual([]);
  await until("the hub was dialled", () => hub.network.stats().reachability.state === "direct");
});

test("a relay is one that the peer dialled: who dials it and offers to relay gets no place", async () => {
  await using peers = new TestPeers();
  const peer = await peers.start({ relay: "always", tuning: { degree: 0 } });
  const pushing = await peers.start({ role: "bootstrap", bootstrap: peer.network.addresses() });
  await until("it has dialled", () => isConnected(peer, pushing));
  await until("they are neighbours", () => hears(pushing, peer));
  const chosen = await peers.start({ role: "bootstrap" });
  const [address = ""] = chosen.network.addresses();
  await peer.network.dial(address, AbortSignal.timeout(15_000));
  await until("it has a place", () => isReached(peer) || peer.network.stats().reachability.relays.length > 0);
  expect(peer.network.stats().reachability.relays).toEqual([`${address}/p2p-circuit`]);
  expect(pushing.network.stats().relay).toEqual({ reservations: 0 });
});

test("on the internet a peer that listens takes a place too, until somebody confirms that it can be dialled", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap", reach: "public" });
  const bootstrap = hub.network.addresses();
  const peer = await peers.start({ reach: "public", bootstrap, tuning: ALONE });
  await until("it has a place", () => isReached(peer));
  expect(peer.network.addresses().some((address) => address.includes("/p2p-circuit/"))).toBe(true);
  // Whoever dials from a private address proves nothing about the internet.
  expect(hub.network.stats().reachability).toEqual({ state: "unknown", relays: [] });
});

test("a place at a relay that went away is taken again when it is back", async () => {
  await using peers = new TestPeers();
  const hub = await peers.start({ role: "bootstrap" });
  const bootstrap = hub.network.addresses();
  const hidden = await peers.start({ ...HIDDEN, bootstrap });
  await until("it has a place", () => isReached(hidden));
  await hub.network.stop();
  await until("the place is lost", () => hidden.network.stats().reachability.state === "outbound-only");
  const listen = bootstrap.map((address) => address.replace(/\/p2p\/.*/, ""));
  await peers.start({ ...hub.options, listen });
  await until("it has a place again", () => isReached(hidden), 20_000);
});

test("how others get to a peer is said as far as there is evidence", () => {
  const evidence: ReachabilityEvidence = { listens: true, confirmed: false, dialled: false, relays: 0 };
  expect(reachabilityOf(evidence)).toBe("unknown");
  expect(reachabilityOf({ ...evidence, relays: 1 })).toBe("relayed");
  expect(reachabilityOf({ ...evidence, relays: 1, dialled: true })).toBe("direct");
  expect(reachabilityOf({ ...evidence, confirmed: true })).toBe("direct");
  expect(reachabilityOf({ ...evidence, listens: false })).toBe("outbound-only");
  expect(reachabilityOf({ ...evidence, listens: false, relays: 2 })).toBe("relayed");
});

test("only who dialled us directly shows that we can be dialled; on the internet only from a public address", () => {
  const inbound = (address: string) => ({ direction: "inbound", remoteAddr: multiaddr(address) }) as const;
  const lan = inbound("/ip4/192.168.1.7/tcp/50000");
  const far = inbound("/ip4/1.2.3.4/tcp/50000");
  const relayed = inbound(`/ip4/1.2.3.4/tcp/4010/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`);
  expect([showsDialled([lan], "lan"), showsDialled([lan], "public")]).toEqual([true, false]);
  expect([showsDialled([far], "public"), showsDialled([relayed], "lan")]).toEqual([true, false]);
  expect(showsDialled([{ ...far, direction: "outbound" }], "public")).toBe(false);
});

const RELAY = "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq";
const PEER = "12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba";

test("an address through a relay names the peer behind it, the relay, or nobody", () => {
  const whole = multiaddr(`/ip4/1.2.3.4/tcp/4010/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`);
  const open = multiaddr(`/ip4/1.2.3.4/tcp/4010/p2p/${RELAY}/p2p-circuit`);
  const direct = multiaddr(`/ip4/1.2.3.4/tcp/4010/p2p/${PEER}`);
  expect([whole, open, direct].map(peerIdOf)).toEqual([PEER, undefined, PEER]);
  expect([whole, open, direct].map(relayOf)).toEqual([RELAY, RELAY, undefined]);
  expect([whole, open, direct].map(isRelayed)).toEqual([true, true, false]);
  expect([whole, direct].map((address) => isWorthDialling(address, "public"))).toEqual([false, true]);
});
