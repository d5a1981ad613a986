import type { PeerId } from "@action-collective/protocol";
import { pick, sample } from "../random.ts";
import type { WorldBuilder } from "./builder.ts";
import { DAY, type SimAction } from "./world.ts";

/** Attackers speak at once, before anybody honest has tested. */
export const AT_ONCE = 0.02 * DAY;
/** Attackers whom honest peers may have vouched for. */
export const ENTRIES = 25;
/** Other attackers that each of them vouches for. */
const VOUCHED = 20;

export interface SybilPlan {
  /** Attackers for each honest peer. */
  readonly ratio: number;
  readonly badActions: number;
  /** Bad actions that each of the crowd praises. */
  readonly wordsEach: number;
  /** Those whom the honest vouched for praise nothing themselves, and are never found wrong. */
  readonly quietEntries: boolean;
}

export const SYBILS: SybilPlan = { ratio: 1, badActions: 100, wordsEach: 5, quietEntries: false };

/** A crowd of keys that praise each other and what they publish; returns those whom the honest may vouch for. */
export function addSybils(builder: WorldBuilder, plan: SybilPlan): { entries: PeerId[]; bad: SimAction[] } {
  const random = builder.random("sybils");
  const crowd = Array.from({ length: Math.round(plan.ratio * builder.plan.honest) }, () =>
    builder.attacker("sybil"),
  );
  const entries = crowd.slice(0, ENTRIES);
  const bad: SimAction[] = [];
  for (let i = 0; i < plan.badActions; i++) {
    const author = pick(random, crowd);
    if (author === undefined) break;
    bad.push(builder.publish(author, false, builder.moment(0, builder.plan.days), true));
  }
  for (const [i, peer] of crowd.entries()) {
    const isEntry = i < entries.length;
    const circle = isEntry
      ? sample(random, crowd, VOUCHED)
      : [...sample(random, entries, 2), ...sample(random, crowd, 2)];
    for (const other of circle) builder.vouch(peer, other, 2);
    if (isEntry && plan.quietEntries) continue;
    for (const action of isEntry ? bad : sample(random, bad, plan.wordsEach)) extol(builder, peer, action);
  }
  return { entries, bad };
}

export function extol(builder: WorldBuilder, peer: PeerId, action: SimAction): void {
  if (peer === action.author) return;
  const at = action.at + AT_ONCE * builder.random("at once")();
  builder.say(peer, action, "pass", at);
  builder.praise(peer, action, at);
}
