import { z } from "zod";
import { limits } from "./limits.ts";

/** An agent's name within one peer: one word, as addresses, commands and logs show it. */
export const AGENT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/**
 * Where a message comes from or goes to: `name` for an agent of the same space, `name@PeerId` for one of another peer, `*` and
 * `*@PeerId` for all of them.
 */
export const AGENT_ADDRESS = /^(?:\*|[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127})(?:@[1-9A-HJ-NP-Za-km-z]{46,62})?$/;

/** Entries of one list of a privilege: what is longer is not meant to restrict. */
export const MOST_ENTRIES = 256;
/** Levels of agents below one another: deeper hierarchies pass words on, and do no work. */
export const MOST_LEVELS = 8;
/** Living agents below one. */
export const MOST_DESCENDANTS = 1_024;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const anyOf = <T extends z.ZodType>(entry: T) =>
  z.union([z.literal("any"), z.array(entry).max(MOST_ENTRIES)]);

/**
 * What one agent may do. Every number counts for itself and for all below it together. Nothing of it goes beyond the user's
 * policy: a privilege is a further fence, never a gate in that one.
 */
export const privilegesSchema = z.strictObject({
  /** Actions that it may run, by id; `any`: all that the policy lets run. */
  actions: anyOf(z.string().min(1).max(128)),
  /** What actions that it runs may ask for: hosts (`host`, `host:port`) and names of secrets. */
  permissions: z.strictObject({
    net: anyOf(z.string().min(1).max(limits.permissionCharacters)),
    secrets: anyOf(z.string().min(1).max(limits.nameCharacters)),
  }),
  /** It may bring the user's yes for runs in doubt. */
  approve: z.boolean(),
  /** It may make actions for this peer alone, and publish them to all. */
  make: z.boolean(),
  publish: z.boolean(),
  /** To whom its messages may go: addresses; `*@PeerId` is everybody of that peer, `*` everybody of its own space. */
  talkTo: anyOf(z.string().regex(AGENT_ADDRESS)),
  /** It may be reached from other peers. */
  expose: z.boolean(),
  /** What it may use up; without a number there is no bound but those above it. */
  budget: z.strictObject({
    /** Runs of actions. */
    calls: count.optional(),
    /** Tokens of models, input and output together. */
    tokens: count.optional(),
    /** Of runs, together. */
    milliseconds: count.optional(),
    /** That it sends. */
    messages: count.optional(),
  }),
  /** Levels of agents that may be below it; 0: it creates none. */
  levels: z.number().int().min(0).max(MOST_LEVELS),
  /** Agents that may live below it at once. */
  agents: z.number().int().min(0).max(MOST_DESCENDANTS),
  /** When they end, in milliseconds since 1970. */
  until: count.optional(),
});
export type Privileges = z.infer<typeof privilegesSchema>;

/** What a creator gives: what is left out is what it has itself. */
export const privilegesWishSchema = privilegesSchema.partial();
export type PrivilegesWish = z.infer<typeof privilegesWishSchema>;

export type Budget = Privileges["budget"];
/** What was used up so far; the same names as a budget's. */
export type Spent = { readonly [K in keyof Budget]-?: number };

/** Those of whoever holds the peer's own token: the user. */
export const ALL_PRIVILEGES: Privileges = {
  actions: "any",
  permissions: { net: "any", secrets: "any" },
  approve: true,
  make: true,
  publish: true,
  talkTo: "any",
  expose: true,
  budget: {},
  levels: MOST_LEVELS,
  agents: MOST_DESCENDANTS,
};

/** One link of a capability's chain: who it was made for, and what that one may do. The first is the board's, at level 0. */
export const capabilityBlockSchema = z.strictObject({
  agent: z.string().regex(AGENT_NAME),
  role: z.string().min(1).max(64).optional(),
  privileges: privilegesSchema,
});
export type CapabilityBlock = z.infer<typeof capabilityBlockSchema>;
