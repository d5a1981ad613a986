import { z } from "zod";
import { limits } from "../limits.ts";
import { permissionsSchema } from "../manifest.ts";
import { outcomeSchema } from "../records/bodies.ts";
import { policyRequest } from "./policy-schemas.ts";
import {
  cardSchema,
  filtersSchema,
  permittedSchema,
  standingSchema,
  statusSchema,
  verificationSchema,
} from "./schemas.ts";
import { trustLevelSchema } from "./score-schemas.ts";

/** What people look at, beside what agents need: runs, the graph, what a rule would hide, an action's versions. */

/** One page of anything. */
const PAGE = 50;
const cursor = z.string().min(1).max(128);

/** One run that this peer carried out or refused, as its audit log keeps it: no input, no output, no words of a task. */
export const runViewSchema = z.object({
  run: z.string(),
  id: z.string(),
  /** The action's name; empty when it is not known here any more. */
  name: z.string(),
  /** Milliseconds since 1970. */
  started: z.number(),
  durationMs: z.number(),
  /** "ok", or the code of the failure. */
  status: z.string(),
  /** For whose capability it was; absent for the user. */
  agent: z.object({ id: z.string(), name: z.string() }).optional(),
  /** By what right it ran; absent for what did not, and for runs from before this was written down. */
  permitted: permittedSchema.optional(),
  /** Hosts and names of secrets that it was given. */
  granted: permissionsSchema.default({}),
  /**
   * Of an attempt that ended before the action was called (refused, or no input that fits): how often the same happened, of
   * which this is the last. Absent for a run.
   */
  attempts: z.number().optional(),
});
export type RunView = z.infer<typeof runViewSchema>;

export const runsRequest = z.strictObject({
  limit: z.number().int().min(1).max(200).default(PAGE),
  /** Where the page before this one ended. */
  before: cursor.optional(),
  /** Only of this action: its id. */
  action: z.string().min(1).max(128).optional(),
  /** Only those that did not end well. */
  failed: z.boolean().optional(),
});
export const runsResponse = z.object({
  runs: z.array(runViewSchema),
  /** Absent on the last page. */
  next: cursor.optional(),
});
export type RunsPage = z.infer<typeof runsResponse>;

/** A peer in the graph of who says what of whom, as this peer sees it. */
export const graphNodeSchema = z.object({
  peer: z.string(),
  self: z.boolean(),
  connected: z.boolean(),
  /** What the user says of it; absent when nothing. */
  level: trustLevelSchema.optional(),
  /** Share of what this peer believes of others, 0 to 1. */
  trust: z.number(),
  /** How often its verdicts were right here, 0 to 1. */
  reliability: z.number(),
  /** Verdicts known of it, and actions that it publishes. */
  verdicts: z.number(),
  publishes: z.number(),
  blocked: z.boolean(),
  /** Its word counts for nothing (equivocation, compromised key). */
  discredited: z.boolean(),
});
export const graphEdgeSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** `trust`: what `from` says of `to`. `verdicts`: how `from` judged actions that `to` publishes. */
  kind: z.enum(["trust", "verdicts"]),
  /** Of trust: -2 to 2. Absent for verdicts. */
  level: trustLevelSchema.optional(),
  /** Of verdicts. */
  passes: z.number().default(0),
  failures: z.number().default(0),
});
export const graphSchema = z.object({
  /** This peer first, then those it believes and deals with most; at most 200. */
  nodes: z.array(graphNodeSchema).max(200),
  edges: z.array(graphEdgeSchema).max(2_000),
  /** Peers and edges that are known and not shown. */
  unshown: z.object({ nodes: z.number(), edges: z.number() }),
});
export type Graph = z.infer<typeof graphSchema>;

/** What a change of the rules would do, without doing it. */
export const policyPreviewRequest = policyRequest;
export const policyPreviewSchema = z.object({
  /** Known actions hidden now, and then. */
  hiddenNow: z.number(),
  hiddenThen: z.number(),
  /** What would be hidden that is offered now, by reason, and examples of it. */
  hides: z.array(z.object({ why: z.string(), actions: z.number() })),
  hidden: z.array(z.object({ id: z.string(), name: z.string(), why: z.string() })).max(20),
  /** What would be offered again. */
  shows: z.number(),
  shown: z.array(z.object({ id: z.string(), name: z.string() })).max(20),
  /** Of the actions known, only so many were looked at; absent when all were. */
  lookedAt: z.number().optional(),
});
export type PolicyPreview = z.infer<typeof policyPreviewSchema>;

/** Actions without a question: what is known, in an order of one's choice. */
export const browseRequest = z.strictObject({
  ...filtersSchema.shape,
  sort: z.enum(["newest", "score", "used", "name"]).default("newest"),
  standing: standingSchema.optional(),
  mine: z.boolean().optional(),
  limit: z.number().int().min(1).max(PAGE).default(24),
  after: cursor.optional(),
});
export const browseResponse = z.object({
  /** `match` is 0 where nothing was asked. */
  cards: z.array(cardSchema),
  next: cursor.optional(),
});
export type BrowsePage = z.infer<typeof browseResponse>;

/** The last test of an action on this machine; null when it was never run here. */
export const reportSchema = z.object({
  report: verificationSchema.nullable(),
});
export type LastReport = z.infer<typeof reportSchema>;

/** Another action that could stand in the place of this one. */
export const versionSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Who publishes it; empty for what is local. */
  publishers: z.array(z.string()),
  firstSeen: z.number(),
  standing: standingSchema,
  score: z.number(),
  /**
   * `successor`: of the same name, by the same author (or the key that succeeded theirs), and newer. `predecessor`: the same,
   * older. `duplicate`: much like it, whoever made it.
   */
  relation: z.enum(["successor", "predecessor", "duplicate"]),
  withdrawn: z.boolean(),
  /** Why it is not offered here; absent when it is. */
  refused: z.string().optional(),
});
export type Version = z.infer<typeof versionSchema>;
export const versionsSchema = z.object({
  id: z.string(),
  name: z.string(),
  withdrawn: z.boolean(),
  /** Newest first within each relation; at most 50. */
  versions: z.array(versionSchema).max(PAGE),
});
export type Versions = z.infer<typeof versionsSchema>;

/** Where in an action's text something stands that a reader should see. */
export const markSchema = z.object({
  /** `net`: it asks the network; `secrets`: it reads a secret; `uses`: it calls another action; `finding`: see `code`. */
  kind: z.enum(["net", "secrets", "uses", "finding"]),
  code: z.string().optional(),
  severity: z.enum(["info", "warning", "danger"]).optional(),
  /** Line from 1, column from 0 in UTF-16 code units; `length` 0 marks the whole line. */
  line: z.number(),
  column: z.number(),
  length: z.number(),
  message: z.string(),
  in: z.literal("test").optional(),
});
export type Mark = z.infer<typeof markSchema>;
export const marksSchema = z.object({ id: z.string(), marks: z.array(markSchema).max(200) });

/** Keep an action's bundle on this machine whatever the quota, for a project that pins it; or no longer. */
export const keepRequest = z.strictObject({
  keep: z.boolean(),
  /** For whom: an absolute path of a lock file. An action is kept as long as anybody wants it kept. */
  for: z.string().min(1).max(4_096),
});
export const keepResponse = z.object({
  id: z.string(),
  /** For whom it is kept now. */
  keptFor: z.array(z.string()),
});
export type Kept = z.infer<typeof keepResponse>;

/** What is kept, by the lock files that want it. */
export const keepingsSchema = z.object({
  lockFiles: z.array(
    z.object({
      file: z.string(),
      /** Ids of what it pins, without what those use. */
      actions: z.array(z.string()),
    }),
  ),
});
export type Keepings = z.infer<typeof keepingsSchema>;

/** A link that logs a browser in, once. */
export const dashboardLinkSchema = z.object({
  url: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
});
export type DashboardLink = z.infer<typeof dashboardLinkSchema>;

/** What happens in the peer, as its pages hear of it. What strangers wrote in it is text. */
export const peerEventSchema = z.discriminatedUnion("type", [
  /** At the beginning, and whenever it changed, at most once a second. */
  z.object({ type: z.literal("status"), status: statusSchema }),
  z.object({
    type: z.literal("run-started"),
    run: z.string(),
    id: z.string(),
    name: z.string(),
    started: z.number(),
    agent: z.object({ id: z.string(), name: z.string() }).optional(),
  }),
  z.object({ type: z.literal("run-ended"), run: runViewSchema }),
  z.object({
    type: z.literal("verified"),
    id: z.string(),
    name: z.string(),
    outcome: outcomeSchema,
    reason: z.string(),
    at: z.number(),
  }),
  /** A record that was new here. */
  z.object({
    type: z.literal("arrived"),
    kind: z.string(),
    author: z.string(),
    subject: z.string(),
    /** Of a publication: the action's name. */
    name: z.string().max(limits.nameCharacters).optional(),
    via: z.enum(["gossip", "sync", "own", "answer"]),
    at: z.number(),
  }),
  z.object({ type: z.literal("peers"), connected: z.number(), at: z.number() }),
  /** Rules, lists or trust are others than before. */
  z.object({ type: z.literal("rules"), at: z.number() }),
  /** The reader was too slow, or more happened than is told: so many events were left out. */
  z.object({ type: z.literal("left-out"), events: z.number() }),
]);
export type PeerEvent = z.infer<typeof peerEventSchema>;
