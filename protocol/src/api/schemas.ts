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

/** What one result's place rests on: sent only to those who ask for it. */
export const explanationSchema = z.object({
  /** Keyword score over the best of this query, 0 to 1. */
  keyword: z.number(),
  /** Cosine over the best of this query, 0 to 1; null while the action has no vector. */
  vector: z.number().nullable(),
  /** The cosine itself, comparable between queries; null while the action has no vector. */
  cosine: z.number().nullable(),
  /** Weight of the vector part against the keyword part, chosen by the length of the query. */
  alpha: z.number(),
  /** `(keyword + alpha · vector) / (1 + alpha)`. */
  relevance: z.number(),
  /** Factors: `match` is `relevance · reputation · verdicts`. */
  reputation: z.number(),
  verdicts: z.number(),
  /** Below 1 where the same author has many results already; it moves this one back and changes no `match`. */
  author: z.number(),
  /** What each filter of the request saw in this action. */
  filters: z.array(z.string()),
  /** Ids of the near-duplicates behind this card. */
  similar: z.array(z.string()),
});
export type Explanation = z.infer<typeof explanationSchema>;

/** The short form of an action that a search returns; schemas, code, test and cases come on demand. */
export const cardSchema = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  standing: standingSchema,
  score: z.number(),
  permissions: permissionsSchema,
  /** How well it matches, 0 to 1. */
  match: z.number(),
  /** Near-duplicates among the matches that this card stands for, itself not counted. */
  similar: z.number(),
  explanation: explanationSchema.optional(),
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
  /** Bytes given to it and taken from it since they met, and how much of a newcomer's ration it gets. */
  givenBytes: z.number().default(0),
  takenBytes: z.number().default(0),
  share: z.number().default(1),
});
export type PeerSummary = z.infer<typeof peerSchema>;
export const peersSchema = z.object({ peers: z.array(peerSchema) });

/** The search index: what embeds, how far it is, and what it cost. */
export const searchStatusSchema = z.object({
  engine: z.string(),
  embedder: z.string(),
  vectors: z.number(),
  /** Actions that wait for their vector; keywords find them meanwhile. */
  backlog: z.number(),
  /** Another embedder's vectors are being made while the old ones serve; null when none are. */
  rebuilding: z
    .object({ from: z.string(), to: z.string(), done: z.number(), total: z.number() })
    .nullable()
    .default(null),
  /** Of an embedder that is paid for, since the start. `cost` is in the currency of the price that the user set. */
  usage: z.object({ requests: z.number(), tokens: z.number(), cost: z.number().optional() }).optional(),
});

export const statusSchema = z.object({
  version: z.string(),
  peerId: z.string(),
  network: z.string(),
  home: z.string(),
  startedAt: z.number(),
  addresses: z.array(z.string()),
  api: z.array(z.string()),
  peers: z.number(),
  /** How other peers get to this one. */
  reachability: z
    .object({
      /** `outbound-only`: they do not; `unknown`: nobody did so far. */
      state: z.enum(["direct", "relayed", "outbound-only", "unknown"]),
      /** Where relays hold a place for it. */
      relays: z.array(z.string()),
    })
    .default({ state: "unknown", relays: [] }),
  /** Whom the peer joins through. */
  joining: z
    .object({
      /** Addresses given by the user, told to join nobody, a network's list, one that expired or names nobody, no list at all. */
      how: z.enum(["given", "off", "list", "expired", "nobody", "unlisted"]),
      /** Nodes to join through. */
      nodes: z.number(),
      /** The same for people. */
      note: z.string(),
    })
    .default({ how: "unlisted", nodes: 0, note: "" }),
  /** What the peer does in the public IPFS DHT; absent when it does nothing there. */
  publicDht: z
    .object({
      /** Nothing to do there now; connected to some of its nodes; none of them answered lately. */
      state: z.enum(["idle", "connected", "unreachable"]),
      connections: z.number(),
      /** Whether other peers can find this one there. */
      provided: z.boolean(),
      lookUps: z.number(),
      /** Addresses found there that may lead to peers of the network. */
      heardOf: z.number(),
      /** Blocks announced there, and waiting to be. */
      announced: z.number(),
      announcing: z.number(),
      /** Strangers that are fetching blocks. */
      guests: z.number(),
    })
    .optional(),
  /** What is wrong with the company the peer keeps (all neighbours in one hand), for people; empty when all is well. */
  warnings: z.array(z.string()).default([]),
  actions: z.object({
    known: z.number(),
    passed: z.number(),
    failed: z.number(),
    pending: z.number(),
    unknown: z.number(),
  }),
  /** Why pending actions wait though nobody verifies them: the machine is busy, the user's rate, told not to; null when they do not. */
  verificationWaitsFor: z.enum(["load", "rate", "asked-only"]).nullable().default(null),
  records: z.number(),
  /** Blocks of others' actions on this disk and what they may take, in bytes; those actions, and of them the ones that few others hold; own ones. */
  seeding: z
    .object({
      bytes: z.number(),
      quotaBytes: z.number(),
      actions: z.number(),
      scarce: z.number(),
      own: z.number(),
    })
    .default({ bytes: 0, quotaBytes: 0, actions: 0, scarce: 0, own: 0 }),
  /** What was given to other peers and taken from them, in all; `putOff`: requests put off for want of room. */
  giveAndTake: z
    .object({
      givenBytes: z.number(),
      takenBytes: z.number(),
      putOff: z.number(),
      /** Requests are being put off now, so that shares decide. */
      contended: z.boolean(),
      /** Those dealt with most. */
      peers: z.array(
        z.object({ peer: z.string(), givenBytes: z.number(), takenBytes: z.number(), share: z.number() }),
      ),
    })
    .default({ givenBytes: 0, takenBytes: 0, putOff: 0, contended: false, peers: [] }),
  /** Restrictions of the policy that are set, block lists in force, and known actions that both hide. */
  policy: z
    .object({ rules: z.number(), lists: z.number(), hidden: z.number() })
    .default({ rules: 0, lists: 0, hidden: 0 }),
  search: searchStatusSchema,
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
    /** Questions that searches here put to neighbours, and new actions they brought; neighbours' questions answered and put off. */
    asking: z
      .object({ questions: z.number(), new: z.number(), served: z.number(), putOff: z.number() })
      .default({ questions: 0, new: 0, served: 0, putOff: 0 }),
    blocks: z.object({ fetched: z.number(), failed: z.number() }),
  }),
});
export type Status = z.infer<typeof statusSchema>;

/** A filter that lists more is a query language of its own. */
const FILTER_ENTRIES = 16;
/** Voices of one action that a peer looks at; nobody can ask for more verdicts than are counted. */
const MOST_VERDICTS = 256;

const anyOf = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).min(1).max(FILTER_ENTRIES).optional();
const share = z.number().min(0).max(1).optional();
const moment = z.number().int().min(0).optional();

/** What kinds of things an action may ask for. */
export const needSchema = z.enum(["net", "secrets"]);
export type Need = z.infer<typeof needSchema>;

/** What a result must be. Every filter is exact: whatever passes all of them can be found, and nothing else is. */
const filters = {
  /** Only actions whose test passed on this machine. */
  verified: z.boolean().optional(),
  /** At most these kinds of permission; an empty list: only actions that need nothing but their input. */
  permissions: z.array(needSchema).max(needSchema.options.length).optional(),
  /** All of these tags. */
  tags: z.array(z.string().max(limits.tagCharacters)).max(limits.tags).optional(),
  /** Written in any of these. */
  languages: anyOf(languageSchema),
  /** Under any of these licences, as SPDX names them; upper and lower case are alike. */
  licences: anyOf(z.string().min(1).max(limits.licenceCharacters)),
  /** Published by any of these peers. */
  authors: anyOf(z.string().min(1).max(128)),
  /** At least this score, as this peer computes it. */
  minScore: share,
  /** Passed at this many other peers that are not its publishers. */
  minVerdicts: z.number().int().min(0).max(MOST_VERDICTS).optional(),
  /** At least this share of the changes to its code is noticed by its unit test, as measured here. */
  minStrength: share,
  /** First heard of here at or after, and before, these moments in milliseconds since 1970. */
  seenAfter: moment,
  seenBefore: moment,
};
export const filtersSchema = z.strictObject(filters);
export type Filters = z.infer<typeof filtersSchema>;

export const searchRequest = z.strictObject({
  query: z.string().min(1).max(2000),
  limit: z.number().int().min(1).max(50).default(10),
  ...filters,
  /** Only what this peer published; with `authors`, that or theirs. */
  mine: z.boolean().optional(),
  /** One card for near-duplicates; false shows each. */
  collapse: z.boolean().default(true),
  /** With what each result's place rests on. */
  explain: z.boolean().optional(),
  /** Ask connected peers too, or do not, whatever the peer's settings say. The query's words are sent to them. */
  ask: z.boolean().optional(),
});
export const searchResponse = z.object({
  cards: z.array(cardSchema),
  /** Connected peers that were asked, and actions they brought that were unknown here; null when none was asked. */
  asked: z.object({ peers: z.number(), new: z.number() }).nullable().default(null),
  /** The best match fits less well than the peer's threshold wants. */
  weak: z.boolean().default(false),
});
export type SearchAnswer = z.infer<typeof searchResponse>;

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
  /** Ids of the actions it calls. */
  uses: z.array(z.string()).default([]),
  standing: standingSchema,
  reason: z.string(),
  /** How many mutants of the action its unit test noticed here; absent until that was measured. */
  strength: z.object({ mutants: z.number(), killed: z.number() }).optional(),
  score: scoreSchema,
  publishers: z.array(z.string()),
  /** Everybody who published it took it back. */
  withdrawn: z.boolean().default(false),
  verdicts: z.array(verdictViewSchema),
  firstSeen: z.number(),
  /** Near-duplicates known here. */
  similar: z.array(z.object({ id: z.string(), name: z.string() })),
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
  /** Actions that it uses and nobody had published; they were published with it. */
  alsoPublished: z.array(z.string()).optional(),
  verification: verificationSchema,
  /** Near-duplicates that the collective had already: a note, never a refusal. */
  similar: z.array(cardSchema),
  /** What would make the action easier to find. */
  advice: z.array(z.string()),
});
export type Published = z.infer<typeof publishResponse>;

export const runRequest = z.strictObject({
  input: json,
  /** The user said yes to this run, or to every run of this action, should it need a yes. */
  approve: z.enum(["once", "always"]).optional(),
});
/**
 * By what right an action ran: `unasked` (the rules let it), `approved-once` and `approved-always` (the user's yes came with the
 * run), `approved-before` (the user had said yes for good).
 */
export const permittedSchema = z.enum(["unasked", "approved-once", "approved-always", "approved-before"]);
export type Permitted = z.infer<typeof permittedSchema>;
export const receiptSchema = z.object({
  run: z.string(),
  id: z.string(),
  name: z.string(),
  output: json,
  durationMs: z.number(),
  logs: z.array(z.string()),
  /** Hosts and secrets (their names) that the run was given: where there are hosts, the output may hold what strangers wrote just now. */
  granted: permissionsSchema.default({}),
  /** For whose capability it was; absent for the user. */
  agent: z.object({ id: z.string(), name: z.string() }).optional(),
  permitted: permittedSchema.optional(),
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
