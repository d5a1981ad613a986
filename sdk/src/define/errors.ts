import { CollectiveError } from "@action-collective/protocol";

/** An action defined in code cannot be proved or published yet; `problems` lists everything that is missing. */
export class IncompleteActionError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(name: string, problems: readonly string[]) {
    super(
      "invalid-definition",
      `The action ${name} is not complete:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Mend its definition as listed; it runs here meanwhile.",
    );
    this.problems = problems;
  }
}

/** What goes into or comes out of a local run does not fit the action's schema, or is no JSON. */
export class ValueInvalidError extends CollectiveError {
  readonly details: readonly string[];

  constructor(name: string, what: "input" | "output", details: readonly string[]) {
    super(
      `${what}-invalid`,
      `The ${what} of ${name} does not fit its schema: ${details.join("; ")}`,
      what === "input" ? "Pass an input that fits." : "Mend run, or the output schema.",
    );
    this.details = details;
  }
}

/** The action was defined with `access: "denied"`. */
export class AccessDeniedError extends CollectiveError {
  constructor(name: string) {
    super(
      "refused-by-policy",
      `${name} may not be run: its access is "denied"`,
      "Change its access to run it.",
    );
  }
}

/** The action was defined with `access: "requested"`, and nobody said yes. */
export class AccessNotGrantedError extends CollectiveError {
  constructor(name: string, asked: boolean) {
    super(
      "approval-needed",
      asked ? `Nobody agreed to running ${name}` : `${name} runs only after a yes, and nobody can be asked`,
      asked ? "Do without it, or ask again." : "Give approve: (question) => boolean with the run.",
    );
  }
}

/** The action has code and no `run`, so only a peer can run it. */
export class NotRunnableHereError extends CollectiveError {
  constructor(name: string) {
    super(
      "bad-request",
      `${name} was defined by its code alone`,
      "Give run as well, or prove it with keep and run it on the peer.",
    );
  }
}
