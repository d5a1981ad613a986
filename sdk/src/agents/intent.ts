import { isPlainObject, type Json } from "@action-collective/protocol";
import { AnswerInvalidError, InvalidMessageError } from "./errors.ts";
import type { TypedIntent } from "./types.ts";

/** Anything that parses and says what it yields, as zod's schemas do. */
export interface Parser<Value> {
  parse(value: unknown): Value;
}

/**
 * An intent whose content and answers have types and are checked on both ways.
 * @param schemas zod schemas, or anything else with `parse`; what is left out is any JSON
 */
export function intent<Content extends Json = Json, Answer extends Json = Json>(
  name: string,
  schemas: { readonly content?: Parser<Content>; readonly answer?: Parser<Answer> } = {},
): TypedIntent<Content, Answer> {
  const { content, answer } = schemas;
  return Object.freeze({
    name,
    parseContent: (value: unknown) =>
      parsed(content, value, (problem) => new InvalidMessageError(`its content: ${problem}`)),
    parseAnswer: (value: unknown) =>
      parsed(answer, value, (problem) => new AnswerInvalidError(name, problem)),
  });
}

/** A plain name is an intent of which nothing is promised. */
export function intentOf(given: string | TypedIntent<Json, Json>): TypedIntent<Json, Json> {
  return typeof given === "string" ? intent(given) : given;
}

function parsed<Value>(
  parser: Parser<Value> | undefined,
  value: unknown,
  error: (problem: string) => Error,
): Value {
  try {
    return parser === undefined ? (value as Value) : parser.parse(value);
  } catch (thrown) {
    throw error(problemOf(thrown));
  }
}

/** The first of what a zod-like error lists, else its message. */
function problemOf(thrown: unknown): string {
  const issues: unknown = thrown instanceof Error && "issues" in thrown ? thrown.issues : undefined;
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
  if (isPlainObject(first)) {
    const { message, path } = first;
    const place = Array.isArray(path) ? path.map(String).join(".") : "";
    if (typeof message === "string") return place === "" ? message : `${place}: ${message}`;
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
