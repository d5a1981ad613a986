import type { ActionId, Outcome, PeerId, Standing, TrustLevel } from "@action-collective/protocol";
import type { Counters } from "../catalogue/types.ts";

/** What a record says, as far as reputation reads it. Times in milliseconds since the epoch. */
interface Said {
  readonly author: PeerId;
  readonly revision: number;
  /** By the author's clock. */
  readonly created: number;
  /** When it arrived here. */
  readonly received: number;
}

export interface PublicationFact extends Said {
  readonly kind: "publication";
  readonly subject: ActionId;
}
export interface VerdictFact extends Said {
  readonly kind: "verdict";
  readonly subject: ActionId;
  readonly outcome: Outcome;
}
export interface FeedbackFact extends Said, Counters {
  readonly kind: "feedback";
  readonly subject: ActionId;
}
export interface TrustFact extends Said {
  readonly kind: "trust";
  readonly subject: PeerId;
  readonly level: TrustLevel;
}
export interface WithdrawalFact extends Said {
  readonly kind: "withdrawal";
  readonly subject: ActionId;
  readonly upTo: number;
}
export interface SuccessionFact extends Said {
  readonly kind: "succession";
  /** The successor, or the author itself where `compromisedSince` is set. */
  readonly subject: PeerId;
  readonly compromisedSince?: number;
}
export interface EquivocationFact extends Said {
  readonly kind: "equivocation";
  readonly subject: PeerId;
}

/** The winner of one register (author, kind, subject): it replaces what the register held before. */
export type RecordFact =
  | PublicationFact
  | VerdictFact
  | FeedbackFact
  | TrustFact
  | WithdrawalFact
  | SuccessionFact
  | EquivocationFact;

/**
 * What a rater had said of an action when this peer's own test first answered it. It stays: whoever changes its word
 * afterwards, or speaks only then, neither gains nor escapes by it.
 */
export interface AuditFact {
  readonly rater: PeerId;
  readonly action: ActionId;
  readonly said: "pass" | "fail";
  /** Others that had said the same before this rater, by when they were heard here: to repeat is worth nothing. */
  readonly repeated: number;
}

/** What this peer found out about an action by its own test. */
export interface StandingFact {
  readonly action: ActionId;
  readonly standing: Standing;
  /** Share of mutants that its unit test noticed here, 0 to 1. */
  readonly strength?: number;
}
