import { expect, test } from "vitest";
import { DialFailedError, NetworkAddressError } from "../../../../node/src/network/errors.ts";
import { ALONE, connect, isConnected, TestPeers, until } from "../fixture.ts";

test("peers that know only the bootstrap node find each other", async () => {
  await using peers = new TestPeers();
  const boot = await peers.start({ role: "bootstrap" });
  const bootstrap = boot.network.addresses();
  const a = await peers.start({ bootstrap });
  const b = await peers.start({ bootstrap });
  const c = await peers.start({ bootstrap });
  await until("everybody is connected to everybody", () =>
    [a, b, c].every((peer) => peer.network.peers().length === 3),
  );
});

test("after a restart without bootstrap a peer rejoins through those it remembers", async () => {
  await using peers = new TestPeers();
  const boot = await peers.start({ role: "bootstrap" });
  const bootstrap = boot.network.addresses();
  const a = await peers.start({ bootstrap });
  const b = await peers.start({ bootstrap });
  await until("b knows a and the bootstrap node", () => b.network.stats().knownPeers === 2);
  expect(isConnected(a, b)).toBe(true);
  await b.network.stop();
  await boot.network.stop();
  const again = await peers.start({ ...b.options, bootstrap: [] });
  expect(again.network.peerId).toBe(b.network.peerId);
  await until("b is back", () => isConnected(again, a) && isConnected(a, again));
});

test("after a restart the neighbours it had longest are dialled before others that it knows as well", async () => {
  await using peers = new TestPeers();
  const tuning = { degree: 0, anchorAfterMs: 0 };
  const peer = await peers.start({ tuning });
  const met: string[] = [];
  for (let index = 0; index < 8; index++) {
    const other = await peers.start({ tuning });
    await connect(peer, other);
    met.push(other.network.peerId);
  }
  await peer.network.stop();
  const again = await peers.start({ ...peer.options, tuning: { degree: 4, maxOutbound: 4 } });
  await until("it has neighbours", () => again.network.stats().connections.outbound === 4);
  expect(new Set(again.network.peers().map(({ id }) => id))).toEqual(new Set(met.slice(0, 4)));
});

test("a bootstrap node that comes late, or goes and comes back, is joined without being asked", async () => {
  await using peers = new TestPeers();
  const reserved = await peers.start({ role: "bootstrap" });
  const [address = ""] = reserved.network.addresses();
  await reserved.network.stop();
  const early = await peers.start({ bootstrap: [address] });
  await until("the first attempt failed", () => early.network.stats().warnings.length === 1);
  expect(early.network.stats().warnings[0]).toMatch(/^None of the nodes to join through .*ECONNREFUSED/);
  const told = () => early.logged.filter((line) => line.startsWith("warn None of the nodes"));
  await until("it is logged", () => told().length > 0);
  const listen = [address.replace(/\/p2p\/.*/, "")];
  const boot = await peers.start({ ...reserved.options, listen });
  await until("joined late", () => isConnected(early, boot));
  await until("the warning is over", () => early.network.stats().warnings.length === 0);
  expect(told()).toHaveLength(1);
  await boot.network.stop();
  await until("it is gone", () => !isConnected(early, boot));
  const back = await peers.start({ ...reserved.options, listen });
  await until("joined again", () => isConnected(early, back));
});

test("a dial that fails says so; an address that is none is refused", async () => {
  await using peers = new TestPeers();
  const { network } = await peers.start();
  await expect(network.dial("/ip4/127.0.0.1/tcp/1", AbortSignal.timeout(15_000))).rejects.toThrow(
    DialFailedError,
  );
  await expect(network.dial("127.0.0.1:4001", AbortSignal.timeout(15_000))).rejects.toThrow(
    NetworkAddressError,
  );
});

test("who joins through a node of another network, or through somebody else than named, is told so", async () => {
  await using peers = new TestPeers();
  const other = await peers.start({ network: "another", tuning: ALONE });
  const [address = ""] = other.network.addresses();
  const lost = await peers.start({ bootstrap: [address], tuning: ALONE });
  await until("it is told", () => /another network/.test(lost.network.stats().warnings.join()));
  const id = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  const wrong = address.replace(/[^/]+$/, id);
  const misled = await peers.start({ bootstrap: [wrong], tuning: ALONE });
  await until("it is told", () => misled.network.stats().warnings.join().includes("None of the nodes"));
  await expect(peers.open({ bootstrap: [address.replace(/[^/]+$/, "nobody")] })).rejects.toThrow(
    NetworkAddressError,
  );
});

test("degree bounds what a peer looks for, and the status tells who is there", async () => {
  await using peers = new TestPeers();
  const boot = await peers.start({ role: "bootstrap" });
  const a = await peers.start({ bootstrap: boot.network.addresses(), tuning: ALONE });
  await until("joined", () => a.network.peers().some(({ gossip }) => gossip));
  expect(a.network.peers()).toEqual([
    expect.objectContaining({ id: boot.network.peerId, direction: "outbound", gossip: true }),
  ]);
  expect(a.network.stats()).toMatchObject({
    connections: { peers: 1, inbound: 0, outbound: 1 },
    knownPeers: 1,
  });
});
