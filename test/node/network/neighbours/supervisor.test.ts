import { expect, test } from "vitest";
import { DialFailedError, NetworkAddressError } from "../../../../node/src/network/errors.ts";
import { ALONE, isConnected, TestPeers, until } from "../fixture.ts";

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

test("a bootstrap node that comes late, or goes and comes back, is joined without being asked", async () => {
  await using peers = new TestPeers();
  const reserved = await peers.start({ role: "bootstrap" });
  const [address = ""] = reserved.network.addresses();
  await reserved.network.stop();
  const early = await peers.start({ bootstrap: [address] });
  await until("the first attempt failed", () =>
    early.logged.some((line) => line.includes("could not connect")),
  );
  const listen = [address.replace(/\/p2p\/.*/, "")];
  const boot = await peers.start({ ...reserved.options, listen });
  await until("joined late", () => isConnected(early, boot));
  await boot.network.stop();
  await until("it is gone", () => !isConnected(early, boot));
  const back = await peers.start({ ...reserved.options, listen });
  await until("joined again", () => isConnected(early, back));
});

test("a dial that fails says so; an address that is none is refused", async () => {
  await using peers = new TestPeers();
  const { network } = await peers.start();
  await expect(network.dial("/ip4/127.0.0.1/tcp/1", AbortSignal.timeout(5_000))).rejects.toThrow(
    DialFailedError,
  );
  await expect(network.dial("127.0.0.1:4001", AbortSignal.timeout(5_000))).rejects.toThrow(
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
