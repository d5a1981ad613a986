import { CollectiveError } from "@action-collective/protocol";

/** Nobody who answered holds the blocks of this action, or what they sent was damaged. */
export class ContentUnavailableError extends CollectiveError {
  constructor(id: string, options?: ErrorOptions) {
    super(
      "content-unavailable",
      `No peer could give the code of ${id}`,
      "Try again when more peers are connected (`collective peers`); if it is your own action, publish its folder again.",
      options,
    );
  }
}
