import { CollectiveError, type ErrorBody } from "@action-collective/protocol";

/** The peer answered with a failure; `code` is one of the contract's (`failures`), `status` its HTTP status. */
export class ApiError extends CollectiveError {
  readonly status: number;
  readonly details: readonly string[];

  constructor(status: number, { error }: ErrorBody) {
    super(error.code, error.message, error.remedy);
    this.status = status;
    this.details = error.details ?? [];
  }
}

/** No peer answers where one was looked for. */
export class PeerUnreachableError extends CollectiveError {
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super("peer-unreachable", message, remedy, options);
  }
}

/** The peer's answer is not what the contract promises: usually two versions that do not fit. */
export class ContractMismatchError extends CollectiveError {
  constructor(what: string, problem: string) {
    super(
      "contract-mismatch",
      `The answer to "${what}" is not what this client expects: ${problem}`,
      "Use the same version of action-collective for the peer and for this client.",
    );
  }
}

/** `api.json` in the peer's home cannot be read as what a peer writes there. */
export class ApiFileDamagedError extends CollectiveError {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      "api-file-damaged",
      `${file} does not say how to reach the peer: ${problem}`,
      'Restart the peer ("collective stop", then "collective start"); it writes the file anew.',
      options,
    );
  }
}

/** The input of a run, or a definition, holds something JSON cannot carry, or is too large to send. */
export class UnsendableError extends CollectiveError {
  constructor(what: string, problem: string, options?: ErrorOptions) {
    super(
      "bad-request",
      `The request "${what}" cannot be sent: ${problem}`,
      "Pass plain JSON values.",
      options,
    );
  }
}

/** A folder, or a file, is no complete action; `problems` lists everything that is wrong with it. */
export class InvalidFolderError extends CollectiveError {
  readonly folder: string;
  readonly problems: readonly string[];

  constructor(
    folder: string,
    problems: readonly string[],
    remedy = "Mend the folder as listed, then try again.",
  ) {
    super(
      "invalid-definition",
      `${folder} is not a complete action:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      remedy,
    );
    this.folder = folder;
    this.problems = problems;
  }
}

/** Nothing that could name an action or a peer; the peer was not asked. */
export class EmptyReferenceError extends CollectiveError {
  constructor(ref: string, what: "action" | "peer") {
    super(
      "not-found",
      `"${ref}" names no ${what}`,
      what === "action"
        ? "Give an action's id, the beginning of one, or its whole name."
        : "Give a peer's id, or the beginning of one.",
    );
  }
}
