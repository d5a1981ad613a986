import { z } from "zod";
import { outcomeSchema } from "../records/bodies.ts";
import { scoreSchema, standingSchema } from "./schemas.ts";

/** One peer's verdict, as it entered a score. */
export const weighedRaterSchema = z.object({
  peer: z.string(),
  outcome: outcomeSchema,
  /** What it adds to passes or failures, in units of one fully trusted and reproducible pass. */
  weight: z.number(),
  /** How often it was right here, 0 to 1; one half where nothing of it was audited. */
  reliability: z.number(),
  /** Its share of what this peer believes of others, 0 to 1. */
  trust: z.number(),
  agreements: z.number(),
  disagreements: z.number(),
  /** From the first peer that this peer trusts to the rater itself; empty for one that nobody known here vouches for. */
  path: z.array(z.string()),
  ageDays: z.number(),
  /** Why it counts for less than it might, or for nothing; for people. */
  note: z.string().optional(),
});

/** One peer's feedback, as it entered a score; `own` is what was counted here. */
export const weighedFeedbackSchema = z.object({
  peer: z.string(),
  own: z.boolean(),
  runs: z.number(),
  succeeded: z.number(),
  useful: z.number(),
  useless: z.number(),
  /** What it adds to passes and to failures. */
  passes: z.number(),
  failures: z.number(),
});

/** Who publishes it, and what their other actions are worth here. */
export const weighedAuthorSchema = z.object({
  peer: z.string(),
  /** 0 for a newcomer and for the worst; see `passes` for what it adds. */
  score: z.number(),
  passes: z.number(),
  actions: z.number(),
});

/** Why an action has its score here, and what would change it. */
export const scoreExplanationSchema = z.object({
  id: z.string(),
  name: z.string(),
  score: scoreSchema,
  standing: standingSchema,
  /** Everybody who published it took it back. */
  withdrawn: z.boolean(),
  /** The weighted evidence: the score is a lower bound of Beta(1 + passes, 1 + failures). */
  passes: z.number(),
  failures: z.number(),
  /** What the test that ran here adds, and the measured strength that it depends on. */
  own: z.object({ passes: z.number(), failures: z.number(), strength: z.number().nullable() }),
  authors: z.array(weighedAuthorSchema),
  /** Those who weigh most; `unshown` counts the rest. */
  raters: z.array(weighedRaterSchema),
  feedback: z.array(weighedFeedbackSchema),
  unshown: z.object({ raters: z.number(), feedback: z.number() }),
  /** Through whom the word of others reached this peer, and what it was cut down to. */
  branches: z.array(z.object({ via: z.string(), weight: z.number(), counted: z.number() })),
  /** What would change it, and the score it would have then; for people. */
  changes: z.array(z.object({ what: z.string(), value: z.number() })),
  /** What happens when an agent runs it now. */
  gate: z.object({ decision: z.enum(["runs", "asks", "refused"]), why: z.string() }),
});
export type ScoreExplanation = z.infer<typeof scoreExplanationSchema>;

export const trustLevelSchema = z.union([
  z.literal(-2),
  z.literal(-1),
  z.literal(0),
  z.literal(1),
  z.literal(2),
]);

/** What the user of this peer says of another. */
export const trustStatementSchema = z.object({
  peer: z.string(),
  level: trustLevelSchema,
  reason: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  /** Others can read it too. */
  published: z.boolean(),
});
export type TrustStatement = z.infer<typeof trustStatementSchema>;

/** Somebody whom to follow might be worth it: its verdicts agreed with those computed here. */
export const trustSuggestionSchema = z.object({
  peer: z.string(),
  agreements: z.number(),
  disagreements: z.number(),
  /** Actions of it that ran well here. */
  useful: z.number(),
  why: z.string(),
});
export type TrustSuggestion = z.infer<typeof trustSuggestionSchema>;

export const trustSchema = z.object({
  statements: z.array(trustStatementSchema),
  /** Named by the network's list; they count little, and less the more is known here. */
  suggestedByNetwork: z.array(z.string()),
  suggestions: z.array(trustSuggestionSchema),
});
export type TrustView = z.infer<typeof trustSchema>;

/** Level 0 takes back what was said before. */
export const trustRequest = z.strictObject({
  peer: z.string().min(1).max(128),
  level: trustLevelSchema,
  reason: z.string().max(500).default(""),
  /** Sign it and tell the network; a statement that was published and becomes local is taken back there. */
  publish: z.boolean().default(false),
});

/** What was given to a peer and what came from it; counts since they met, kept over restarts. */
export const dealingsSchema = z.object({
  givenBytes: z.number(),
  takenBytes: z.number(),
  /** Verdicts of it that this peer's own tests proved right, and wrong. */
  right: z.number(),
  wrong: z.number(),
  /** Runs here of actions that it published and that went well. */
  useful: z.number(),
  /** How much of a newcomer's ration it gets where there is not enough for all. */
  share: z.number(),
  /** Times it was put off. */
  putOff: z.number(),
});
export type Dealings = z.infer<typeof dealingsSchema>;

/** Everything this peer thinks of another one. */
export const peerViewSchema = z.object({
  peer: z.string(),
  connected: z.boolean(),
  /** Reliability as a rater: see `weighedRaterSchema`. */
  reliability: z.number(),
  agreements: z.number(),
  disagreements: z.number(),
  /** Share of what this peer believes of others, 0 to 1, and the ways it came by. */
  trust: z.number(),
  paths: z.array(z.array(z.string())),
  statement: trustStatementSchema.nullable(),
  suggestedByNetwork: z.boolean(),
  author: z.object({ score: z.number(), actions: z.number(), good: z.number(), bad: z.number() }),
  /** Why its word counts for nothing; null when it counts. */
  discredited: z.string().nullable(),
  successor: z.string().nullable(),
  dealings: dealingsSchema,
});
export type PeerView = z.infer<typeof peerViewSchema>;

export const withdrawRequest = z.strictObject({ reason: z.string().max(500).default("") });
export const withdrawResponse = z.object({ id: z.string(), name: z.string(), recipients: z.number() });
export type Withdrawn = z.infer<typeof withdrawResponse>;
