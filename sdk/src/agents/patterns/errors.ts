import { CollectiveError } from "@action-collective/protocol";

/** A proposal was accepted that was never made to this caller, was rejected, or has lapsed. */
export class NoSuchProposalError extends CollectiveError {
  constructor(call: string) {
    super(
      "no-such-proposal",
      `There is no open proposal for the call "${call}"`,
      "Send a new call for proposals.",
    );
  }
}

/** An option of a pattern is not what it must be; nothing was said. */
export class PatternOptionError extends CollectiveError {
  constructor(problem: string) {
    super("invalid-pattern", `The pattern cannot begin: ${problem}`, "Correct that option, then try again.");
  }
}
