import type { ActionId, PeerId } from "@action-collective/protocol";
import type { Testimony } from "../catalogue/testimony.ts";
import type { Usage } from "../catalogue/usage.ts";
import { affinityOf } from "./affinity.ts";
import type { LostAction } from "./plan.ts";

export interface FactParts {
  readonly self: PeerId;
  readonly testimony: Pick<Testimony, "publishers" | "opinions" | "experiences">;
  readonly usage: Pick<Usage, "counters" | "lastUsed">;
  /** How far a peer is believed, 0 to 1. */
  readonly believed: (peer: PeerId) => number;
}

/** What this peer's own records say of an action; nothing is asked of anybody. */
export function factsOf(id: ActionId, parts: FactParts): Omit<LostAction, "bytes"> {
  const { self, testimony, usage, believed } = parts;
  const publishers = new Set(testimony.publishers(id));
  const opinions = testimony.opinions(id);
  const passed = opinions.filter(({ outcome }) => outcome === "pass").map(({ author }) => author);
  const holders = new Set([...publishers, ...passed]);
  holders.delete(self);
  const voices = new Set([...opinions, ...testimony.experiences(id)].map(({ author }) => author));
  // A publisher's praise of its own action says nothing.
  for (const silent of [self, ...publishers]) voices.delete(silent);
  return {
    id,
    runs: usage.counters(id).runs,
    lastUsed: usage.lastUsed(id),
    voices: voices.size,
    holders: [...holders].reduce((sum, holder) => sum + believed(holder), 0),
    affinity: affinityOf(self, id),
    published: publishers.size > 0,
  };
}
