import type {
  ActionId,
  Json,
  Kind,
  Manifest,
  Outcome,
  PeerId,
  Permissions,
  Permitted,
  Standing,
} from "@action-collective/protocol";

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

/** For whose capability something was done. */
export interface RunAgent {
  readonly id: string;
  readonly name: string;
}

/** One line of the audit log. */
export interface RunEntry {
  readonly id: string;
  readonly action: ActionId;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly durationMs: number;
  /** "ok", or the code of the failure. */
  readonly status: string;
  readonly agent?: RunAgent;
  readonly permitted?: Permitted;
  /** Hosts and names of secrets that it was given; nothing where it is left out. */
  readonly granted?: Permissions;
}

/** The same, as it was kept. */
export interface KeptRun extends Omit<RunEntry, "granted"> {
  /** Where it stands in the log: later ones are greater. */
  readonly place: number;
  readonly name: string;
  readonly granted: Permissions;
  /** Of what ended before the action was called: how often the same happened. */
  readonly attempts?: number;
}

/** Which lines of the audit log are wanted, newest first. */
export interface RunsWanted {
  readonly limit: number;
  /** Only those before this place. */
  readonly before?: number;
  readonly action?: ActionId;
  /** Only those that did not end well. */
  readonly failed?: boolean;
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
