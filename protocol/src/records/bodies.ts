import { z } from "zod";
import { limits } from "../limits.ts";
import { textProblem } from "../text.ts";

export const MAX_REVISION = Number.MAX_SAFE_INTEGER;

const count = z.number().int().min(0).max(limits.count);
const shortLine = (most: number) =>
  z.string().refine((text) => textProblem(text, { most, lines: "one" }) === undefined, "is not safe text");
const bytes = (length: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length === length,
    `must be ${length} bytes`,
  );
const bytesUpTo = (most: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= most,
    `must be at most ${most} bytes`,
  );
const moment = z.number().int().min(0).max(MAX_REVISION);

/** "I publish this manifest" (SPEC §4.4): the manifest's own bytes ride along, so that hearing is enough to index. */
export const publicationBody = z.strictObject({
  // Its size and content are judged by whoever decodes it as a manifest.
  manifest: z.custom<Uint8Array>((value) => value instanceof Uint8Array, "must be bytes"),
});

export const outcomeSchema = z.enum(["pass", "fail", "unknown"]);
export type Outcome = z.infer<typeof outcomeSchema>;

const tally = z
  .strictObject({ run: count, passed: count })
  .refine(({ run, passed }) => passed <= run, "more passed than were run");

/** How many of the small changes made to the action's code its unit test noticed. */
const strength = z
  .strictObject({ mutants: count.min(1), killed: count })
  .refine(({ mutants, killed }) => killed <= mutants, "more killed than were tried");

/** "I ran this action's unit test" (SPEC §4.5), with what a reader needs to judge it. */
export const verdictBody = z
  .strictObject({
    outcome: outcomeSchema,
    reason: shortLine(limits.reasonCharacters),
    runner: shortLine(limits.runnerCharacters),
    deno: shortLine(limits.denoCharacters),
    layers: z.array(shortLine(limits.layerCharacters)).max(limits.layers),
    cases: tally,
    tests: tally,
    calls: count,
    durationMs: count,
    permissions: z.array(shortLine(limits.permissionCharacters)).max(limits.permissionsObserved),
    /** Absent where it was not measured, or came to no figure that others would get too. */
    strength: strength.optional(),
    /** sha2-256 of the canonical encoding of the full local report, which stays with the verifier. */
    evidence: bytes(32),
  })
  .refine(
    ({ outcome, cases, tests }) =>
      outcome !== "pass" || (cases.passed === cases.run && tests.passed === tests.run),
    "says pass although something failed",
  )
  .refine(
    ({ outcome, strength }) => outcome === "pass" || strength === undefined,
    "measures the strength of a test that did not pass",
  );

/** "My agents ran it" (SPEC §4.6): cumulative per (peer, action), never task text. */
export const feedbackBody = z
  .strictObject({ runs: count, succeeded: count, useful: count, useless: count })
  .refine((body) => body.succeeded <= body.runs, "succeeded cannot exceed runs");

/** "I vouch for, or distrust, this peer" (SPEC §4.7). */
export const trustBody = z.strictObject({
  level: z.number().int().min(-2).max(2),
  reason: shortLine(limits.reasonCharacters),
});
export type TrustLevel = -2 | -1 | 0 | 1 | 2;

/** "I take back what I published of this action" (SPEC §4.8), up to and including that revision. */
export const withdrawalBody = z.strictObject({
  upTo: z.number().int().min(1).max(MAX_REVISION),
  reason: shortLine(limits.reasonCharacters),
});

/** "That key succeeds mine", with its consent, or "my key is compromised since then" (SPEC §4.9). */
export const successionBody = z.union(
  [z.strictObject({ consent: bytes(64) }), z.strictObject({ compromisedSince: moment })],
  "must be { consent } or { compromisedSince }",
);

const signedHead = z.strictObject({ head: bytesUpTo(limits.headBytes), signature: bytes(64) });
export type SignedHead = z.infer<typeof signedHead>;

/** "That peer signed two things where one was possible" (SPEC §4.10), with both. */
export const equivocationBody = z.strictObject({ first: signedHead, second: signedHead });

export const bodies = {
  publication: publicationBody,
  verdict: verdictBody,
  feedback: feedbackBody,
  trust: trustBody,
  withdrawal: withdrawalBody,
  succession: successionBody,
  equivocation: equivocationBody,
} as const;
export type Kind = keyof typeof bodies;
export const kinds = Object.keys(bodies) as Kind[];
export type BodyOf<K extends Kind> = z.infer<(typeof bodies)[K]>;

/** Kinds whose subject is a peer; the others speak of an action. */
const PEER_KINDS: ReadonlySet<string> = new Set(["trust", "succession", "equivocation"]);
export type PeerKind = "trust" | "succession" | "equivocation";
export type ActionKind = Exclude<Kind, PeerKind>;

export function isKind(text: unknown): text is Kind {
  return typeof text === "string" && Object.hasOwn(bodies, text);
}

export function isPeerKind(kind: Kind): kind is PeerKind {
  return PEER_KINDS.has(kind);
}
