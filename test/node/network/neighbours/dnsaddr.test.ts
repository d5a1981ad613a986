import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, dnsaddrResolver } from "libp2p";
import { expect, test } from "vitest";
import { boundedDnsaddr } from "../../../../node/src/network/neighbours/dnsaddr.ts";

type Txt = (domain: string) => Promise<string[]>;

/** A libp2p node whose names are looked up by `txt`. */
async function node(txt: Txt, resolver = boundedDnsaddr(() => undefined)): Promise<Libp2p & AsyncDisposable> {
  const host = await createLibp2p({
    addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { resolvers: { dnsaddr: resolver } },
    dns: {
      query: async (domain) => {
        const Answer = (await txt(domain)).map((data) => ({ name: domain, type: 16, TTL: 60, data }));
        return { Status: 0, TC: false, RD: false, RA: false, AD: false, CD: false, Question: [], Answer };
      },
    },
  });
  return Object.assign(host, { [Symbol.asyncDispose]: async () => await host.stop() });
}

const nothing: Txt = async () => [];

test("a name leads to the node whose id stands behind it, and to no other that it names", async () => {
  await using target = await node(nothing);
  await using other = await node(nothing);
  const asked: string[] = [];
  await using from = await node(async (domain) => {
    asked.push(domain);
    return [other, target].map((one) => `dnsaddr=${one.getMultiaddrs()[0]}`);
  });
  const connection = await from.dial(multiaddr(`/dnsaddr/net.example/p2p/${target.peerId}`));
  expect(connection.remotePeer.equals(target.peerId)).toBe(true);
  expect(asked).toEqual(["_dnsaddr.net.example"]);
});

test("a name that fails, says nonsense or never answers does not hold up the peer's other addresses", {
  timeout: 60_000,
}, async () => {
  await using target = await node(nothing);
  const addresses = [
    multiaddr(`/dnsaddr/net.example/p2p/${target.peerId}`),
    ...target.getMultiaddrs().slice(0, 1),
  ];
  const troubles: Txt[] = [
    async () => {
      throw new Error("SERVFAIL");
    },
    async () => [`dnsaddr=/nonsense/${target.peerId}`],
    () => new Promise<string[]>(() => undefined),
  ];
  for (const trouble of troubles) {
    await using from = await node(trouble);
    const connection = await from.dial(addresses);
    expect(connection.remotePeer.equals(target.peerId)).toBe(true);
  }
  // What it mends: libp2p's own resolver takes the good address down with the name.
  await using plain = await node(troubles[0] ?? nothing, dnsaddrResolver);
  await expect(plain.dial(addresses)).rejects.toThrow();
});

test("names that point to names end after two levels of eight", async () => {
  await using target = await node(nothing);
  let asked = 0;
  await using from = await node(async () => {
    asked++;
    return Array.from(
      { length: 50 },
      (_, i) => `dnsaddr=/dnsaddr/n${asked}-${i}.example/p2p/${target.peerId}`,
    );
  });
  await expect(from.dial(multiaddr(`/dnsaddr/net.example/p2p/${target.peerId}`))).rejects.toThrow();
  expect(asked).toBe(1 + 8);
});
