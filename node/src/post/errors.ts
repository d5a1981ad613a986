import { CollectiveError, MOST_MESSAGE_BYTES } from "@action-collective/protocol";

/** There is no such desk: it was closed, or nobody asked of it for too long. */
export class NoSuchDeskError extends CollectiveError {
  constructor() {
    super("no-such-desk", "This space is not connected to the peer any more", "Connect it again.");
  }
}

/** As many spaces are connected as the peer takes. */
export class TooManyDesksError extends CollectiveError {
  constructor(most: number) {
    super("busy", `${most} spaces are connected already`, "Disconnect one, or wait: idle ones are closed.");
  }
}

/** Nobody of that name can be reached: absent, or not exposed; which of them is not said. */
export class NoSuchAgentError extends CollectiveError {
  constructor(address: string) {
    super(
      "no-such-agent",
      `No agent can be reached at ${address}`,
      "Ask the peer for its agents with `help` to `*@PeerId`, or try again later.",
    );
  }
}

/** A name that another agent of this peer has, or had within a day at somebody else's desk. */
export class NameTakenError extends CollectiveError {
  constructor(name: string) {
    super(
      "name-taken",
      `The name ${name} belongs to an agent of another program at this peer`,
      "Choose another name.",
    );
  }
}

/** A message said to be from somebody who is not at the desk that sent it. */
export class NotAtThisDeskError extends CollectiveError {
  constructor() {
    super("not-at-this-desk", "The sender of this message is not in this space", "Let it join first.");
  }
}

/** `*` is everybody of one's own space: the peer does not know who that is. */
export class NoAddressError extends CollectiveError {
  constructor(address: string) {
    super("no-address", `${address} names nobody here`, "Write to `name@PeerId` or to `*@PeerId`.");
  }
}

export class MessageTooLargeError extends CollectiveError {
  constructor() {
    super(
      "message-too-large",
      `A message has at most ${MOST_MESSAGE_BYTES} bytes`,
      "Send less, or what the other can fetch itself.",
    );
  }
}

/** Something that JSON and dag-cbor do not both carry unchanged, or that nests too deeply. */
export class MessageUnsendableError extends CollectiveError {
  constructor() {
    super(
      "message-unsendable",
      "The message holds what cannot be sent",
      "Send plain JSON of ordinary depth.",
    );
  }
}

/** There is more to do than this side takes on at once. */
export class PostBusyError extends CollectiveError {
  constructor(what: string) {
    super("busy", `${what}: too much is under way at once`, "Try again in a moment.");
  }
}

/** The capability does not allow it. */
export class NotPermittedError extends CollectiveError {
  constructor(what: string) {
    super("capability-refused", `The agent's privileges do not allow it: ${what}`, "Ask whoever created it.");
  }
}

/** The user's own rules are against it. */
export class PeerBlockedError extends CollectiveError {
  constructor(peer: string) {
    super("refused-by-policy", `${peer} is blocked here`, "See `collective policy`.");
  }
}

/** Nobody could connect to that peer. */
export class PeerUnreachableError extends CollectiveError {
  constructor(peer: string, options?: ErrorOptions) {
    super("peer-unreachable", `${peer} cannot be reached now`, "Try again later.", options);
  }
}

/** The peer was there, and does not speak the protocol of letters. */
export class NoPostThereError extends CollectiveError {
  constructor(peer: string) {
    super("no-post", `${peer} takes no letters`, "Its software may be older than this one.");
  }
}

/** The space that was to answer is gone. */
export class AgentLeftError extends CollectiveError {
  constructor(address: string) {
    super("agent-left", `${address} left before it answered`, "Ask again when it is back.");
  }
}

/** No answer, or no receipt, within the time that there is for one. */
export class AnswerOverdueError extends CollectiveError {
  constructor(ms: number) {
    super("no-answer-in-time", `Nothing came within ${ms} ms`, "Ask again, or somebody else.");
  }
}

/** Nobody asked for the next answer for too long. */
export class AskerIdleError extends CollectiveError {
  constructor() {
    super("asker-idle", "Nobody asked for the next answer for too long", "Ask again.");
  }
}

/** The letter's id came before: it is not answered twice. */
export class LetterRepeatedError extends CollectiveError {
  constructor() {
    super("letter-repeated", "A letter with this id was here before", "Give every message an id of its own.");
  }
}

/** Too old, from the future, or past its time. */
export class LetterNotFreshError extends CollectiveError {
  constructor() {
    super("not-fresh", "The letter is not of this time", "Check the clocks of both machines.");
  }
}

/** What the side that was to answer said of its failure, in its own words. */
export class AnswerFailedError extends CollectiveError {
  constructor(code: string, message: string) {
    super(code, message, "Ask whoever answered.");
  }
}

/** post.sqlite is damaged, or written by a newer version. */
export class PostUnreadableError extends CollectiveError {
  constructor(path: string, cause: unknown) {
    super(
      "post-unreadable",
      `The mailboxes ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Move the file away and start again: what lay in it was on its way for a day at most.",
      { cause },
    );
  }
}
