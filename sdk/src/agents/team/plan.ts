import type {
  Budget,
  PrivilegesWish,
  TeamChannel,
  TeamHuman,
  TeamModel,
  TeamTools,
} from "@action-collective/protocol";

/** What every member has, whatever it is. */
interface PlannedBase {
  readonly id: string;
  readonly role?: string | undefined;
  /** Who is directly above it; undefined: the user. */
  readonly superior?: string | undefined;
  /** 1: directly below the user. */
  readonly level: number;
  readonly reports: readonly string[];
  /** The channels that it hears. */
  readonly channels: readonly string[];
  readonly privileges: PrivilegesWish;
  readonly expose: boolean;
}

export interface PlannedThinker extends PlannedBase {
  readonly kind: "thinker";
  readonly instructions: string;
  readonly model: TeamModel;
  readonly tools: TeamTools | "none";
  readonly maker?: string | undefined;
  readonly maxSteps?: number | undefined;
}

export interface PlannedMaker extends PlannedBase {
  readonly kind: "maker";
  readonly instructions: string;
  readonly model: TeamModel;
  readonly publish: boolean;
  readonly maxSteps?: number | undefined;
}

export interface PlannedPerson extends PlannedBase {
  readonly kind: "person";
  readonly human: TeamHuman;
}

export type PlannedMember = PlannedThinker | PlannedMaker | PlannedPerson;

export interface PlannedChannel extends TeamChannel {
  readonly id: string;
  readonly turns: number;
  readonly privileges: PrivilegesWish;
}

/** A team that was read: nothing of it is running. */
export interface Team {
  readonly name: string;
  readonly description?: string | undefined;
  /** What `{{…}}` stands for in instructions, beside what every member knows of itself. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whoever is above others comes before them. */
  readonly members: readonly PlannedMember[];
  readonly channels: readonly PlannedChannel[];
  readonly budget: Budget;
  /** Who gets the first message. */
  readonly start: string;
  readonly timeoutMs: number;
}

/** Bounds of a team that its file need not name. */
export const teamDefaults = {
  /** Messages in one conversation of a channel: models would go on for ever. */
  turns: 24,
  timeoutMs: 3_600_000,
} as const;

/** What instructions may speak of, beside the file's variables and what every agent knows of its place. */
export const TEAM_VALUES = ["team", "superior", "reports", "channels"] as const;
