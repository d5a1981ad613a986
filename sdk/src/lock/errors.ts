import { CollectiveError, cleanText } from "@action-collective/protocol";

/** What is called a lock file is none, or cannot be read or written. */
export class LockFileError extends CollectiveError {
  constructor(file: string, problems: readonly string[], options?: ErrorOptions) {
    const listed = problems.map((problem) => cleanText(problem, 300));
    super(
      "invalid-lock",
      listed.length === 1
        ? `${file} is no lock file: ${listed[0]}`
        : `${file} is no lock file:\n${listed.map((problem) => `  - ${problem}`).join("\n")}`,
      "`collective lock add` writes one; restore it from your repository if it was changed by hand.",
      options,
    );
  }
}

/** There is no lock file where one was looked for. */
export class NoLockFileError extends CollectiveError {
  constructor(file: string, options?: ErrorOptions) {
    super(
      "not-found",
      `There is no ${file}`,
      "`collective lock add ACTION` begins one; --file names another.",
      options,
    );
  }
}

/** The lock file does not pin anything under that name, or by that id. */
export class NotLockedError extends CollectiveError {
  constructor(which: string, file: string) {
    super(
      "not-found",
      `${file} does not pin "${cleanText(which, 80)}"`,
      "`collective lock list` shows what it pins, and under which names.",
    );
  }
}

/** A pin cannot be added: its name is taken or reserved, or the action is pinned already. */
export class LockConflictError extends CollectiveError {
  constructor(message: string, remedy: string) {
    super("bad-request", message, remedy);
  }
}

/** An action that is locked and that an agent does not get now. */
export interface WithheldAction {
  readonly alias: string;
  readonly id: string;
  readonly why: string;
}

/** Some of what a project locked cannot be used here: an agent without it is another agent. */
export class LockNotMetError extends CollectiveError {
  readonly withheld: readonly WithheldAction[];

  constructor(withheld: readonly WithheldAction[]) {
    const lines = withheld.map(({ alias, why }) => `  - ${alias}: ${cleanText(why, 300)}`);
    super(
      "lock-not-met",
      `${withheld.length === 1 ? "An action" : `${withheld.length} actions`} of the lock file cannot be used here:\n${lines.join("\n")}`,
      "Run `collective install`; or go on without them by passing `onWithheld`.",
    );
    this.withheld = withheld;
  }
}
