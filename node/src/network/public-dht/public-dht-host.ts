import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { identify } from "@libp2p/identify";
import type { Libp2p, PeerId } from "@libp2p/interface";
import {
  type KadDHT,
  type KadDHTComponents,
  kadDHT,
  passthroughMapper,
  removePrivateAddressesMapper,
} from "@libp2p/kad-dht";
import { noise } from "@libp2p/noise";
import { ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { isPrivate } from "@libp2p/utils";
import { yamux } from "@libp2p/yamux";
import type { Multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { NotConnectedError } from "../errors.ts";
import { DIAL_TIMEOUT_MS, MAX_PUBLIC_CONNECTIONS } from "../limits.ts";
import type { DialGuard } from "../neighbours/dial-guard.ts";
import { boundedDnsaddr } from "../neighbours/dnsaddr.ts";
import { guardedTransport } from "../neighbours/guarded-transport.ts";
import type { Log, Reach } from "../options.ts";

/** The protocol of the DHT that IPFS nodes share. */
export const PUBLIC_DHT_PROTOCOL = "/ipfs/kad/1.0.0";

/** Its well-known entry nodes (docs.ipfs.tech, "Public utilities" and "Modify the bootstrap peers list"). */
export const PUBLIC_DHT_BOOTSTRAP: readonly string[] = [
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb",
  "/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt",
  "/dnsaddr/va1.bootstrap.libp2p.io/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8",
];

export type PublicHost = Libp2p<{ identify: unknown; ping: unknown; dht: KadDHT }>;

interface PublicHostParts {
  /** The peer's own: a DHT node takes a provider record only from the provider itself. */
  seed: Uint8Array;
  protocol: string;
  reach: Reach;
  /** Where our peer listens; this node listens nowhere. */
  announce: readonly string[];
  /** Peers that must not be dialled from here. */
  refuses(peer: string): boolean;
  /** What may be dialled; it outlives the node, which comes and goes. */
  dials: DialGuard;
  now(): number;
  log: Log;
}

/**
 * A libp2p node for the public DHT alone, created but not started. It has nothing of the peer's own node but the key, so
 * that the two DHTs never see each other's queries, peers, tags or stored records, its strangers count nowhere as
 * neighbours, and closing it ends all that it began.
 */
export async function createPublicHost(parts: PublicHostParts): Promise<PublicHost> {
  const local = parts.reach === "loopback";
  return await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed("Ed25519", parts.seed),
    nodeInfo: { name: "action-collective", userAgent: "action-collective/visitor" },
    addresses: { listen: [], announce: [...parts.announce] },
    // A walk dials whomever answers name.
    transports: [guardedTransport(tcp(), parts.dials, parts.now)],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: {
      denyDialPeer: (peer: PeerId) => parts.refuses(peer.toString()),
      // What strangers name must not lead into our own network.
      denyDialMultiaddr: (address: Multiaddr) => !local && isPrivate(address),
    },
    connectionManager: {
      maxConnections: MAX_PUBLIC_CONNECTIONS,
      dialTimeout: DIAL_TIMEOUT_MS,
      resolvers: { dnsaddr: boundedDnsaddr(parts.log) },
      reconnectRetries: 0,
    },
    services: {
      identify: identify(),
      ping: ping(),
      dht: (components: KadDHTComponents) =>
        kadDHT({
          protocol: parts.protocol,
          clientMode: true,
          peerInfoMapper: local ? passthroughMapper : removePrivateAddressesMapper,
          initialQuerySelfInterval: 100,
        })(withoutDiallingHearsay(components)),
    },
  });
}

/**
 * kad-dht pings whoever an answer names, providers too, to see whether it belongs into the routing table. So every peer
 * said to be at the rendezvous would be dialled from here, at once and without bound, and our own would meet a second
 * node with our key that speaks none of their protocols. Here only who is connected is pinged: those that a walk asked.
 */
function withoutDiallingHearsay(components: KadDHTComponents): KadDHTComponents {
  const { connectionManager, ping: real } = components;
  // Named one by one: libp2p's object has them on demand only.
  return {
    peerId: components.peerId,
    privateKey: components.privateKey,
    registrar: components.registrar,
    addressManager: components.addressManager,
    peerStore: components.peerStore,
    connectionManager,
    datastore: components.datastore,
    events: components.events,
    logger: components.logger,
    ping: {
      async ping(peer, options) {
        const connected = "toMultihash" in peer && connectionManager.getConnections(peer).length > 0;
        if (!connected) throw new NotConnectedError(String(peer));
        return await real.ping(peer, options);
      },
    },
  };
}
