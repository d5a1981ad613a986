import type { Case, Json, Permissions } from "@action-collective/protocol";
import type { SourceFinding } from "../analysis/types.ts";
import type { ActionSource, SandboxDescription } from "../sandbox/types.ts";
import type { Strength } from "../strength/types.ts";
import type { Uses } from "../uses/used-action.ts";

export type JsonSchema = Json;

/** What the judge needs of a bundle. `test` is a test module in the action's language. */
export interface TestableBundle {
  readonly source: ActionSource;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly cases: readonly Case[];
  readonly test?: string;
  /** What it asks for; nothing is granted here. */
  readonly permissions?: Permissions;
  /** The actions that it calls, proved before it. */
  readonly uses?: Uses;
}

export interface SchemaChecker {
  /** Undefined when valid, else one line that says why not. @throws {InvalidSchemaError} the schema is none */
  check(schema: JsonSchema, value: Json): Promise<string | undefined>;
}

/** "unknown" is the machine's fault or the wall clock's: retry, never publish as a fail. */
export type Outcome = "pass" | "fail" | "unknown";

/** The first word of a report's reason: stable, for machines. */
export type ReasonCode =
  | "passed"
  | "no-tests"
  | "scan-refused"
  | "invalid-schema"
  | "not-loaded"
  | "case-failed"
  | "test-failed"
  | "vacuous-test"
  | "insensitive-test"
  | "flaky"
  | "output-invalid"
  | "limit"
  | "died"
  | "uses-too-much"
  | "used-action-failed"
  | "used-action-unproved"
  | "wall-clock"
  | "sandbox-unavailable";

export interface CaseReport {
  readonly index: number;
  readonly status: "passed" | "failed" | "skipped" | "unknown";
  /** Absent when passed. */
  readonly message?: string;
  /** What was given, wanted and got, each as short JSON text; `actual` is absent where nothing was answered. */
  readonly input?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Where expected and actual first differ, e.g. "$.rows[2].name", and both as short JSON text. */
  readonly difference?: { path: string; expected: string; actual: string };
  readonly durationMs: number;
}

export interface TestReport {
  readonly name: string;
  readonly status: "passed" | "failed";
  readonly message?: string;
}

/** The judge's findings on one bundle. Every text in it is cleaned and capped. */
export interface Report {
  readonly outcome: Outcome;
  readonly code: ReasonCode;
  /** One line: "<code>: <detail>", or just "passed". */
  readonly reason: string;
  readonly runner: SandboxDescription;
  readonly cases: CaseReport[];
  readonly tests: TestReport[];
  /** Calls that reached the parent from the test module, and assertions the test module says it made. */
  readonly calls: number;
  readonly assertions: number;
  readonly durationMs: number;
  readonly logs: string[];
  /** Limits hit, e.g. ["cpu"]. */
  readonly limits: string[];
  /** What the action looked for of what only a permission gives, e.g. "net: fetch". */
  readonly permissionsObserved: string[];
  /** Only of a pass that was looked at thoroughly; then this or the reason why there is none. */
  readonly strength?: Strength;
  readonly strengthUnknown?: string;
  /** What the static scan found worth knowing; it changes no outcome. */
  readonly findings?: readonly SourceFinding[];
}
