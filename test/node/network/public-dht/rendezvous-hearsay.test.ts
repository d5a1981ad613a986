import { generateKeyPair } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import { beforeAll, describe, expect, test } from "vitest";
import {
  MAX_RENDEZVOUS_ADDRESSES,
  MAX_RENDEZVOUS_PROVIDERS,
  RENDEZVOUS_ADDRESSES_PER_HOUR,
  RENDEZVOUS_PER_HOST_PER_HOUR,
} from "../../../../node/src/network/limits.ts";
import {
  drawProviders,
  RendezvousHearsay,
} from "../../../../node/src/network/public-dht/rendezvous-hearsay.ts";

const HOUR = 60 * 60_000;
const ids: string[] = [];
const id = (index: number) => ids[index] ?? "";

beforeAll(async () => {
  for (let count = 0; count < 300; count++)
    ids.push(peerIdFromPrivateKey(await generateKeyPair("Ed25519")).toString());
});

const provider = (index: number, ...addresses: string[]) => ({
  id: id(index),
  multiaddrs: addresses.map((address) => multiaddr(address)),
});

describe("what of a rendezvous is passed on", () => {
  test("public IP addresses, with the provider's id at the end", () => {
    const hearsay = new RendezvousHearsay("public");
    const direct = "/ip4/11.22.33.7/tcp/4010";
    const relay = `/ip4/11.22.33.8/tcp/4001/p2p/${id(9)}/p2p-circuit`;
    expect(hearsay.take(provider(0, direct, relay, `/ip6/2600:1f00::7/tcp/4010/p2p/${id(0)}`), 0)).toEqual({
      id: id(0),
      addresses: [
        `${direct}/p2p/${id(0)}`,
        `${relay}/p2p/${id(0)}`,
        `/ip6/2600:1f00::7/tcp/4010/p2p/${id(0)}`,
      ],
    });
  });

  test("nothing that leads into a private network, by a name, to somebody else, or nowhere", () => {
    const refused = [
      "/ip4/192.168.1.1/tcp/80",
      "/ip4/127.0.0.1/tcp/4010",
      "/ip4/10.0.0.1/tcp/22",
      "/ip6/::1/tcp/4010",
      "/dns4/example.org/tcp/4010",
      "/dnsaddr/example.org",
      "/ip4/11.22.33.7/udp/4010/quic-v1",
      "/ip4/11.22.33.7/tcp/0",
      `/ip4/11.22.33.7/tcp/4010/p2p/${id(1)}`,
      "/p2p-circuit",
    ];
    for (const reach of ["public", "lan"] as const)
      for (const address of refused)
        expect(new RendezvousHearsay(reach).take(provider(0, address), 0).addresses, address).toEqual([]);
    // Where all peers are on one machine, that machine is not private.
    const local = new RendezvousHearsay("loopback").take(provider(0, "/ip4/127.0.0.1/tcp/4010"), 0);
    expect(local.addresses).toHaveLength(1);
  });

  test("few addresses of one provider, and nobody again within the hour", () => {
    const hearsay = new RendezvousHearsay("public");
    const many = Array.from({ length: 50 }, (_, index) => `/ip4/11.22.${index}.1/tcp/4010`);
    expect(hearsay.take(provider(0, ...many), 0).addresses).toHaveLength(MAX_RENDEZVOUS_ADDRESSES);
    expect(hearsay.take(provider(0, "/ip4/11.99.33.1/tcp/1"), HOUR - 1).addresses).toEqual([]);
    expect(hearsay.take(provider(0, "/ip4/11.99.33.1/tcp/1"), HOUR).addresses).toHaveLength(1);
  });

  test("a machine that everybody names gets few dials, whatever the port", () => {
    const hearsay = new RendezvousHearsay("public");
    const towards = () =>
      ids.flatMap(
        (_, index) => hearsay.take(provider(index, `/ip4/11.22.33.7/tcp/${1_000 + index}`), 0).addresses,
      );
    expect(towards()).toHaveLength(RENDEZVOUS_PER_HOST_PER_HOUR);
  });

  test("all of it together is bounded for an hour", () => {
    const hearsay = new RendezvousHearsay("public");
    const all = (now: number) =>
      ids.flatMap(
        (_, index) =>
          hearsay.take(provider(index, `/ip4/11.22.${index % 256}.${index % 200}/tcp/1`), now).addresses,
      );
    expect(all(0)).toHaveLength(RENDEZVOUS_ADDRESSES_PER_HOUR);
    expect(all(HOUR - 1)).toEqual([]);
    expect(all(HOUR)).toHaveLength(RENDEZVOUS_ADDRESSES_PER_HOUR);
  });

  test("whom to look at is drawn by lot", () => {
    const found = Array.from({ length: 1_000 }, (_, index) => index);
    let lot = 0;
    const drawn = drawProviders(found, () => 1 - ++lot / 2_000);
    expect(drawn).toEqual(found.slice(-MAX_RENDEZVOUS_PROVIDERS).reverse());
    expect(drawProviders([1, 2], () => 0)).toEqual([1, 2]);
  });
});
