/** What a person is asked. Its text may be shown as it is: nothing in it is invisible. */
export interface Question {
  readonly id: string;
  /** `permission`: yes or no. */
  readonly kind: "chat" | "request" | "query" | "permission";
  /** The address of who asks, as the space knows it; or "this program". */
  readonly from: string;
  readonly text: string;
  readonly askedAt: number;
  /** Why it is asked once more. */
  readonly note?: string;
}

/** What a person is told, without a question. */
export interface Notice {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

/** How a question came to its end. `gone`: the way to the person was shut. */
export type Ending = "answered" | "withdrawn" | "timed-out" | "gone";

/** What became of an answer: taken, or why not. */
export type Taken = "taken" | "unknown" | "empty" | "too-long";

/** What a contact calls when the person says something. */
export interface Listener {
  /** The first answer to a question is taken, all later ones are `unknown`. */
  answer(id: string, text: string): Taken;
  /** Open questions that were shown, the oldest first. */
  open(): readonly Question[];
  /** The way is shut from the other side: every question fails with this, now and later. */
  gone(error: Error): void;
}

/** A way to a person. */
export interface Contact {
  /** Questions that are shown at the same time. */
  readonly atOnce: number;
  /** @param person the id of the human node. @throws what keeps the way shut. */
  open(listener: Listener, person: string): Promise<OpenContact>;
}

export interface OpenContact {
  /** What it throws fails the question. The signal ends it early. */
  show(question: Question, signal: AbortSignal): void | Promise<void>;
  /** A question that was shown is over. */
  closed(question: Question, ending: Ending): void;
  /** What it throws fails the message. */
  tell(notice: Notice): void | Promise<void>;
  /** Ends soon, whatever the other side does. */
  close(): Promise<void>;
}
