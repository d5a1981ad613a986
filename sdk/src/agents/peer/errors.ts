import { CollectiveError } from "@action-collective/protocol";

/** The peer that the space was connected to is gone; what was under way there is lost. */
export class PeerLostError extends CollectiveError {
  constructor(options?: ErrorOptions) {
    super(
      "peer-unreachable",
      "The connection to the peer is lost",
      "Ask again in a moment: the space connects again by itself as soon as the peer is back.",
      options,
    );
  }
}

/** More is under way with the peer than there is room for. */
export class PeerBusyError extends CollectiveError {
  constructor() {
    super("busy", "Too much is under way between this space and its peer", "Try again in a moment.");
  }
}

/** The peer does not let an agent of that name in, or not be reached. */
export class NotJoinedError extends CollectiveError {
  constructor(id: string, code: string, problem: string) {
    super(
      code,
      `"${id}" is not known at the peer: ${problem}`,
      code === "name-taken" ? "Give it a name of its own on this machine." : "Look at its privileges.",
    );
  }
}

/** A space is connected to one peer at a time. */
export class ConnectedAlreadyError extends CollectiveError {
  constructor() {
    super("connected-already", "The space is connected to a peer already", "Close that connection first.");
  }
}

/** What answers now is another peer than the one that the space was connected to. */
export class OtherPeerError extends CollectiveError {
  constructor(was: string, is: string) {
    super(
      "other-peer",
      `The space was connected to ${was}, and ${is} answers now`,
      "Close the connection and connect anew.",
    );
  }
}
