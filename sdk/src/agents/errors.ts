import { CollectiveError } from "@action-collective/protocol";
import type { Failure, Message } from "./types.ts";

/** A message that no space carries: too large, too deep, not JSON, or a field of another form. */
export class InvalidMessageError extends CollectiveError {
  constructor(problem: string) {
    super(
      "message-invalid",
      `The message cannot be sent: ${problem}`,
      "Send plain JSON of at most 64 KiB to an agent's address.",
    );
  }
}

/** The node is in no space, so it has no place to act from. */
export class NotInSpaceError extends CollectiveError {
  constructor(id: string) {
    super("not-in-space", `"${id}" is in no space`, "Add it to one first: space.add(node).");
  }
}

/** The node is in a space already; it can be in one at a time. */
export class InSpaceAlreadyError extends CollectiveError {
  constructor(id: string) {
    super(
      "in-space-already",
      `"${id}" is in a space already`,
      "Make another node, or remove it there first.",
    );
  }
}

export class SpaceClosedError extends CollectiveError {
  constructor() {
    super("space-closed", "The space is closed", "Open another one: new Space().");
  }
}

/** Whoever asked, or was asked, has left the space. */
export class AgentLeftError extends CollectiveError {
  constructor(id: string) {
    super("agent-left", `"${id}" has left the space`, "Ask another one; who() says who is here.");
  }
}

/** No answer within the time. The one asked was told to stop. */
export class RequestTimeoutError extends CollectiveError {
  constructor(to: string, intent: string, timeoutMs: number) {
    super(
      "request-timed-out",
      `"${to}" did not answer "${intent}" within ${timeoutMs} ms`,
      "Ask again, or allow it more time with timeoutMs.",
    );
  }
}

/** Whoever asked for a stream did not ask for its next answer for a long time. */
export class IdleStreamError extends CollectiveError {
  constructor(idleMs: number) {
    super("stream-idle", `Nobody asked for the next answer for ${idleMs} ms`, "Ask anew.");
  }
}

/** The other one answered with an error; `code` is its word, `failure` all of it. */
export class RemoteFailureError extends CollectiveError {
  readonly failure: Failure;
  readonly answer: Message;

  constructor(failure: Failure, answer: Message) {
    super(failure.code, failure.message, failure.remedy ?? "Ask otherwise, or ask another one.");
    this.failure = failure;
    this.answer = answer;
  }
}

/** The other one took the message and said nothing. */
export class NoAnswerError extends CollectiveError {
  constructor(to: string, intent: string) {
    super("no-answer", `"${to}" has nothing to say to "${intent}"`, "Use send for what needs no answer.");
  }
}

/** An answer is not what the typed intent promises. */
export class AnswerInvalidError extends CollectiveError {
  constructor(intent: string, problem: string) {
    super(
      "answer-invalid",
      `The answer to "${intent}" is not what was asked for: ${problem}`,
      "Both sides must mean the same by this intent.",
    );
  }
}

/** The message reached nobody; `code` says why. */
export class NotDeliveredError extends CollectiveError {
  constructor(code: "no-such-agent" | "may-not-talk" | "not-connected" | (string & {}), message: string) {
    super(code, message, REMEDIES[code] ?? "Ask who() for those who can be written to.");
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  "may-not-talk":
    "Its privileges (talkTo) were fixed when it came; ask whoever created it to pass the word on.",
  "not-connected": "Connect the space to a peer first: space.connect(client).",
};

/** More at once than a space carries. */
export class TooManyExchangesError extends CollectiveError {
  constructor(whose: string, most: number) {
    super(
      "too-many-exchanges",
      `${whose} has ${most} exchanges open, the most there may be`,
      "End streams that are no longer read, and look for messages that go in circles.",
    );
  }
}

/** Only what was delivered to a node, or is its own, can it pass on, forward, or ask about. */
export class NotReceivedError extends CollectiveError {
  constructor(id: string) {
    super(
      "not-received",
      `"${id}" did not receive this message`,
      "Hand on the very object that was received; say one's own words with send, request or reply.",
    );
  }
}

/** More of something than one node may hold. */
export class TooManyError extends CollectiveError {
  constructor(what: string, most: number) {
    super("limit-exceeded", `There are ${most} ${what} already, the most there may be`, "Drop one first.");
  }
}

/** `static actions` of an agent does not fit its methods. */
export class InvalidActionsError extends CollectiveError {
  constructor(agent: string, problem: string) {
    super("invalid-actions", `The actions of ${agent} are wrong: ${problem}`, "Mend `static actions`.");
  }
}

/** The access of an action is `requested`, and no `requestPermission` decided: there is none, it threw, or it was too slow. */
export class PermissionUndecidedError extends CollectiveError {
  constructor(id: string, options?: ErrorOptions) {
    super(
      "permission-undecided",
      `Nobody at "${id}" permitted this in time`,
      "Give the agent a requestPermission method that decides, or let the board.",
      options,
    );
  }
}

/** A method took too long for its next answer; its signal has aborted. */
export class MethodTimeoutError extends CollectiveError {
  constructor(action: string, timeoutMs: number) {
    super(
      "action-timed-out",
      `"${action}" had no answer within ${timeoutMs} ms`,
      "Ask for less at once, or give the action a longer timeoutMs.",
    );
  }
}
