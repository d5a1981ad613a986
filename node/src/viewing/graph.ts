import type { Graph, PeerId } from "@action-collective/protocol";
import type { Slices } from "../finding/slices.ts";
import type { Overview, OverviewPeer, OverviewWish } from "../reputation/overview.ts";

/** As many as a picture of them can be read by. */
const PEERS = 200;
const EDGES = 2_000;

export interface GraphParts {
  readonly self: PeerId;
  readonly connected: readonly PeerId[];
  readonly overview: (wish: OverviewWish) => Generator<void, Overview>;
  readonly isBlocked: (peer: string) => boolean;
  readonly slices: Slices;
}

/**
 * Who says what of whom: this peer, whom its user speaks of, who is connected, who is believed most, who says most; and what
 * each says of the others and of their actions. Rejects with the reason of the slices' signal.
 */
export async function graphOf(parts: GraphParts): Promise<Graph> {
  const { self, connected, overview, isBlocked, slices } = parts;
  const now = new Set<string>(connected);
  const steps = overview({ mostPeers: PEERS, mostEdges: EDGES, connected: now });
  let step = steps.next();
  while (step.done !== true) {
    await slices.pause();
    step = steps.next();
  }
  const { peers, edges, unshown } = step.value;
  const heardOf = new Set<string>(peers.map(({ peer }) => peer));
  // Who is connected and has never said anything is known by its connection alone.
  const silent = connected.filter((peer) => !heardOf.has(peer)).map(silentPeer);
  const shown = [...peers, ...silent].slice(0, PEERS);
  return {
    nodes: shown.map(({ level, ...peer }) => ({
      ...peer,
      self: peer.peer === self,
      connected: now.has(peer.peer),
      ...(level === 0 ? {} : { level }),
      blocked: isBlocked(peer.peer),
    })),
    edges: edges.map((edge) => ({ passes: 0, failures: 0, ...edge })),
    unshown: {
      nodes: unshown.peers + silent.length + peers.length - shown.length,
      edges: unshown.edges,
    },
  };
}

function silentPeer(peer: PeerId): OverviewPeer {
  return { peer, level: 0, trust: 0, reliability: 0.5, verdicts: 0, publishes: 0, discredited: false };
}
