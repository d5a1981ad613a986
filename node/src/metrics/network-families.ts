import type { Registry } from "prom-client";
import type { NetworkStats } from "../network/options.ts";
import { addReadCounters, addReadGauges, type Readings } from "./families.ts";
import { onceATurn } from "./once-in.ts";

/** Counts since the start, each read when somebody looks. No name or label holds an id, an address or a peer. */
const COUNTERS: Readings<NetworkStats> = {
  connections_refused_total: {
    help: "Inbound connections that were not taken: too many, or too fast",
    of: ({ refused }) => refused.inbound,
  },
  gossip_published_total: { help: "Records that this node gossiped", of: ({ gossip }) => gossip.published },
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
const GAUGES: Readings<NetworkStats> = {
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

/** What every node of a network has: neighbours, gossip, catching up, and the records it holds. */
export function addNetworkFamilies(
  registry: Registry,
  { stats, records }: { readonly stats: () => NetworkStats; readonly records: () => number },
): void {
  const read = onceATurn(stats);
  addReadCounters(registry, COUNTERS, read);
  addReadGauges(registry, GAUGES, read);
  addReadGauges(registry, { records: { help: "Records held", of: (held: number) => held } }, records);
}
