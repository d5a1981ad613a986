import { z } from "zod";
import { limits } from "../limits.ts";
import { languageSchema } from "../manifest.ts";
import { needSchema } from "./schemas.ts";

/** Entries of one list in the policy; what is longer belongs into a block list. */
const MOST_ENTRIES = 1_000;
const MOST_LISTS = 32;

const share = z.number("must be a number from 0 to 1").min(0).max(1);
const ids = z.array(z.string().min(1).max(128)).max(MOST_ENTRIES);
const tags = z.array(z.string().min(1).max(limits.tagCharacters)).max(MOST_ENTRIES);

/** Where a block list comes from: a file on this machine, or a list that somebody signs and serves. */
export const listSourceSchema = z.strictObject({
  /** An absolute path, or an http(s) address. */
  source: z.string().min(1).max(2_048),
  /** Peer ids of the keys of which one must have signed it; a local file needs none. */
  keys: z.array(z.string().min(1).max(128)).max(16).default([]),
});
export type ListSource = z.infer<typeof listSourceSchema>;

/** The user's rules, as `policy.json` in the peer's home holds them. Whatever is left out does not restrict. */
export const policySchema = z.strictObject({
  /** Kinds of permissions that an action may ask for at all; an empty list: only pure actions. */
  permissions: z.array(needSchema).max(needSchema.options.length).optional(),
  /** Only actions that one of these peers published (one's own and the starter library always count). */
  authors: ids.optional(),
  /** Only actions in these languages, under these licences (SPDX names). */
  languages: z.array(languageSchema).optional(),
  licences: z.array(z.string().min(1).max(limits.licenceCharacters)).max(MOST_ENTRIES).optional(),
  /** Only actions with at least one of these tags; none with any of those. */
  tags: tags.optional(),
  withoutTags: tags.optional(),
  /** At least this score, this strength of the test, and passes at that many others. */
  minScore: share.optional(),
  minStrength: share.optional(),
  minVerdicts: z.number().int().min(0).max(256).optional(),
  /** Peers and actions that are not wanted here at all. */
  blockedPeers: ids.optional(),
  blockedActions: ids.optional(),
  /** Block lists to follow; none by default. */
  lists: z.array(listSourceSchema).max(MOST_LISTS).optional(),
  /** The score from which on an action that asks for permissions, all of them granted, runs without asking. */
  runScore: share.optional(),
  /** What becomes of a run that needs a yes: the caller is asked, or it is refused. */
  onDoubt: z.enum(["ask", "refuse"]).optional(),
  /** Actions that the user said yes to for good. */
  approved: ids.optional(),
});
export type Policy = z.infer<typeof policySchema>;

/** What a block list brought, or why it did not. */
export const listStateSchema = z.object({
  source: z.string(),
  name: z.string(),
  state: z.enum(["in-force", "expired", "unreadable", "never-read"]),
  /** For people. */
  note: z.string(),
  peers: z.number(),
  actions: z.number(),
  /** When it was last read, milliseconds since 1970; 0 for never. */
  readAt: z.number(),
});

export const policyViewSchema = z.object({
  policy: policySchema,
  lists: z.array(listStateSchema),
  /** Known actions that it keeps from being offered, by reason. */
  hidden: z.array(z.object({ why: z.string(), actions: z.number() })),
});
export type PolicyView = z.infer<typeof policyViewSchema>;

const nullable = Object.fromEntries(
  Object.entries(policySchema.shape).map(([name, schema]) => [name, schema.nullable()]),
) as { [Name in keyof typeof policySchema.shape]: z.ZodNullable<(typeof policySchema.shape)[Name]> };
const entries = { blockedPeers: ids.optional(), blockedActions: ids.optional(), approved: ids.optional() };

/**
 * Fields that are given replace those in force; null takes one out. `add` and `remove` change single entries, after that,
 * whatever else changes the same list meanwhile; what is added twice is there once.
 */
export const policyRequest = z.strictObject({
  ...nullable,
  add: z.strictObject({ ...entries, lists: z.array(listSourceSchema).max(MOST_LISTS).optional() }).optional(),
  /** Block lists by their sources. */
  remove: z
    .strictObject({ ...entries, lists: z.array(z.string().max(2_048)).max(MOST_LISTS).optional() })
    .optional(),
});
export type PolicyChange = z.input<typeof policyRequest>;
