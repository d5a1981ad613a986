import { CollectiveError } from "@action-collective/protocol";

/** The way to the person is shut: the console's input has ended, or the node has left. */
export class PersonGoneError extends CollectiveError {
  constructor(message: string) {
    super("person-gone", message, "Ask somebody else, or open a way to this person again.");
  }
}

/** More questions wait for this person than anybody would read. */
export class PersonBusyError extends CollectiveError {
  constructor(message: string) {
    super("person-busy", message, "Ask again when some of the open questions are answered.");
  }
}

/** The person did not answer in time; the question was withdrawn. */
export class PersonSilentError extends CollectiveError {
  constructor(id: string, timeoutMs: number) {
    super(
      "person-silent",
      `${id} did not answer within ${Math.round(timeoutMs / 1_000)} s`,
      "Ask again later, or give the person more time (`timeoutMs`).",
    );
  }
}

/** What the person was to be told did not reach them. It never quotes a server, which may repeat a password. */
export class PersonUnreachableError extends CollectiveError {
  constructor(message: string, remedy = "Check the address and the server's settings, then try again.") {
    super("person-unreachable", message, remedy);
  }
}

/** Settings that cannot work, or are not safe. `problems` lists all of them. */
export class HumanSettingsError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super(
      "human-settings",
      `The settings of ${what} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Mend the settings as listed.",
    );
    this.problems = problems;
  }
}
