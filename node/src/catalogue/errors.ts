import { CollectiveError, cleanText } from "@action-collective/protocol";

/** The peer holds no action of that id. */
export class UnknownActionError extends CollectiveError {
  constructor(ref: string) {
    super(
      "not-found",
      `No action is known here as "${cleanText(ref, 80)}"`,
      "Find it with `collective search`; an id may be shortened, a name must be the whole name.",
    );
  }
}
