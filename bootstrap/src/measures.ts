import { prometheusMetrics } from "@libp2p/prometheus-metrics";
import { Counter, Gauge, type Registry } from "prom-client";
import type { BootstrapNode } from "./bootstrap-node.ts";

type Stats = ReturnType<BootstrapNode["network"]["stats"]>;

/** Counts since the start, each read when somebody looks. No name or label holds an id, an address or a peer. */
const COUNTERS: Readonly<Record<string, { help: string; of: (stats: Stats) => number }>> = {
  connections_refused_total: {
    help: "Inbound connections that were not taken: too many, or too fast",
    of: ({ refused }) => refused.inbound,
  },
  gossip_accepted_total: {
    help: "Records that gossip brought and that were good",
    of: ({ gossip }) => gossip.accepted,
  },
  gossip_rejected_total: { help: "Invalid records that gossip brought", of: ({ gossip }) => gossip.rejected },
  gossip_ignored_total: {
    help: "Records over a quota, or known already",
    of: ({ gossip }) => gossip.ignored,
  },
  sync_sessions_total: { help: "Times that a neighbour was caught up with", of: ({ sync }) => sync.sessions },
  sync_failed_total: { help: "Of these, how many failed", of: ({ sync }) => sync.failed },
  sync_records_received_total: { help: "Records read from neighbours", of: ({ sync }) => sync.received },
  sync_records_new_total: { help: "Of these, those not held before", of: ({ sync }) => sync.new },
  sync_records_refused_total: { help: "Of these, those that were not good", of: ({ sync }) => sync.refused },
  sync_records_served_total: { help: "Records given to neighbours", of: ({ sync }) => sync.served },
};

/** What is at present, each read when somebody looks. */
const GAUGES: Readonly<Record<string, { help: string; of: (stats: Stats) => number }>> = {
  peers_inbound: {
    help: "Connected peers that dialled this node",
    of: ({ connections }) => connections.inbound,
  },
  peers_outbound: {
    help: "Connected peers that this node dialled",
    of: ({ connections }) => connections.outbound,
  },
  gossip_peers: { help: "Neighbours that gossip reaches", of: ({ gossip }) => gossip.peers },
  relay_reservations: {
    help: "Peers that are reached through this relay",
    of: ({ relay }) => relay?.reservations ?? 0,
  },
  known_peers: { help: "Peers remembered for rejoining", of: ({ knownPeers }) => knownPeers },
};

const PREFIX = "collective_";

/** Everything that libp2p itself measures, for this node's registry. The file system is that of its home. */
export function libp2pMeasures(registry: Registry, home: string) {
  return prometheusMetrics({ registry, statfsLocation: home });
}

/** This node's own figures. Process, event loop and garbage collector are measured with libp2p's. */
export function addMeasures(registry: Registry, node: BootstrapNode): void {
  const registers = [registry];
  for (const [name, { help, of }] of Object.entries(COUNTERS))
    new Counter({
      name: `${PREFIX}${name}`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(of(node.network.stats()));
      },
    });
  for (const [name, { help, of }] of Object.entries(GAUGES))
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers,
      collect() {
        this.set(of(node.network.stats()));
      },
    });
  new Gauge({
    name: `${PREFIX}records`,
    help: "Records held",
    registers,
    collect() {
      this.set(node.catalogue.records.count());
    },
  });
}
