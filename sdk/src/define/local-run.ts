import { isJsonWithin, type Json, limits } from "@action-collective/protocol";
import type { Access, RunContext } from "./action-spec.ts";
import { asJson } from "./as-json.ts";
import {
  AccessDeniedError,
  AccessNotGrantedError,
  NotRunnableHereError,
  ValueInvalidError,
} from "./errors.ts";
import { isStandardSchema, type StandardIssue } from "./schema-source.ts";

/** An action with access "requested" is about to run. */
export interface AccessQuestion {
  readonly name: string;
  readonly input: Json;
}

export interface LocalRunOptions {
  /** Asked before each run of an action with access "requested". */
  readonly approve?: ((question: AccessQuestion) => boolean | Promise<boolean>) | undefined;
  /** What the run finds as `context.secrets`. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Answers `context.call`, for instance `(id, input) => client.call(id, input)`. */
  readonly call?: RunContext["call"] | undefined;
}

export interface LocalRun {
  readonly name: string;
  readonly access: Access;
  readonly input: unknown;
  readonly output: unknown;
  readonly run: ((input: unknown, context: RunContext) => unknown) | undefined;
}

/** Problems of one value that an error names. */
const ISSUES_NAMED = 8;

/** The order is: may it run at all, does the input fit, does somebody agree, run, does the output fit. */
export async function runHere(
  { name, access, input, output, run }: LocalRun,
  value: unknown,
  { approve, secrets = {}, call = callsNobody }: LocalRunOptions = {},
): Promise<Json> {
  if (access === "denied") throw new AccessDeniedError(name);
  if (run === undefined) throw new NotRunnableHereError(name);
  const given = await checked(name, "input", input, value);
  if (access === "requested") {
    if (approve === undefined) throw new AccessNotGrantedError(name, false);
    if ((await approve({ name, input: given })) !== true) throw new AccessNotGrantedError(name, true);
  }
  return checked(name, "output", output, await run(given, { secrets, call }));
}

/** As it would be on the other side of a process boundary, and found to fit. */
async function checked(
  name: string,
  what: "input" | "output",
  schema: unknown,
  value: unknown,
): Promise<Json> {
  const json = asJson(value);
  if (json === undefined || !isJsonWithin(json, limits.jsonDepth))
    throw new ValueInvalidError(name, what, ["it is no JSON value"]);
  if (!isStandardSchema(schema)) return json;
  const { issues = [] } = await schema["~standard"].validate(structuredClone(json));
  if (issues.length > 0)
    throw new ValueInvalidError(name, what, issues.slice(0, ISSUES_NAMED).map(issueText));
  return json;
}

function issueText({ message, path = [] }: StandardIssue): string {
  const place = path.map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return place === "" ? message : `${place}: ${message}`;
}

async function callsNobody(id: string): Promise<Json> {
  throw new Error(`Nothing answers context.call("${id}"): give call with the run`);
}
