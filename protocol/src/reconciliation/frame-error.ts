import { CollectiveError } from "../errors.ts";

/** What a neighbour sent breaks the rules of catching up (SPEC §10). */
export class SyncFrameError extends CollectiveError {
  constructor(why: string) {
    super(
      "sync-frame-invalid",
      `A neighbour's sync frame is malformed: ${why}`,
      "The session ends; the next neighbour is asked.",
    );
  }
}
