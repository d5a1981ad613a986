import {
  CollectiveError,
  cleanText,
  type ErrorBody,
  type FailureCode,
  failures,
  isFailureCode,
} from "@action-collective/protocol";
import { storageError } from "../storage-errors.ts";

export interface ErrorAnswer {
  readonly status: (typeof failures)[FailureCode]["status"];
  readonly body: ErrorBody;
  /** True when the caller cannot know what happened, so the log must say it. */
  readonly unexpected: boolean;
}

/** A message may quote a stranger's text; an error is no place for a novel. */
const MESSAGE_CHARACTERS = 4_000;
const DETAILS = 100;
const DETAIL_CHARACTERS = 2_000;

/** What the caller is told about a failure: never a stack, and nothing of a failure nobody foresaw. */
export function answerError(failure: unknown): ErrorAnswer {
  const error = storageError(failure) ?? failure;
  if (error instanceof CollectiveError && isFailureCode(error.code)) {
    const details = detailsOf(error);
    const body = {
      code: error.code,
      message: cleanText(error.message, MESSAGE_CHARACTERS),
      remedy: cleanText(error.remedy, MESSAGE_CHARACTERS),
      ...(details === undefined ? {} : { details }),
    };
    return {
      status: failures[error.code].status,
      body: { error: body },
      unexpected: error.code === "internal",
    };
  }
  const body = {
    code: "internal",
    message: "The peer failed at something it should not fail at",
    remedy: "Look into the peer's log, and report it if it happens again.",
  };
  return { status: failures.internal.status, body: { error: body }, unexpected: true };
}

/** `details` of our own errors, `problems` of a definition that is not complete. */
function detailsOf(error: CollectiveError): string[] | undefined {
  const list = "details" in error ? error.details : "problems" in error ? error.problems : undefined;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.slice(0, DETAILS).map((detail) => cleanText(String(detail), DETAIL_CHARACTERS));
}
