import { deadline } from "../../deadline.ts";
import type { Contact, Ending, Listener, OpenContact, Question, Taken } from "./contact.ts";
import { PersonBusyError, PersonSilentError } from "./errors.ts";
import { humanLimits } from "./limits.ts";

interface Entry {
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly answered: (text: string) => void;
  readonly failed: (error: unknown) => void;
}

export interface QuestionsOptions {
  /** Of whom the errors speak. */
  readonly id: string;
  readonly timeoutMs: number;
  readonly clock: () => number;
  readonly newId: () => string;
}

/** The questions to one person: shown in the order in which they came, as many at once as the contact can show. */
export class Questions implements Listener {
  readonly #options: QuestionsOptions;
  readonly #atOnce: number;
  /** Undefined while the way is being opened. */
  readonly #contact: () => OpenContact | undefined;
  /** By id, in the order of asking. */
  readonly #waiting = new Map<string, Entry>();
  readonly #shown = new Map<string, Entry>();
  #gone: Error | undefined;

  constructor(
    { atOnce }: Pick<Contact, "atOnce">,
    contact: () => OpenContact | undefined,
    options: QuestionsOptions,
  ) {
    this.#atOnce = atOnce;
    this.#contact = contact;
    this.#options = options;
  }

  /**
   * The person's answer. When the signal fires, the question is withdrawn.
   * @throws {PersonBusyError | PersonSilentError | PersonGoneError} or the signal's reason, or what the contact throws
   */
  async ask(asked: Omit<Question, "id" | "askedAt">, outer: AbortSignal | undefined): Promise<string> {
    if (this.#gone !== undefined) throw this.#gone;
    this.#checkRoom(asked.from);
    const { id, timeoutMs, clock, newId } = this.#options;
    using time = deadline(timeoutMs, outer, () => new PersonSilentError(id, timeoutMs));
    const question = Object.freeze({ ...asked, id: newId(), askedAt: clock() });
    const answer = new Promise<string>((answered, failed) => {
      this.#waiting.set(question.id, { question, signal: time.signal, answered, failed });
    });
    this.#showNext();
    try {
      return await time.race(answer);
    } finally {
      const silent = time.signal.reason instanceof PersonSilentError;
      this.#remove(question.id, silent ? "timed-out" : "withdrawn");
    }
  }

  answer(id: string, text: string): Taken {
    const entry = this.#shown.get(id);
    if (entry === undefined) return "unknown";
    const words = text.toWellFormed().trim();
    if (words === "") return "empty";
    if (words.length > humanLimits.answerCharacters) return "too-long";
    entry.answered(words);
    this.#remove(id, "answered");
    return "taken";
  }

  open(): readonly Question[] {
    return [...this.#shown.values()].map(({ question }) => question);
  }

  gone(error: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    for (const entry of this.#all()) {
      entry.failed(error);
      this.#remove(entry.question.id, "gone");
    }
  }

  #all(): readonly Entry[] {
    return [...this.#waiting.values(), ...this.#shown.values()];
  }

  #checkRoom(from: string): void {
    const all = this.#all();
    if (all.length >= humanLimits.questions)
      throw new PersonBusyError(`${all.length} questions wait for ${this.#options.id} already`);
    const theirs = all.filter(({ question }) => question.from === from).length;
    if (theirs >= humanLimits.questionsOfOne)
      throw new PersonBusyError(`${theirs} questions of ${from} wait for ${this.#options.id} already`);
  }

  #showNext(): void {
    if (this.#gone !== undefined) return;
    for (const [id, entry] of this.#waiting) {
      if (this.#shown.size >= this.#atOnce) return;
      this.#waiting.delete(id);
      this.#shown.set(id, entry);
      void this.#show(entry);
    }
  }

  async #show(entry: Entry): Promise<void> {
    try {
      await this.#contact()?.show(entry.question, entry.signal);
    } catch (error) {
      entry.failed(error);
    }
  }

  #remove(id: string, ending: Ending): void {
    this.#waiting.delete(id);
    const entry = this.#shown.get(id);
    if (entry === undefined) return;
    this.#shown.delete(id);
    this.#contact()?.closed(entry.question, ending);
    this.#showNext();
  }
}
