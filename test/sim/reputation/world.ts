import type { ActionId, PeerId, TrustLevel } from "@action-collective/protocol";
import type { Counters } from "../../../node/src/catalogue/types.ts";
import type { AuditFact, RecordFact, VerdictFact } from "../../../node/src/reputation/facts.ts";

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

export interface SimAction {
  readonly id: ActionId;
  readonly author: PeerId;
  /** What a run of it does: serves, or harms. Its test tells, except where it fools the tester. */
  readonly good: boolean;
  readonly at: number;
  /** Says whether candidates of a query are drawn from the honest half or from the attackers' half. */
  readonly byAttacker: boolean;
}

/** One peer's own test of one action. */
export interface OwnTest {
  readonly action: ActionId;
  readonly at: number;
  readonly outcome: "pass" | "fail";
}

export interface OwnUse extends Counters {
  readonly action: ActionId;
  readonly at: number;
}

export interface OwnWord {
  readonly peer: PeerId;
  readonly level: TrustLevel;
  readonly at: number;
}

/** What an honest peer knows that no record says. */
export interface Own {
  readonly tests: readonly OwnTest[];
  readonly uses: readonly OwnUse[];
  readonly words: readonly OwnWord[];
}

export interface World {
  readonly seed: number;
  readonly honest: readonly PeerId[];
  readonly attackers: readonly PeerId[];
  readonly actions: readonly SimAction[];
  /** Everything that was signed, by when it is heard: everybody hears at once. */
  readonly facts: readonly RecordFact[];
  readonly verdicts: ReadonlyMap<ActionId, readonly VerdictFact[]>;
  readonly own: ReadonlyMap<PeerId, Own>;
  /** What the test of this peer says of this action, whether or not it ever runs it. */
  test(peer: PeerId, action: SimAction): "pass" | "fail";
  /** Honest peers whose tests pass whatever an attacker publishes, where it is always the same ones. */
  readonly fooled: ReadonlySet<PeerId>;
  readonly end: number;
}

/**
 * What raters had said of an action when the observer's own test answered it, as the catalogue writes it: no publishers,
 * not the observer itself, in the order in which they were heard.
 */
export function auditsOf(world: World, observer: PeerId, action: SimAction, at: number): AuditFact[] {
  const before = { pass: 0, fail: 0 };
  const audits: AuditFact[] = [];
  for (const { author, outcome, received } of world.verdicts.get(action.id) ?? []) {
    if (received >= at || author === observer || author === action.author || outcome === "unknown") continue;
    audits.push({ rater: author, action: action.id, said: outcome, repeated: before[outcome] });
    before[outcome] += 1;
  }
  return audits;
}
