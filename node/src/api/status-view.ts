import type { PeerId, PeerSummary, Status } from "@action-collective/protocol";
import { nodeOf } from "../network-lists/address.ts";
import type { Peer } from "../peer.ts";

export interface StatusContext {
  readonly peer: Peer;
  readonly version: string;
  /** Where the API itself listens. */
  readonly endpoints: () => readonly string[];
}

/** One connected peer, with what is thought of it. */
export function peerSummary(peer: Peer, one: ReturnType<Peer["network"]["peers"]>[number]): PeerSummary {
  const { value, agreements, disagreements } = peer.reputation.ofRater(one.id as PeerId);
  const { givenBytes, takenBytes, share } = peer.giveAndTake.of(one.id);
  const { id, address, direction, since, gossip } = one;
  return {
    ...{ id, address, direction, connectedAt: since, gossip },
    ...{ score: value, agreements, disagreements },
    ...{ givenBytes, takenBytes, share },
  };
}

/** What the peer holds and does. */
export function statusOf({ peer, version, endpoints }: StatusContext): Status {
  const { catalogue, network, search, sandbox, settings } = peer;
  const { passed, failed, pending, unknown } = catalogue.actions.counts();
  const { engine, embedder, vectors, backlog, rebuilding } = search.stats();
  const { runner, deno, layers } = sandbox.description;
  const usage = peer.embedder.usage?.();
  return {
    version,
    peerId: peer.id,
    network: settings.network,
    home: settings.home,
    startedAt: peer.startedAt,
    addresses: network.addresses(),
    api: [...endpoints()],
    peers: network.peers().length,
    reachability: network.stats().reachability,
    joining: joiningOf(peer.joining),
    ...publicDhtOf(network.stats()),
    warnings: network.stats().warnings,
    verificationWaitsFor: pending === 0 ? null : (peer.verificationWaitsFor() ?? null),
    actions: { known: passed + failed + pending + unknown, passed, failed, pending, unknown },
    records: catalogue.records.count(),
    seeding: { ...peer.seeding.view() },
    giveAndTake: peer.giveAndTake.view(),
    policy: policyOf(peer.policy),
    search: { engine, embedder, vectors, backlog, rebuilding, ...(usage === undefined ? {} : { usage }) },
    sandbox: { runner, deno, layers: [...layers] },
    traffic: trafficOf(network.stats(), peer.remote.stats()),
  };
}

function publicDhtOf({ publicDht }: ReturnType<Peer["network"]["stats"]>): Pick<Status, "publicDht"> {
  return publicDht === undefined ? {} : { publicDht };
}

function joiningOf({ how, bootstrap, note }: Peer["joining"]): Status["joining"] {
  return { how, nodes: new Set(bootstrap.map(nodeOf)).size, note };
}

function trafficOf(
  { gossip, sync, ask, blocks }: ReturnType<Peer["network"]["stats"]>,
  remote: ReturnType<Peer["remote"]["stats"]>,
): Status["traffic"] {
  const { published, accepted, ignored, rejected } = gossip;
  const { sessions, received, new: fresh } = sync;
  return {
    gossip: { published, accepted, ignored, rejected },
    sync: { sessions, received, new: fresh },
    asking: { questions: remote.questions, new: remote.fresh, served: ask.served, putOff: ask.putOff },
    blocks: { fetched: blocks.fetched, failed: blocks.fetchFailures },
  };
}

/** The policy in three numbers; block lists are counted apart from the other rules. */
function policyOf(policy: Peer["policy"]): Status["policy"] {
  const { lists, hidden } = policy.view();
  return {
    rules: policy.rules().filter((rule) => rule !== "lists").length,
    // An expired list still blocks what it names.
    lists: lists.filter(({ state }) => state === "in-force" || state === "expired").length,
    hidden: hidden.reduce((sum, { actions }) => sum + actions, 0),
  };
}
