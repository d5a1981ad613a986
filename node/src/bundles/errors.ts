import { CollectiveError } from "@action-collective/protocol";

/** Nobody who answered holds the blocks of this action, or what they sent was damaged. */
export class ContentUnavailableError extends CollectiveError {
  constructor(id: string, options?: ErrorOptions) {
    super(
      "content-unavailable",
      `No peer could give the code of ${id}`,
      "It is tried again when peers appear; `collective peers` shows who is connected.",
      options,
    );
  }
}
