import { CollectiveError } from "@action-collective/protocol";

/** Work was given up because the peer stops; nothing was lost. */
export class StoppingError extends CollectiveError {
  constructor() {
    super("stopping", "The peer is stopping", "Start it again with `collective start`.");
  }
}
