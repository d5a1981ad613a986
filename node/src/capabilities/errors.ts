import { CollectiveError, cleanText, type Spent } from "@action-collective/protocol";

/** The capability does not allow it, whoever says yes. */
export class CapabilityRefusedError extends CollectiveError {
  constructor(what: string) {
    super(
      "capability-refused",
      `The capability does not allow it: ${cleanText(what, 500)}`,
      "Ask whoever made it; a capability is never widened, only replaced.",
    );
  }
}

/** The capability, or one that it was cut from, was revoked, or its time is over. */
export class CapabilityEndedError extends CollectiveError {
  constructor(why: string) {
    super("capability-invalid", `The capability has ended: ${why}`, "Ask whoever made it for another one.");
  }
}

const SPENDABLE: Record<keyof Spent, string> = {
  calls: "calls of actions",
  tokens: "tokens of models",
  milliseconds: "milliseconds of runs",
  messages: "messages",
};

/** A bound of the capability, or of one that it was cut from, is reached. */
export class BudgetSpentError extends CollectiveError {
  constructor(what: keyof Spent, bound: number, agent: string) {
    super(
      "budget-spent",
      `The budget is spent: ${agent} and all below it may use ${bound} ${SPENDABLE[what]}`,
      "Ask whoever made the capability for another one with a larger budget.",
    );
  }
}

/** No capability of that id, or none below the caller's: which of both is not told. */
export class NoSuchCapabilityError extends CollectiveError {
  constructor(id: string) {
    super(
      "not-found",
      `No capability ${id} is below this one`,
      "GET /v1/capabilities lists those that are; only one that is above may end another.",
    );
  }
}
