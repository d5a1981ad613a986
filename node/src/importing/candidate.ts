import type { Case, Json, Language } from "@action-collective/protocol";

/**
 * What may become an action, wherever it was found: a function of a package, a script, a tool of a server. `makeAction`
 * turns it into a definition that a peer proves.
 */
export interface Candidate {
  /** As people know it, e.g. the function's name; it need not be a valid or a free name yet. */
  readonly name: string;
  /** Where it was found, for reports: `src/array/chunk.ts`. */
  readonly from: string;
  /** One module without imports that default-exports `(input) => output`. */
  readonly code: string;
  readonly language: Language;
  readonly description: string;
  readonly useWhen: readonly string[];
  readonly tags: readonly string[];
  readonly licence: string;
  /** What types or a server say of it; absent parts are inferred from the cases. */
  readonly schemas: { readonly input?: Json; readonly output?: Json };
  readonly cases: readonly PlainCase[];
  /** What a person should know of it, one line each. */
  readonly notes: readonly string[];
}

/** A case whose result is known. */
export type PlainCase = Extract<Case, { readonly output: Json }>;

/** Why something did not become an action: a kind that is counted, and what exactly. */
export interface Refusal {
  readonly name: string;
  readonly from: string;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** In words that head a group of a report. */
export const REFUSALS = {
  "no-tests": "no call of it was recorded",
  "few-cases": "fewer than three cases were recorded",
  "takes-functions": "it takes functions",
  "returns-functions": "it returns functions",
  "returns-nothing": "it returns nothing",
  "no-json": "its values have no JSON form",
  "one-answer": "to JSON it gives one answer only",
  "not-a-function": "it is no plain function",
  "not-javascript": "it is not JavaScript",
  "no-code": "its code is not at hand",
  "not-pure": "it is not pure",
  "not-repeatable": "one input gave different outputs",
  "needs-modules": "it needs modules that cannot be bundled",
  "too-large": "it is too large",
  "not-bundled": "it cannot be bundled",
  invalid: "it breaks a rule of actions",
  "not-proved": "its cases did not pass in the sandbox",
  unknown: "the sandbox came to no answer",
} as const;
export type RefusalReason = keyof typeof REFUSALS;
