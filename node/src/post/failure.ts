import { CollectiveError, cleanText } from "@action-collective/protocol";
import { storageError } from "../storage-errors.ts";
import type { Outcome } from "./types.ts";

const CODE_CHARACTERS = 64;
const MESSAGE_CHARACTERS = 1_000;

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What another peer is told of an error: of one that nobody foresaw, only that there was one. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CollectiveError) return failure(error.code, error.message);
  if (error instanceof DOMException && error.name === "AbortError")
    return failure("cancelled", "The exchange was cancelled");
  return failure("internal", "The peer failed at something it should not fail at");
}

/** What a space of this peer is told, which may know of a full disk. */
export function failureHere(error: unknown): Failure {
  return failureOf(storageError(error) ?? error);
}

/** In the form that frames have, whoever wrote it. */
export function failure(code: string, message: string): Failure {
  return {
    code: cleanText(code, CODE_CHARACTERS) || "unknown",
    message: cleanText(message, MESSAGE_CHARACTERS),
  };
}

export function refusalOf(error: unknown): Outcome {
  return { status: "refused", ...failureOf(error) };
}
