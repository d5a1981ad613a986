import type { NetworkNames } from "@action-collective/protocol";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { type GossipSub, gossipsub } from "@libp2p/gossipsub";
import { identify, identifyPush } from "@libp2p/identify";
import type { Libp2p, PeerId } from "@libp2p/interface";
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from "@libp2p/kad-dht";
import { noise } from "@libp2p/noise";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import type { LevelDatastore } from "datastore-level";
import { createLibp2p, type Libp2pOptions } from "libp2p";
import { gossipParameters } from "./gossip/gossip-parameters.ts";
import { ADDRESS_DIAL_TIMEOUT_MS, DIAL_TIMEOUT_MS } from "./limits.ts";
import { boundedDnsaddr } from "./neighbours/dnsaddr.ts";
import { guardedTransport } from "./neighbours/guarded-transport.ts";
import { connectionLimits, gaterOf, type HostGuards, STREAM_LIMITS } from "./neighbours/host-guards.ts";
import { mdnsDiscovery, wantsMdns } from "./neighbours/mdns-discovery.ts";
import type { Log, NetworkOptions, Reach, Role } from "./options.ts";
import {
  type ReachabilityServices,
  reachabilityServices,
  relayTransport,
} from "./reach/reachability-services.ts";
import { useRelayedConnections } from "./reach/relay-streams.ts";

export type HostServices = {
  identify: unknown;
  identifyPush: unknown;
  ping: Ping;
  dht: KadDHT;
  gossip: GossipSub;
} & ReachabilityServices;

export type Host = Libp2p<HostServices>;

interface HostParts {
  seed: Uint8Array;
  names: NetworkNames;
  network: string;
  listen: readonly string[];
  role: Role;
  reach: Reach;
  mdns?: boolean | undefined;
  datastore: LevelDatastore;
  log: Log;
  /** For everything that libp2p measures; without it nothing is measured. */
  metrics?: NetworkOptions["metrics"] | undefined;
  serveRelay?: boolean | undefined;
  guards: HostGuards;
  /** Peers we neither dial nor accept. */
  refuses(peer: string): boolean;
}

/** The libp2p node, created but not started. */
export async function createHost(parts: HostParts): Promise<Host> {
  const { names, reach, role } = parts;
  const refuses = (peer: PeerId) => parts.refuses(peer.toString());
  const options: Libp2pOptions<HostServices> = {
    start: false,
    privateKey: await generateKeyPairFromSeed("Ed25519", parts.seed),
    nodeInfo: { name: "action-collective", userAgent: `action-collective/${role}` },
    datastore: parts.datastore,
    ...(parts.metrics === undefined ? {} : { metrics: parts.metrics }),
    addresses: { listen: [...parts.listen] },
    transports: [guardedTransport(tcp(), parts.guards.dials, parts.guards.now), relayTransport()],
    ...(wantsMdns(parts.mdns, reach) ? { peerDiscovery: [mdnsDiscovery(parts.network)] } : {}),
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(STREAM_LIMITS)],
    connectionGater: gaterOf(parts.guards, refuses),
    connectionManager: {
      ...connectionLimits(parts.guards),
      dialTimeout: DIAL_TIMEOUT_MS,
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      resolvers: { dnsaddr: boundedDnsaddr(parts.log) },
      // Rejoining is the supervisor's; libp2p's own keep-alive gives up after five tries.
      reconnectRetries: 0,
      // The limit of five connections a second per host breaks simultaneous dials on one machine.
      ...(reach === "loopback" ? { allow: ["/ip4/127.0.0.0/ipcidr/8"] } : {}),
    },
    connectionMonitor: {
      // The default of 10 s drops healthy connections when a busy loop is late to answer.
      pingTimeout: { minTimeout: 20_000, maxTimeout: 30_000 },
    },
    services: {
      identify: identify(),
      identifyPush: identifyPush(),
      ping: ping(),
      dht: kadDHT({
        protocol: names.kad,
        peerInfoMapper: reach === "public" ? removePrivateAddressesMapper : passthroughMapper,
        // Left undefined on the internet, so that a peer nobody can dial stays a client.
        ...(reach === "public" && role === "peer" ? {} : { clientMode: parts.listen.length === 0 }),
        ...(reach === "public" ? {} : { initialQuerySelfInterval: 100 }),
      }),
      gossip: gossipsub(gossipParameters(names.topic, reach)),
      ...reachabilityServices(parts.serveRelay ?? role === "bootstrap", reach),
    },
  };
  const host = await createLibp2p(options);
  useRelayedConnections(host);
  return host;
}

/** How many peers the DHT knows; announcing or looking up with none comes to nothing. */
export function dhtSize({ services: { dht } }: { services: { dht: KadDHT } }): number {
  // Public on the class (and in SingleKadDHT), missing from the KadDHT interface.
  if (!("routingTable" in dht)) return 0;
  const table = dht.routingTable;
  const hasSize = typeof table === "object" && table !== null && "size" in table;
  return hasSize && typeof table.size === "number" ? table.size : 0;
}
