import {
  type ActionDefinition,
  definitionSchema,
  describeIssue,
  isJsonObject,
  type Json,
  type JsonObject,
  testProblems,
} from "@action-collective/protocol";
import { parseJson } from "../parse-json.ts";

/** An action as a model wrote it: the arguments of `write_action`, not looked at yet. */
export type Draft = Readonly<JsonObject>;

/** Problems that a model is told of at once; more would not help it. */
const MOST_PROBLEMS = 20;
const PARTS = ["name", "description", "useWhen", "input", "output", "code", "cases", "test", "tags", "uses"];

/** The definition that a draft makes, or all that keeps it from being one. Pure. */
export function readDraft(
  draft: Draft,
  licence: string,
): { readonly definition: ActionDefinition } | { readonly problems: readonly string[] } {
  const parts = PARTS.flatMap((part) => {
    const value = plain(part, draft[part]);
    return value === undefined ? [] : [[part, value] as const];
  });
  const parsed = definitionSchema.safeParse({
    ...Object.fromEntries(parts),
    language: "typescript",
    licence,
    permissions: {},
  });
  if (!parsed.success) return { problems: parsed.error.issues.slice(0, MOST_PROBLEMS).map(describeIssue) };
  const problems = testProblems(parsed.data.cases.length, parsed.data.test !== undefined);
  return problems.length > 0 ? { problems } : { definition: parsed.data };
}

/** What models do without harm: schemas as JSON texts, null for what they leave out, empty texts, code in a fence. */
function plain(part: string, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string")
    return part === "cases" && Array.isArray(value) ? value.map(plainCase) : value;
  if (part === "code" || part === "test") return unfenced(value);
  if (part === "name" || part === "description") return value;
  const json = parseJson(value);
  return "value" in json ? (json.value as Json) : value;
}

/** A case has an output or an error; null for the other one is how models leave it out. */
function plainCase(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const { error, tolerance, ...rest } = value;
  const wants = typeof error === "string" && error !== "";
  if (wants) delete rest.output;
  return {
    ...rest,
    ...(wants ? { error } : {}),
    ...(typeof tolerance === "number" && tolerance > 0 && !wants ? { tolerance } : {}),
  };
}

function unfenced(code: string): string {
  return /^\s*```[a-z]*\n([\s\S]*?)\n```\s*$/.exec(code)?.[1] ?? code;
}
