import { SandboxUnavailableError } from "../sandbox/errors.ts";

/** Whether a text may be loaded could not be found out: the machine's fault, worth a retry. */
export class AnalysisUnavailableError extends SandboxUnavailableError {
  constructor(why: string, options?: ErrorOptions) {
    super(`The text could not be analysed: ${why}`, {
      remedy: "Try again when the machine has less to do; `collective doctor` says what is wrong with it.",
      ...options,
    });
  }
}

/** The child died of a text: of what it says, so it would die of it again. */
export class ParserCrashError extends Error {
  constructor(how: string) {
    super(`it crashes the parser (${how})`);
    this.name = "ParserCrashError";
  }
}
