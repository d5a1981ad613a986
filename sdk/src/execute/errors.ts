import { CollectiveError } from "@action-collective/protocol";
import type { Stage } from "./types.ts";

/** The chat history or an option of a task is not what it must be; nothing was done. */
export class InvalidTaskError extends CollectiveError {
  constructor(problem: string) {
    super("invalid-task", `The task cannot begin: ${problem}`, "Correct that option, then try again.");
  }
}

/** A stage was called whose material is not there yet: nothing to search for, no draft to prove, nothing to run. */
export class StageNotReadyError extends CollectiveError {
  readonly stage: Stage;

  constructor(stage: Stage, missing: string) {
    super(
      "stage-not-ready",
      `"${stage}" has nothing to work on: ${missing}`,
      "Call the stages in order, let next() choose, or give the stage what it needs.",
    );
    this.stage = stage;
  }
}
