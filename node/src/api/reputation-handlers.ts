import type { ActionId, PeerId, PeerView } from "@action-collective/protocol";
import type { Peer } from "../peer.ts";
import type { ApiHandlers } from "./handlers.ts";
import { type KnownPeers, resolvePeer, ThatIsThisPeerError } from "./resolve-peer.ts";

type ReputationRoutes = Pick<ApiHandlers, "score" | "withdraw" | "peer" | "trust" | "setTrust">;

/** Of those whose verdicts agreed with the ones computed here. */
const SUGGESTIONS = 10;

/** Scores, withdrawals and trust. @param resolve what a reference to an action means */
export function reputationHandlers(peer: Peer, resolve: (ref: string) => ActionId): ReputationRoutes {
  const peerOf = (ref: string) => resolvePeer(knownPeers(peer), ref);
  return {
    score: async ({ ref }) => {
      const id = resolve(ref);
      const { decision, why } = await peer.runner.gate(id);
      return { ...peer.reputation.explain(id), name: nameOf(peer, id), gate: { decision, why } };
    },
    withdraw: async ({ ref, body }) => {
      const id = resolve(ref);
      const { recipients } = await peer.withdrawer.withdraw(id, body.reason);
      return { id, name: nameOf(peer, id), recipients };
    },
    peer: async ({ ref }) => {
      const id = peerOf(ref);
      if (id === peer.id) throw new ThatIsThisPeerError();
      return peerView(peer, id);
    },
    trust: async () => ({
      statements: peer.trustBook.list(),
      suggestedByNetwork: [...peer.joining.suggests],
      suggestions: peer.reputation.suggestions(SUGGESTIONS),
    }),
    setTrust: async ({ body }) => await peer.trustBook.say({ ...body, peer: peerOf(body.peer) }),
  };
}

function nameOf(peer: Peer, id: ActionId): string {
  return peer.catalogue.actions.get(id)?.manifest.name ?? "";
}

function knownPeers({ id, catalogue, network, trustBook, joining }: Peer): KnownPeers {
  return {
    authorsByPrefix: (prefix, most) => catalogue.records.authorsByPrefix(prefix, most),
    others: () => [
      id,
      ...network.peers().map((one) => one.id),
      ...trustBook.list().map(({ peer }) => peer),
      ...joining.suggests,
    ],
  };
}

function peerView({ reputation, trustBook, joining, network, giveAndTake }: Peer, id: PeerId): PeerView {
  const { value, agreements, disagreements } = reputation.ofRater(id);
  const { share, paths } = reputation.trustOf(id);
  return {
    peer: id,
    connected: network.peers().some((one) => one.id === id),
    ...{ reliability: value, agreements, disagreements },
    trust: share,
    paths: paths.map((path) => [...path]),
    statement: trustBook.of(id) ?? null,
    suggestedByNetwork: joining.suggests.includes(id),
    author: reputation.ofAuthor(id),
    discredited: reputation.discredited(id) ?? null,
    successor: reputation.successor(id) ?? null,
    dealings: giveAndTake.of(id),
  };
}
