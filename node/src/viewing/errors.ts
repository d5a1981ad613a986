import { CollectiveError } from "@action-collective/protocol";

/** A place to go on from that no page of this list ended with, or not any more. */
export class UnknownCursorError extends CollectiveError {
  constructor() {
    super("bad-request", "That is no place where a page of this list ended", "Begin with the first page.");
  }
}
