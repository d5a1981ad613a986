import type { Budget } from "@action-collective/protocol";
import { CollectiveError } from "@action-collective/protocol";

/** Privileges were asked for that whoever asks cannot give. */
export class PrivilegeError extends CollectiveError {
  constructor(problem: string, options?: ErrorOptions) {
    super(
      "privilege-refused",
      problem,
      "Ask for no more than a part of the creator's own privileges; they stand in its place.",
      options,
    );
  }
}

/** Somebody has that name, or had it and it belongs to whoever gave it. */
export class AgentNameTakenError extends CollectiveError {
  constructor(id: string, problem = "an agent of this name is here already") {
    super("agent-name-taken", `"${id}" cannot enter: ${problem}`, "Choose another name, or none.");
  }
}

/** Not a word that an agent can be called by. */
export class AgentNameError extends CollectiveError {
  constructor(id: string) {
    super(
      "invalid-agent-name",
      `${JSON.stringify(id.slice(0, 80))} is no agent's name`,
      "Use 1 to 128 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
    );
  }
}

/** Nobody of that name is here, or not any more. */
export class NoSuchMemberError extends CollectiveError {
  constructor(id: string) {
    super(
      "no-such-agent",
      `Nobody called ${JSON.stringify(id.slice(0, 128))} is in this space`,
      "Ask who() for those who are.",
    );
  }
}

/** Only those below can be ended: not oneself, not one's creator, not those beside. */
export class NotDescendantError extends CollectiveError {
  constructor(who: string, whom: string) {
    super(
      "not-descendant",
      `"${who}" may not end "${whom.slice(0, 128)}", which is not below it`,
      "Ask whoever is above it, or the board.",
    );
  }
}

/** It is being ended, or its time is over: it acts no more, and nobody enters below it. */
export class MemberEndedError extends CollectiveError {
  constructor(id: string, reason: "leaving" | "expired") {
    super(
      "agent-ended",
      `"${id}" ${reason === "leaving" ? "is being ended" : "has privileges whose time is over"}`,
      "Let its creator start another.",
    );
  }
}

/** A budget in the chain is used up; nothing was charged. */
export class BudgetSpentError extends CollectiveError {
  /** What is short, whose budget it is, and how much of that one is left. */
  readonly kind: keyof Budget;
  readonly whose: string;
  readonly left: number;

  constructor(id: string, kind: keyof Budget, whose: string, left: number) {
    super(
      "budget-spent",
      whose === id
        ? `The ${kind} of "${id}" are spent: ${left} left`
        : `The ${kind} of "${whose}", which "${id}" shares, are spent: ${left} left`,
      "Ask whoever gave the budget; an agent that exists gets no more.",
    );
    this.kind = kind;
    this.whose = whose;
    this.left = left;
  }
}

/** An amount to be charged that is no count. */
export class AmountError extends CollectiveError {
  constructor(kind: string) {
    super("invalid-amount", `The amount of ${kind} is no count`, "Charge whole numbers, 0 or more.");
  }
}
