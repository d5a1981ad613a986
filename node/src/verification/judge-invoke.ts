import type { Case, Json } from "@action-collective/protocol";
import type { CallOutcome } from "../sandbox/types.ts";
import type { SchemaChecker, TestableBundle } from "./report.ts";
import type { Subject } from "./subject.ts";

/** One call as a real run would make it: the input is checked before the action sees it, the output after. */
export type Invocation =
  | { kind: "answered"; output: Json; durationMs: number }
  /** The action threw, or the input was refused without reaching it. */
  | { kind: "error"; from: "action" | "input"; name: string; message: string; durationMs: number }
  | { kind: "invalid-output"; problem: string; durationMs: number }
  /** No more calls can be answered. */
  | { kind: "ended"; outcome: EndedOutcome };

export type EndedOutcome = Extract<CallOutcome, { status: "not-loaded" | "limit" | "died" | "unavailable" }>;

export interface InvokeParts {
  readonly call: (input: Json, signal: AbortSignal) => Promise<CallOutcome>;
  readonly schemas: SchemaChecker;
  readonly bundle: Pick<TestableBundle, "input" | "output">;
}

/** What a case asks for. @throws as invoke */
export async function invokeCase(
  { subject, schemas, bundle }: Omit<InvokeParts, "call"> & { readonly subject: Pick<Subject, "callCase"> },
  one: Case,
  signal: AbortSignal,
): Promise<Invocation> {
  const call: InvokeParts["call"] = (_, ending) => subject.callCase(one, ending);
  return await invoke({ call, schemas, bundle }, one.input, signal);
}

/** @throws {InvalidSchemaError} and the signal's reason */
export async function invoke(
  { call, schemas, bundle }: InvokeParts,
  input: Json,
  signal: AbortSignal,
): Promise<Invocation> {
  const refusal = await inputRefusal(schemas, bundle.input, input);
  if (refusal !== undefined) return { kind: "error", from: "input", ...refusal, durationMs: 0 };
  const outcome = await call(input, signal);
  switch (outcome.status) {
    case "threw":
      return { kind: "error", from: "action", ...outcome };
    case "returned": {
      const problem = await schemas.check(bundle.output, outcome.output);
      if (problem !== undefined) return { kind: "invalid-output", problem, durationMs: outcome.durationMs };
      return { kind: "answered", output: outcome.output, durationMs: outcome.durationMs };
    }
    default:
      return { kind: "ended", outcome };
  }
}

/** What a caller is told whose input the schema refuses; the action never sees it. */
export async function inputRefusal(
  schemas: SchemaChecker,
  schema: Json,
  input: Json,
): Promise<{ name: string; message: string } | undefined> {
  const problem = await schemas.check(schema, input);
  if (problem === undefined) return undefined;
  return { name: "InputInvalidError", message: `the input does not match the action's schema: ${problem}` };
}
