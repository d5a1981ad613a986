import { CollectiveError } from "@action-collective/protocol";

/** Instructions name a value that there is none of. */
export class UnknownPlaceholderError extends CollectiveError {
  constructor(name: string, known: readonly string[]) {
    super(
      "unknown-placeholder",
      `Instructions speak of {{${name.slice(0, 64)}}}, and there is no such value`,
      `Use ${known.map((one) => `{{${one}}}`).join(", ")}, or give it in values.`,
    );
  }
}

/** Instructions that are too long once their values stand in them. */
export class InstructionsTooLongError extends CollectiveError {
  constructor(characters: number, most: number) {
    super(
      "instructions-too-long",
      `The instructions have ${characters} characters; ${most} are allowed`,
      "Shorten them: every turn of the model reads them all.",
    );
  }
}

/** An option of a model agent cannot be what was given. */
export class ModelAgentOptionError extends CollectiveError {
  constructor(problem: string) {
    super("model-agent-option", problem, "Correct that option, then try again.");
  }
}

/** The model had all its turns, or made the same call again and again, and did not answer. */
export class NoConclusionError extends CollectiveError {
  constructor(why: string) {
    super(
      "no-conclusion",
      `The model came to no answer: ${why}`,
      "Ask for less at once, or allow more turns.",
    );
  }
}

/** The tokens are used up; what was begun with them has no answer. */
export class TokensSpentError extends CollectiveError {
  constructor() {
    super(
      "budget-spent",
      "The tokens of this agent, or of one above it, are used up",
      "Ask whoever gave the budget; an agent that exists gets no more.",
    );
  }
}

/** An agent may do less than the user, and would use the peer with the user's own rights. */
export class UnenforcedPrivilegesError extends CollectiveError {
  constructor(id: string) {
    super(
      "privileges-unenforced",
      `"${id}" has privileges that only a peer can hold it to, and its space is connected to none`,
      "Connect the space (space.connect), or give the agent no client.",
    );
  }
}

/** Agents that wait for one another have asked on and on. */
export class AskedTooDeepError extends CollectiveError {
  constructor(most: number) {
    super(
      "asked-too-deep",
      `${most} agents in turn already wait for this answer`,
      "Answer without asking another one.",
    );
  }
}
