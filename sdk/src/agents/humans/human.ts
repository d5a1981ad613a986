import { randomUUID } from "node:crypto";
import type { Json } from "@action-collective/protocol";
import type { ApprovalQuestion } from "../../approval.ts";
import { Agent } from "../agent.ts";
import type { ActionContext, ActionSpecs, Caller, Message } from "../types.ts";
import type { Contact, OpenContact, Question } from "./contact.ts";
import { PersonGoneError } from "./errors.ts";
import { humanLimits } from "./limits.ts";
import { Questions, type QuestionsOptions } from "./questions.ts";
import { shownContent, shownText } from "./shown.ts";

export interface HumanOptions {
  /** How long the person has for one question, in milliseconds. Whoever asks may be less patient. */
  readonly timeoutMs?: number | undefined;
  readonly clock?: (() => number) | undefined;
  readonly newId?: (() => string) | undefined;
}

export interface Confirming {
  /** Who wants to know; "this program" unless given. */
  readonly from?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Longer than anybody is asked to wait: the person's own time is what ends a question. */
const NO_OTHER_TIME_MS = 2 ** 31 - 1;
const asking = (description: string) => ({ description, timeoutMs: NO_OTHER_TIME_MS });

/**
 * A person as an agent: what it receives is shown to them, and what they say is its answer. Questions are asked in the order in
 * which they came; when nobody waits for an answer any more, its question is withdrawn.
 */
export class Human extends Agent {
  static override readonly actions: ActionSpecs = {
    chat: asking("Talks to a person, who answers in their own words"),
    request: asking("Asks a person for something"),
    query: asking("Asks a person a question"),
    inform: asking("Tells a person something; there is no answer"),
  };

  readonly #contact: Contact;
  readonly #options: Omit<QuestionsOptions, "id">;
  #opening: Promise<{ readonly questions: Questions; readonly contact: OpenContact }> | undefined;
  #closed = false;

  constructor(id: string | undefined, contact: Contact, options: HumanOptions = {}) {
    super(id);
    this.#contact = contact;
    const { timeoutMs = humanLimits.screenTimeoutMs, clock = Date.now, newId = randomUUID } = options;
    this.#options = { timeoutMs, clock, newId };
  }

  chat(content: Json, context: ActionContext): Promise<string> {
    return this.#asked("chat", content, context);
  }

  request(content: Json, context: ActionContext): Promise<string> {
    return this.#asked("request", content, context);
  }

  query(content: Json, context: ActionContext): Promise<string> {
    return this.#asked("query", content, context);
  }

  /** @throws {PersonUnreachableError} */
  async inform(content: Json, { caller }: ActionContext): Promise<void> {
    const { contact } = await this.#opened();
    const { newId, clock } = this.#options;
    await contact.tell({ id: newId(), from: caller.address, text: shownContent(content), at: clock() });
  }

  /** Asks the person whether this message may be handled: for actions of this node, or of another agent that leaves it to them. */
  override requestPermission(proposed: Message, caller: Caller, signal?: AbortSignal): Promise<boolean> {
    const what = `${caller.address} wants "${proposed.intent}" of ${proposed.to} with`;
    return this.confirm(`${what}\n${shownContent(proposed.content)}`, { from: caller.address, signal });
  }

  /**
   * Yes or no. An answer that is neither is asked for again, and is a no in the end; "yes, but …" is no yes.
   * @throws {PersonBusyError | PersonSilentError | PersonGoneError}
   */
  async confirm(text: string, { from = "this program", signal }: Confirming = {}): Promise<boolean> {
    const { questions } = await this.#opened();
    const asked = { kind: "permission", from, text: shownText(text) } as const;
    for (let unclear = 0; unclear <= humanLimits.unclearAnswers; unclear += 1) {
      const note = unclear === 0 ? {} : { note: "That was neither yes nor no. Answer with that one word." };
      const said = yesOrNo(await questions.ask({ ...asked, ...note }, signal));
      if (said !== undefined) return said;
    }
    return false;
  }

  /** For `approve` of the client, `execute` and the tools: the person's word on a run that the peer doubts. */
  readonly approve = ({ ref, id, message }: ApprovalQuestion): Promise<boolean> =>
    this.confirm(`Run the action ${ref} (${id})?\n${message}`);

  /** Opens the way to the person; a space does it when the node comes in. @throws what keeps it shut */
  async open(): Promise<void> {
    this.#closed = false;
    await this.#opened();
  }

  /** Shuts it: open questions fail. A space does it when the node leaves. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening === undefined) return;
    const opened = await opening.catch(() => undefined);
    opened?.questions.gone(new PersonGoneError(`${this.id} is not reached any more`));
    await opened?.contact.close();
  }

  joined(): Promise<void> {
    return this.open();
  }

  leaving(): Promise<void> {
    return this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #asked(kind: Question["kind"], content: Json, { caller, signal }: ActionContext): Promise<string> {
    const { questions } = await this.#opened();
    return await questions.ask({ kind, from: caller.address, text: shownContent(content) }, signal);
  }

  async #opened(): Promise<{ readonly questions: Questions; readonly contact: OpenContact }> {
    if (this.#closed) throw new PersonGoneError(`${this.id} is not reached any more`);
    this.#opening ??= this.#start();
    return await this.#opening;
  }

  async #start(): Promise<{ readonly questions: Questions; readonly contact: OpenContact }> {
    try {
      const shown: { contact?: OpenContact } = {};
      const questions = new Questions(this.#contact, () => shown.contact, { id: this.id, ...this.#options });
      const contact = await this.#contact.open(questions, this.id);
      shown.contact = contact;
      return { questions, contact };
    } catch (error) {
      // The next one who needs it tries again.
      this.#opening = undefined;
      throw error;
    }
  }
}

function yesOrNo(answer: string): boolean | undefined {
  const words = answer.trim().toLowerCase();
  if (/^(?:yes|y)[.!]?$/.test(words)) return true;
  return /^(?:no|n)\b/.test(words) ? false : undefined;
}
