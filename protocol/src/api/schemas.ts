import { z } from "zod";
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { caseSchema, languageSchema, permissionsSchema } from "../manifest.ts";
import { outcomeSchema } from "../records/bodies.ts";

const json = z.custom<Json>((value) => value !== undefined);

/** Which runner and which walls stood when a test was run. */
export const runnerSchema = z.object({ runner: z.string(), deno: z.string(), layers: z.array(z.string()) });

/** What this peer knows about an action by having run its test, or not yet. */
export const standingSchema = z.enum(["passed", "failed", "pending", "unknown"]);
export type Standing = z.infer<typeof standingSchema>;

export const scoreSchema = z.object({
  /** 0 to 1: a cautious (lower-bound) estimate, by this peer, that the next run will serve. */
  value: z.number(),
  verdicts: z.object({ pass: z.number(), fail: z.number() }),
  feedback: z.object({
    peers: z.number(),
    runs: z.number(),
    succeeded: z.number(),
    useful: z.number(),
    useless: z.number(),
  }),
});
export type Score = z.infer<typeof scoreSchema>;

/** The short form of an action that a search returns. */
export const cardSchema = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  standing: standingSchema,
  score: z.number(),
  permissions: permissionsSchema,
  /** How well it matches, 0 to 1, and what that is made of. */
  match: z.number(),
  parts: z.record(z.string(), z.number()),
});
export type Card = z.infer<typeof cardSchema>;

export const identitySchema = z.object({
  peerId: z.string(),
  network: z.string(),
  addresses: z.array(z.string()),
});
export type Identity = z.infer<typeof identitySchema>;

export const healthSchema = z.object({ ok: z.literal(true), ready: z.boolean(), version: z.string() });

export const peerSchema = z.object({
  id: z.string(),
  address: z.string(),
  direction: z.enum(["inbound", "outbound"]),
  connectedAt: z.number(),
  gossip: z.boolean(),
  score: z.number(),
  agreements: z.number(),
  disagreements: z.number(),
});
export type PeerSummary = z.infer<typeof peerSchema>;
export const peersSchema = z.object({ peers: z.array(peerSchema) });

export const statusSchema = z.object({
  version: z.string(),
  peerId: z.string(),
  network: z.string(),
  home: z.string(),
  startedAt: z.number(),
  addresses: z.array(z.string()),
  api: z.array(z.string()),
  peers: z.number(),
  actions: z.object({
    known: z.number(),
    passed: z.number(),
    failed: z.number(),
    pending: z.number(),
    unknown: z.number(),
  }),
  records: z.number(),
  search: z.object({ engine: z.string(), embedder: z.string(), vectors: z.number(), backlog: z.number() }),
  sandbox: runnerSchema.nullable(),
  /** Counts since the start. */
  traffic: z.object({
    gossip: z.object({
      published: z.number(),
      accepted: z.number(),
      ignored: z.number(),
      rejected: z.number(),
    }),
    sync: z.object({ sessions: z.number(), received: z.number(), new: z.number() }),
    blocks: z.object({ fetched: z.number(), failed: z.number() }),
  }),
});
export type Status = z.infer<typeof statusSchema>;

export const searchRequest = z.strictObject({
  query: z.string().min(1).max(2000),
  limit: z.number().int().min(1).max(50).default(10),
  /** Only actions whose test passed on this machine. */
  verified: z.boolean().optional(),
  tags: z.array(z.string().max(limits.tagCharacters)).max(limits.tags).optional(),
});
export const searchResponse = z.object({ cards: z.array(cardSchema) });

export const verdictViewSchema = z.object({
  author: z.string(),
  own: z.boolean(),
  outcome: outcomeSchema,
  reason: z.string(),
  runner: z.string(),
  created: z.number(),
});

export const actionSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  useWhen: z.array(z.string()),
  language: languageSchema,
  tags: z.array(z.string()),
  licence: z.string(),
  permissions: permissionsSchema,
  input: json,
  output: json,
  cases: z.array(caseSchema),
  hasTest: z.boolean(),
  standing: standingSchema,
  reason: z.string(),
  /** How many mutants of the action its unit test noticed here; absent until that was measured. */
  strength: z.object({ mutants: z.number(), killed: z.number() }).optional(),
  score: scoreSchema,
  publishers: z.array(z.string()),
  verdicts: z.array(verdictViewSchema),
  firstSeen: z.number(),
});
export type ActionView = z.infer<typeof actionSchema>;

export const sourceSchema = z.object({
  id: z.string(),
  language: languageSchema,
  code: z.string(),
  test: z.string().optional(),
});

export const caseReportSchema = z.object({
  index: z.number(),
  status: z.enum(["passed", "failed", "skipped", "unknown"]),
  message: z.string().optional(),
  /** What was given, wanted and got, each as short JSON text. */
  input: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  /** Where expected and actual first differ, and both as short JSON text. */
  difference: z.object({ path: z.string(), expected: z.string(), actual: z.string() }).optional(),
  durationMs: z.number(),
});
export const testReportSchema = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed"]),
  message: z.string().optional(),
});

/** How many small changes to an action's code its unit test notices, and the first that it does not. */
export const strengthSchema = z.object({
  mutants: z.number(),
  killed: z.number(),
  survived: z.array(
    z.object({ operator: z.string(), line: z.number(), original: z.string(), replacement: z.string() }),
  ),
});

/** What reading an action's text, or its test's, brought up; it decides nothing by itself. */
export const sourceFindingSchema = z.object({
  /** Stable, for machines and for the `refuseFindings` setting: `eval`, `embedded-secret`, … */
  code: z.string(),
  severity: z.enum(["info", "warning", "danger"]),
  /** From 1. */
  line: z.number(),
  message: z.string(),
  in: z.literal("test").optional(),
});
export type SourceFindingView = z.infer<typeof sourceFindingSchema>;

/** What running an action's unit test found. */
export const verificationSchema = z.object({
  id: z.string(),
  outcome: outcomeSchema,
  /** Stable, for machines: `passed`, `case-failed`, `vacuous-test`, … */
  code: z.string(),
  /** One line: the code, and what happened. */
  reason: z.string(),
  runner: runnerSchema,
  cases: z.array(caseReportSchema),
  tests: z.array(testReportSchema),
  calls: z.number(),
  assertions: z.number(),
  durationMs: z.number(),
  logs: z.array(z.string()),
  limits: z.array(z.string()),
  /** What the action looked for of what only a permission gives, e.g. `net: fetch`. */
  permissionsObserved: z.array(z.string()),
  /** Of a pass that was looked at thoroughly: this, or the reason why there is none. */
  strength: strengthSchema.optional(),
  strengthUnknown: z.string().optional(),
  findings: z.array(sourceFindingSchema).optional(),
});
export type VerificationView = z.infer<typeof verificationSchema>;

export const publishResponse = z.object({
  id: z.string(),
  name: z.string(),
  /** False when this very action was published from here before. */
  fresh: z.boolean(),
  recipients: z.number(),
  verification: verificationSchema,
});
export type Published = z.infer<typeof publishResponse>;

export const runRequest = z.strictObject({ input: json });
export const receiptSchema = z.object({
  run: z.string(),
  id: z.string(),
  name: z.string(),
  output: json,
  durationMs: z.number(),
  logs: z.array(z.string()),
});
export type Receipt = z.infer<typeof receiptSchema>;

export const feedbackRequest = z.strictObject({ useful: z.boolean() });
export const feedbackResponse = z.object({
  id: z.string(),
  runs: z.number(),
  succeeded: z.number(),
  useful: z.number(),
  useless: z.number(),
});
export type FeedbackView = z.infer<typeof feedbackResponse>;

export const stopResponse = z.object({ stopping: z.literal(true) });
