import { type ActionId, CollectiveError, cleanText } from "@action-collective/protocol";

/** The input does not match the action's input schema; the action was not called. */
export class InputInvalidError extends CollectiveError {
  constructor(name: string, why: string) {
    super(
      "input-invalid",
      `The input does not fit ${cleanText(name, 64)}: ${cleanText(why, 300)}`,
      "`collective show ID` prints the input schema.",
    );
  }
}

/** The action answered something its own output schema forbids; the answer is not passed on. */
export class OutputInvalidError extends CollectiveError {
  constructor(name: string, why: string) {
    super(
      "output-invalid",
      `The output of ${cleanText(name, 64)} breaks its own schema: ${cleanText(why, 300)}`,
      "Choose another action, and say so with `collective feedback ID --not-useful`.",
    );
  }
}

/** The action threw. Its message is a stranger's text. */
export class ActionThrewError extends CollectiveError {
  constructor(name: string, thrown: string) {
    super(
      "action-threw",
      `${cleanText(name, 64)} threw: ${cleanText(thrown, 500)}`,
      "Check the input against the action's description and cases.",
    );
  }
}

/** A bound of the sandbox was hit. */
export class SandboxLimitError extends CollectiveError {
  constructor(name: string, why: string) {
    super(
      "sandbox-limit",
      `${cleanText(name, 64)} was stopped: ${cleanText(why, 300)}`,
      "Give it a smaller input, or choose another action.",
    );
  }
}

/** It took all the time that the budgets of a capability left, which is less than any run may take. */
export class RunCutShortError extends CollectiveError {
  constructor(name: string, leftMs: number) {
    super(
      "sandbox-limit",
      `${cleanText(name, 64)} was stopped: it took the ${leftMs} ms that the budget of its capability left`,
      "Ask whoever made the capability for another one with a larger budget.",
    );
  }
}

/** The user's policy does not let this action run. */
export class RefusedByPolicyError extends CollectiveError {
  constructor(name: string, why: string, remedy: string) {
    super("refused-by-policy", `${cleanText(name, 64)} may not run here: ${why}`, remedy);
  }
}

/** Nothing forbids the run, and something about it is for the user to decide. The action was not called. */
export class ApprovalNeededError extends CollectiveError {
  readonly details: readonly string[];
  constructor(name: string, id: ActionId, doubts: readonly string[]) {
    super(
      "approval-needed",
      `${cleanText(name, 64)} does not run without a yes: ${cleanText(doubts.join("; "), 1000)}`,
      `Say yes once with \`collective run ${id} --input … --yes\` (in the SDK: approve), or for good with \`collective policy approve ${id}\`.`,
    );
    this.details = doubts;
  }
}

/** The machine could not run a sandbox at all. */
export class SandboxUnavailableError extends CollectiveError {
  constructor(why: string, options?: ErrorOptions) {
    super(
      "sandbox-unavailable",
      `The sandbox did not work: ${cleanText(why, 300)}`,
      "Try again; if it stays, look at the log and at the installation of Deno.",
      options,
    );
  }
}
