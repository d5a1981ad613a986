import { cleanText } from "@action-collective/protocol";
import {
  ModelContentFilterError,
  ModelError,
  ModelMalformedError,
  ModelRateLimitedError,
  ModelRequestError,
  ModelTimeoutError,
  ModelUnauthorisedError,
  ModelUnavailableError,
} from "./errors.ts";
import { modelLimits } from "./limits.ts";
import { fieldOf, textOf } from "./read.ts";

/**
 * The typed error for whatever an `openai` client threw. Told by shape: two copies of that package, or something that
 * only looks like it, have other classes.
 */
export function failureOf(thrown: unknown, timeoutMs: number = modelLimits.timeoutMs): ModelError {
  if (thrown instanceof ModelError) return thrown;
  const options = { cause: thrown };
  const said = cleanText(messagesOf(thrown), modelLimits.said);
  const status = fieldOf(thrown, "status");
  if (typeof status !== "number") {
    if (thrown instanceof SyntaxError) return new ModelMalformedError("it is not JSON", options);
    if (/^request timed out/i.test(said)) return new ModelTimeoutError(timeoutMs, options);
    return new ModelUnavailableError(said, options);
  }
  if (isFiltered(thrown)) return new ModelContentFilterError(said, options);
  if (status === 401 || status === 403) return new ModelUnauthorisedError(said, options);
  if (status === 429) return new ModelRateLimitedError(said, retryAfter(fieldOf(thrown, "headers")), options);
  if (status >= 500 || status === 408) return new ModelUnavailableError(said, options);
  return new ModelRequestError(status, said, options);
}

function isFiltered(thrown: unknown): boolean {
  const code = textOf(fieldOf(thrown, "code")) ?? textOf(fieldOf(fieldOf(thrown, "error"), "code"));
  return code === "content_filter" || code === "content_policy_violation";
}

/** The error and what caused it: "Connection error." alone says little. */
function messagesOf(thrown: unknown): string {
  const messages: string[] = [];
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++)
    if (error.message !== "" && !messages.includes(error.message)) messages.push(error.message);
  return messages.length === 0 ? String(thrown) : messages.join(": ");
}

/** From the header, in seconds or as a date. */
function retryAfter(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = Number(text);
  // By the server's own clock: this machine's may be off.
  const now = Date.parse(headers.get("date") ?? "");
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
