import type { Json, Language } from "@action-collective/protocol";
import type { SandboxLimits } from "./limits.ts";
import type { Slot } from "./slots.ts";

/** One module as text that default-exports `(input, context) => output`. */
export interface ActionSource {
  readonly code: string;
  readonly language: Language;
}

/** One test module as text; its language is the action's. */
export interface TestSource {
  readonly code: string;
  readonly language: Language;
}

/**
 * What policy grants one run, on top of nothing. Verification grants nothing.
 * `net`: `host` or `host:port` entries. `secrets`: reach the action as `(input, { secrets })`.
 */
export interface Grants {
  readonly net: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
}

export const NO_GRANTS: Grants = { net: [], secrets: {} };

/** Which bound was hit. "wall" depends on the machine's load, the others are the code's own doing. */
export type LimitName = "wall" | "cpu" | "memory" | "threads" | "output" | "result" | "calls";

/** How one call of an action ended, as the parent saw it. Durations are wall-clock milliseconds. */
export type CallOutcome =
  | { status: "returned"; output: Json; durationMs: number }
  | { status: "threw"; name: string; message: string; durationMs: number }
  /** The module could not be loaded (syntax error, throws at top level, no default-exported function). */
  | { status: "not-loaded"; name: string; message: string }
  | { status: "limit"; limit: LimitName; message: string }
  /** The process ended, or can never answer: the code's own doing. */
  | { status: "died"; message: string }
  /** The machine's doing: the process could not start, or somebody else killed it. Worth a retry. */
  | { status: "unavailable"; message: string };

/** What a test process says of one test. It is an opinion of its author until the judge has checked it. */
export interface TestResult {
  readonly name: string;
  readonly status: "passed" | "failed";
  readonly message?: string;
}

/** One round of a test module against one handler for its calls. */
export type TestOutcome =
  | {
      status: "finished";
      tests: TestResult[];
      assertions: number;
      /** Calls the parent relayed, and those still unanswered when the test said it was done. */
      calls: number;
      inFlight: number;
      durationMs: number;
    }
  | { status: "not-loaded"; name: string; message: string }
  | { status: "limit"; limit: LimitName; message: string }
  | { status: "died"; message: string }
  | { status: "unavailable"; message: string };

/** The parent's answer to a call that a test makes. */
export type CallAnswer = { output: Json } | { error: { name: string; message: string } };

/** `exceeded`: more than a run may ask for; whoever asked is stopped. */
export type UsedAnswer = CallAnswer | { exceeded: string };

/** Answers the calls of other actions that an action makes while one call of it runs. Must not reject. */
export interface UsedCalls {
  /** @param id as a stranger's code gave it @param signal the calling process needs no answer any more */
  answer(id: string, input: Json, signal: AbortSignal): Promise<UsedAnswer>;
}

/** What the network is said to answer to one request; the realm compares method and address as texts. */
export interface NetworkAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

/** What an action may reach during one call, besides what its process was granted. */
export interface CallContext {
  /** Without it, every call of another action is refused. */
  readonly used?: UsedCalls;
  /** For a process whose network is "answered". */
  readonly network?: readonly NetworkAnswer[];
}

/** Answers the calls of a test. Must not reject; a rejection ends the round as "unavailable". */
export type CallHandler = (input: Json, signal: AbortSignal) => Promise<CallAnswer>;

/**
 * Who waits for it: whoever uses the peer as its user for a run, an agent with a capability for one, somebody for a
 * verification asked for now, or nobody yet.
 */
export type Priority = "run" | "agent's run" | "asked" | "background";

export interface StartOptions {
  readonly grants?: Grants;
  readonly limits?: Partial<SandboxLimits>;
  /** Fixes Math.random and crypto: verification only, never a real run. */
  readonly seed?: number;
  /**
   * The time at which the process believes it starts, in milliseconds since 1970; it then passes only with readings
   * and timers (realm/clock.js). Verification only, never a real run.
   */
  readonly clock?: number;
  /**
   * "answered": there is a `fetch`, which is answered from the context of each call, and nothing is really asked.
   * Verification only. Default: what the grants say.
   */
  readonly network?: "answered";
  /** Places already reserved with `Sandbox.reserve`; without it the call waits for a place of its own. */
  readonly reservation?: Slot;
  /** Whose turn it is while places are taken. Default: "run" for a single run, else "asked". */
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
}

/** A single-use process with one action loaded. Calls are answered one after the other. */
export interface ActionProcess {
  call(input: Json, signal?: AbortSignal, context?: CallContext): Promise<CallOutcome>;
  /**
   * Puts another module in the place of the loaded one, unseen by the scan: only for what was made of a text that
   * passed it. "returned" once it is loaded, "threw" where it cannot be and calls would answer for nothing.
   */
  load(source: ActionSource, signal?: AbortSignal): Promise<CallOutcome>;
  /** What it looked for of what an action may only have by permission, e.g. "net: fetch"; under verification only. */
  wishes(): string[];
  /** What the action wrote so far, cleaned and capped. */
  logs(): string[];
  close(): Promise<void>;
}

/** Whether a round goes on after a test failed; where only that counts, the rest would be wasted. */
export type RoundEnd = "all-run" | "first-failure";

/** A single-use process with one test module. A round evaluates the module afresh. */
export interface TestProcess {
  run(handler: CallHandler, signal?: AbortSignal, until?: RoundEnd): Promise<TestOutcome>;
  logs(): string[];
  close(): Promise<void>;
}

/** Which walls stood, for the verdict's evidence. */
export interface SandboxDescription {
  /** Changes whenever a verdict could change, e.g. "action-collective-runner/2". */
  readonly runner: string;
  /** e.g. "2.9.6" */
  readonly deno: string;
  /** e.g. ["deno-permissions", "rlimits", "no-new-privileges", "bubblewrap"] */
  readonly layers: readonly string[];
}
