import { z } from "zod";
import { limits } from "../limits.ts";
import { textProblem } from "../text.ts";

const count = z.number().int().min(0).max(1_000_000_000);
const shortLine = (most: number) =>
  z.string().refine((text) => textProblem(text, { most, lines: "one" }) === undefined, "is not safe text");
const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length);

/** "I publish this manifest" (SPEC §4.4): the manifest's own bytes ride along, so that hearing is enough to index. */
export const publicationBody = z.strictObject({
  manifest: z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= limits.manifestBytes,
  ),
});

export const outcomeSchema = z.enum(["pass", "fail", "unknown"]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** "I ran this action's unit test" (SPEC §4.5), with what a reader needs to judge it. */
export const verdictBody = z.strictObject({
  outcome: outcomeSchema,
  reason: shortLine(limits.reasonCharacters),
  runner: shortLine(64),
  deno: shortLine(32),
  layers: z.array(shortLine(32)).max(8),
  cases: z.strictObject({ run: count, passed: count }),
  tests: z.strictObject({ run: count, passed: count }),
  calls: count,
  durationMs: count,
  permissions: z.array(shortLine(300)).max(16),
  /** sha2-256 of the canonical encoding of the full local report, which stays with the verifier. */
  evidence: bytes(32),
});

/** "My agents ran it" (SPEC §4.6): cumulative per (peer, action), never task text. */
export const feedbackBody = z
  .strictObject({ runs: count, succeeded: count, useful: count, useless: count })
  .refine((body) => body.succeeded <= body.runs, "succeeded cannot exceed runs");

export const bodies = { publication: publicationBody, verdict: verdictBody, feedback: feedbackBody } as const;
export type Kind = keyof typeof bodies;
export const kinds = Object.keys(bodies) as Kind[];
export type BodyOf<K extends Kind> = z.infer<(typeof bodies)[K]>;
