import type { NetworkNames } from "@action-collective/protocol";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { type GossipSub, gossipsub } from "@libp2p/gossipsub";
import { identify, identifyPush } from "@libp2p/identify";
import type { Libp2p, PeerId } from "@libp2p/interface";
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from "@libp2p/kad-dht";
import { noise } from "@libp2p/noise";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import type { LevelDatastore } from "datastore-level";
import { createLibp2p, type Libp2pOptions } from "libp2p";
import { gossipParameters } from "./gossip/gossip-parameters.ts";
import { ADDRESS_DIAL_TIMEOUT_MS, DIAL_TIMEOUT_MS, MAX_STORED_PEERS, STREAMS_OPENED } from "./limits.ts";
import { boundedDnsaddr } from "./neighbours/dnsaddr.ts";
import { guardedMuxer } from "./neighbours/guarded-muxer.ts";
import { guardedTransport } from "./neighbours/guarded-transport.ts";
import { connectionLimits, gaterOf, type HostGuards, STREAM_LIMITS } from "./neighbours/host-guards.ts";
import { mdnsDiscovery, wantsMdns } from "./neighbours/mdns-discovery.ts";
import type { Log, NetworkOptions, Reach, Role } from "./options.ts";
import { withPeersInMemory } from "./peer-store.ts";
import { announcedAddresses } from "./reach/announced.ts";
import { type ReachabilityServices, reachabilityServices } from "./reach/reachability-services.ts";
import { useRelayedConnections } from "./reach/relay-streams.ts";
import { relayTransport } from "./reach/relay-transport.ts";

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
  announce?: readonly string[] | undefined;
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
  const { names, reach, role, listen, announce = [] } = parts;
  const refuses = (peer: PeerId) => parts.refuses(peer.toString());
  const options: Libp2pOptions<HostServices> = {
    start: false,
    privateKey: await generateKeyPairFromSeed("Ed25519", parts.seed),
    nodeInfo: { name: "action-collective", userAgent: `action-collective/${role}` },
    datastore: withPeersInMemory(parts.datastore, MAX_STORED_PEERS),
    ...(parts.metrics === undefined ? {} : { metrics: parts.metrics }),
    addresses: {
      listen: [...listen],
      appendAnnounce: [...announce],
      announceFilter: (addresses) => announcedAddresses(addresses, { reach, listen, announce }),
    },
    transports: [guardedTransport(tcp(), parts.guards.dials, parts.guards.now), relayTransport()],
    ...(wantsMdns(parts.mdns, reach) ? { peerDiscovery: [mdnsDiscovery(parts.network)] } : {}),
    connectionEncrypters: [noise()],
    streamMuxers: [guardedMuxer(STREAM_LIMITS, STREAMS_OPENED, parts.guards.now)],
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
      // Each ping is a stream of its own, written down in the peer store by both sides: at the default of 10 s they were
      // the greater part of what an idle peer with a dozen neighbours costs.
      pingInterval: 30_000,
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
        ...(reach === "public" && role === "peer" ? {} : { clientMode: listen.length === 0 }),
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
