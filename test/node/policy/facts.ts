import type { ActionId, PeerId, Score } from "@action-collective/protocol";
import type { Blocks, PolicyFacts } from "../../../node/src/policy/acceptable.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";

export const ACTION = bundleOf().id;
const AUTHOR = peerOf(1);
export const NOTHING_BLOCKED: Blocks = { anyPeer: false, peer: () => undefined, action: () => undefined };

export interface FactsLike {
  readonly id?: ActionId;
  readonly manifest?: Partial<PolicyFacts["manifest"]>;
  readonly own?: boolean;
  readonly starter?: boolean;
  readonly publishers?: readonly PeerId[];
  readonly withdrawn?: boolean;
  readonly score?: number;
  readonly passes?: number;
  readonly strength?: number;
}

/** An honest action of peer 1, with what a test changes. */
export function factsLike(like: FactsLike = {}): PolicyFacts {
  const { publishers = [AUTHOR], score = 0.6, passes = 3, strength } = like;
  return {
    id: like.id ?? ACTION,
    manifest: { permissions: {}, tags: ["math"], language: "typescript", licence: "MIT", ...like.manifest },
    own: () => like.own ?? false,
    starter: () => like.starter ?? false,
    publishers: () => publishers,
    publishedBy: (peers) => publishers.some((publisher) => peers.includes(publisher)),
    withdrawn: () => like.withdrawn ?? false,
    score: () => ({ value: score, verdicts: { pass: passes, fail: 0 } }) as Score,
    strength: () => strength,
  };
}
