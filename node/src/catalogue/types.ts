import type { ActionId, Json, Kind, Manifest, Outcome, PeerId, Standing } from "@action-collective/protocol";

/**
 * Where an action came from: a publication, the starter library that ships with this program, or somebody here who
 * proved it and has not published it. What is `local` is given to nobody.
 */
export type Origin = "network" | "library" | "local";

/** How much a verification is wanted: nobody asked yet, others use the action, or somebody here asked for it. */
export type Wanted = "rest" | "popular" | "asked";

/** An action as this peer knows it. */
export interface KnownAction {
  readonly id: ActionId;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly origin: Origin;
  readonly firstSeen: number;
  readonly standing: Standing;
  readonly reason: string;
  /** Which version of the runner the standing comes from; undefined while pending. */
  readonly runner: string | undefined;
  readonly attempts: number;
}

/** An action that answers to a name. */
export interface Namesake {
  readonly id: ActionId;
  readonly failed: boolean;
  /** Ships with this program. */
  readonly starter: boolean;
}

/** What this peer's own test found out. */
export interface Proved {
  readonly id: ActionId;
  readonly standing: Standing;
  /** Share of mutants that its unit test noticed, 0 to 1; null until it was measured. */
  readonly strength: number | null;
}

/** What a verification changes in an action's row. */
export interface StandingChange {
  readonly standing: Standing;
  readonly reason: string;
  readonly report?: Json;
  readonly runner?: string;
  readonly attempts: number;
  /** Milliseconds since the epoch before which a pending action is not tried again. */
  readonly due: number;
}

/** Cumulative counts of this peer's own runs of one action. */
export interface Counters {
  readonly runs: number;
  readonly succeeded: number;
  readonly useful: number;
  readonly useless: number;
}

export interface RunEntry {
  readonly id: string;
  readonly action: ActionId;
  readonly started: number;
  readonly durationMs: number;
  readonly status: string;
}

/** Kinds in which many speak of one action. */
export type VoiceKind = Extract<Kind, "publication" | "verdict" | "feedback">;

/** A peer's verdict on an action, without its details. */
export interface Opinion {
  readonly author: PeerId;
  readonly outcome: Outcome;
}

/** A peer's feedback on an action. */
export interface Experience extends Counters {
  readonly author: PeerId;
}

/** How often a rater's verdicts were the same as those computed here. */
export interface Agreement {
  readonly agreements: number;
  readonly disagreements: number;
}
