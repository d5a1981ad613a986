import type { ActionId, Json, Manifest, Standing } from "@action-collective/protocol";

/** Where an action came from: a publication, or the starter library that ships with this program. */
export type Origin = "network" | "library";

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
