import { CollectiveError } from "@action-collective/protocol";

/** A member of a network gave no answer in time; the others are heard all the same. */
export class MemberTimeoutError extends CollectiveError {
  constructor(member: string, timeoutMs: number) {
    super(
      "member-timeout",
      `${member} gave no answer within ${timeoutMs} ms`,
      "Give the network a longer memberMs, or unlink the member.",
    );
  }
}

/** The literal is no graph; `problems` lists everything that is wrong with it. */
export class InvalidGraphError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      "invalid-graph",
      `This is no graph:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Correct what is listed, then try again.",
    );
    this.problems = problems;
  }
}

/** Messages go in circles between networks, or one brought forth more than a network may hand on; what was said stays said. */
export class CirclingMessagesError extends CollectiveError {
  constructor(problem: string) {
    super(
      "messages-circle",
      `The conversation was ended: ${problem}`,
      "Look for networks that are linked to each other; give the outermost one a larger handedOn if all is as it should be.",
    );
  }
}

/** An option of a network is not what it must be. */
export class NetworkOptionError extends CollectiveError {
  constructor(problem: string) {
    super(
      "invalid-network",
      `The network cannot be made: ${problem}`,
      "Correct that option, then try again.",
    );
  }
}
