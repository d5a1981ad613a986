import { CollectiveError, type Json } from "@action-collective/protocol";
import { MOST_FAILURE_CHARACTERS } from "./limits.ts";
import { isMessage } from "./message.ts";
import type { AnswerIntent, Failure } from "./types.ts";

/** What an error looks like to whoever asked. */
export function failureOf(error: unknown, code = "action-failed"): Failure {
  if (error instanceof CollectiveError)
    return { code: error.code.slice(0, 64), message: cut(error.message), remedy: cut(error.remedy) };
  return { code, message: cut(error instanceof Error ? error.message : String(error)) };
}

/**
 * The same for one of another peer: what went wrong inside is nobody's affair there; what was said on purpose is.
 */
export function failureForStranger(error: unknown): Failure {
  if (error instanceof CollectiveError) return failureOf(error);
  return { code: "action-failed", message: "The action failed" };
}

const cut = (text: string) => text.slice(0, MOST_FAILURE_CHARACTERS).toWellFormed();

/** How an answer to that intent is called. */
export function answerIntent(intent: string): AnswerIntent {
  return intent === "chat" ? "chat" : "inform";
}

/** Whether a method's result is many answers: what an async iterable or a generator yields. Lists and other collections are one. */
export function isStream(result: unknown): result is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof result !== "object" || result === null || isMessage(result)) return false;
  return Symbol.asyncIterator in result || (Symbol.iterator in result && "next" in result);
}

/** The answers in a method's result, of either kind of stream. */
export function iteratorOf(
  result: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncIterator<unknown> | Iterator<unknown> {
  return Symbol.asyncIterator in result ? result[Symbol.asyncIterator]() : result[Symbol.iterator]();
}

/** A failure as content, with the action's name. */
export function failureContent(failure: Failure, action: string): Json {
  const { code, message, remedy } = failure;
  return { code, message, ...(remedy === undefined ? {} : { remedy }), action };
}
