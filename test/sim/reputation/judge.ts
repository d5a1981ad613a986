import type { ActionId, PeerId } from "@action-collective/protocol";
import type { AuditFact, RecordFact } from "../../../node/src/reputation/facts.ts";
import type { OwnTest, OwnUse, OwnWord } from "./world.ts";

/** Whoever turns what an observer knows into scores: our own model, and what it is compared with. */
export interface Judge {
  record(fact: RecordFact): void;
  tested(test: OwnTest, audits: readonly AuditFact[]): void;
  used(use: OwnUse): void;
  said(word: OwnWord): void;
  /** From 0 to 1. */
  score(action: ActionId, now: number): number;
  /** The score from which on an action is run. */
  readonly threshold: number;
}

export type JudgeMaker = (observer: PeerId) => Judge;
