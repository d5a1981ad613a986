import { CollectiveError, type ErrorBody, failures, isFailureCode } from "@action-collective/protocol";
import { CommanderError } from "commander";
import { manyLines, type Output } from "./output.ts";

/** The command line itself is wrong. */
export class UsageError extends CollectiveError {
  constructor(message: string, remedy = 'Run the command with "--help" to see what it takes.') {
    super("usage", message, remedy);
  }
}

const FAILURE = 1;
export const USAGE = 2;

/** Says what went wrong, why and what to do. @returns the exit code that belongs to it. */
export function reportFailure(error: unknown, output: Output): number {
  const { code, message, remedy, details } = describe(error);
  output.failure({ error: { code, message, remedy, ...(details === undefined ? {} : { details }) } }, () => [
    `${output.paintError("red", "error:")} ${manyLines(message)}`,
    ...(details ?? []).map((detail) => `  - ${manyLines(detail)}`),
    ...(remedy === "" ? [] : [manyLines(remedy)]),
    ...(code === "internal" && error instanceof Error && !(error instanceof CollectiveError)
      ? [output.paintError("dim", manyLines(error.stack ?? ""))]
      : []),
  ]);
  return exitCodeOf(code);
}

export function exitCodeOf(code: string): number {
  if (code === "usage") return USAGE;
  return isFailureCode(code) ? failures[code].exit : FAILURE;
}

function describe(error: unknown): ErrorBody["error"] {
  if (error instanceof CollectiveError) {
    const { code, message, remedy } = error;
    // Errors with `problems` list them in their message already; an answer's `details` are beside it.
    const details = "details" in error && Array.isArray(error.details) ? error.details.map(String) : [];
    const unsaid = details.filter((detail) => !message.includes(detail));
    return { code, message, remedy, ...(unsaid.length === 0 ? {} : { details: unsaid }) };
  }
  if (error instanceof CommanderError) {
    const message =
      error.code === "commander.help" ? "no command given" : error.message.replace(/^error: /, "");
    return { code: "usage", message, remedy: 'Run the command with "--help" to see what it takes.' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, remedy: "This is a defect of the command; please report it." };
}
