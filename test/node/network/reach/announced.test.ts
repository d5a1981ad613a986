import { once } from "node:events";
import { identify } from "@libp2p/identify";
import type { IdentifyResult } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { expect, test } from "vitest";
import { announcedAddresses } from "../../../../node/src/network/reach/announced.ts";
import { ALONE, TestPeers } from "../fixture.ts";

const ID = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const FOUND = ["127.0.0.1", "192.168.1.5", "10.0.0.7", "5.6.7.8"].map(
  (host) => `/ip4/${host}/tcp/4010/p2p/${ID}`,
);
const EVERYWHERE = ["/ip4/0.0.0.0/tcp/4010"];

function announced(reach: "loopback" | "lan" | "public", listen = EVERYWHERE, announce: string[] = []) {
  const addresses = FOUND.map((address) => multiaddr(address));
  return announcedAddresses(addresses, { reach, listen, announce }).map(String);
}

test("nothing is announced that leads nowhere from as far as the peer wants to be reached", () => {
  expect(announced("public")).toEqual(FOUND.slice(3));
  expect(announced("lan")).toEqual(FOUND.slice(1));
  expect(announced("loopback")).toEqual(FOUND);
});

test("what the user said counts, and loopback where there is nothing else", () => {
  expect(announced("public", EVERYWHERE, ["/ip4/10.0.0.7/tcp/4010"])).toEqual(FOUND.slice(2));
  expect(announced("public", EVERYWHERE, ["/ip4/10.0.0.7/tcp/401"])).toEqual(FOUND.slice(3));
  expect(announced("public", ["/ip4/127.0.0.1/tcp/4010"])).toEqual(FOUND);
  const alone = [multiaddr(FOUND[0])];
  const parts = { listen: EVERYWHERE, announce: [] };
  expect(announcedAddresses(alone, { ...parts, reach: "lan" })).toEqual(alone);
  expect(announcedAddresses(alone, { ...parts, reach: "public" })).toEqual([]);
});

test("a peer on all interfaces tells others its announced address, and no private one", async () => {
  await using peers = new TestPeers();
  const address = "/dns4/node.example.org/tcp/4001";
  const node = await peers.start({
    ...{ reach: "public", relay: "off", tuning: ALONE },
    listen: ["/ip4/0.0.0.0/tcp/0"],
    announce: [address],
  });
  expect(node.network.addresses()).toEqual([`${address}/p2p/${node.network.peerId}`]);
  expect(node.network.listening()[0]).toMatch(/^\/ip4\/[0-9.]+\/tcp\/[1-9]/);
  expect(node.network.stats().reachability.state).toBe("direct");

  // What it says of itself to whoever dials it.
  const port = /tcp\/([0-9]+)/.exec(node.network.listening()[0] ?? "")?.[1];
  const stranger = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  });
  try {
    const told = once(stranger, "peer:identify", { signal: AbortSignal.timeout(10_000) });
    await stranger.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${node.network.peerId}`));
    const [{ detail }] = (await told) as [CustomEvent<IdentifyResult>];
    expect(detail.listenAddrs.map(String).map((text) => text.replace(/\/p2p\/.*/, ""))).toEqual([address]);
  } finally {
    await stranger.stop();
  }
});
