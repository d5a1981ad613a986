import { CollectiveError } from "@action-collective/protocol";

/** Not a ruling. */
export class InvalidRulingError extends CollectiveError {
  constructor(problem: string) {
    super(
      "invalid-ruling",
      `This is no ruling: ${problem}`,
      "Give access, and from, to and intent as needed.",
    );
  }
}

/** The board has as many rulings as may stand. */
export class RulingsFullError extends CollectiveError {
  constructor(most: number) {
    super("rulings-full", `${most} rulings stand already`, "Take back one that is not needed with unrule().");
  }
}

/** No such question is open: it was decided, or nobody waits for it any more. */
export class NoSuchQuestionError extends CollectiveError {
  constructor(id: string) {
    super(
      "no-such-question",
      `No question ${JSON.stringify(id.slice(0, 80))} is open`,
      "See pending() for those that are.",
    );
  }
}

/** As many questions are open as the board keeps. */
export class QuestionsFullError extends CollectiveError {
  constructor(most: number) {
    super("questions-full", `${most} questions are open already`, "Decide some, or make a ruling for them.");
  }
}
