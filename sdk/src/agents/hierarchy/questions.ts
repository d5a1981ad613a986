import { tell } from "../listeners.ts";
import type { Caller, Message } from "../types.ts";
import { NoSuchQuestionError, QuestionsFullError } from "./board-errors.ts";
import type { OpenQuestion } from "./oversight.ts";

/** Questions open at once: each holds a message. */
export const MOST_QUESTIONS = 1_024;

/** A message that waits for a yes or no. */
export interface PendingQuestion {
  readonly id: string;
  readonly message: Message;
  readonly caller: Caller;
  readonly since: number;
}

interface Open {
  readonly question: PendingQuestion;
  readonly decide: (yes: boolean) => void;
}

/** Questions that receivers are thinking about, which the board may decide before they do. */
export class Questions {
  readonly #open = new Map<string, Open>();
  readonly #heard = new Set<(question: PendingQuestion) => void>();
  readonly #problem: (error: unknown) => void;
  #asked = 0;

  constructor(problem: (error: unknown) => void) {
    this.#problem = problem;
  }

  /** @throws {QuestionsFullError} */
  open(message: Message, caller: Caller, now: number): OpenQuestion {
    if (this.#open.size >= MOST_QUESTIONS) throw new QuestionsFullError(MOST_QUESTIONS);
    this.#asked += 1;
    const id = `question-${this.#asked}`;
    const { promise, resolve } = withResolvers<boolean>();
    const question = Object.freeze({ id, message, caller, since: now });
    this.#open.set(id, { question, decide: resolve });
    for (const heard of this.#heard) queueMicrotask(() => tell(() => heard(question), this.#problem));
    return { decided: promise, [Symbol.dispose]: () => void this.#open.delete(id) };
  }

  /** The oldest first. */
  list(): readonly PendingQuestion[] {
    return [...this.#open.values()].map(({ question }) => question);
  }

  /** @throws {NoSuchQuestionError} */
  decide(id: string, yes: boolean): void {
    const open = this.#open.get(id);
    if (open === undefined) throw new NoSuchQuestionError(id);
    this.#open.delete(id);
    // Anything but a plain yes is none.
    open.decide(yes === true);
  }

  onQuestion(heard: (question: PendingQuestion) => void): () => void {
    const own = (question: PendingQuestion) => heard(question);
    this.#heard.add(own);
    return () => void this.#heard.delete(own);
  }
}

/** Node 20 has no `Promise.withResolvers`. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
