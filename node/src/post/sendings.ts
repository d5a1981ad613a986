import type { AgentFrame, AgentMessage, MessageReceipt } from "@action-collective/protocol";
import { NotAtThisDeskError, PostBusyError } from "./errors.ts";
import { failureHere } from "./failure.ts";
import { MOST_EXCHANGES } from "./limits.ts";
import { addressOf, sizeOf, textOf } from "./messages.ts";
import type { Answers, Outcome, Resident } from "./types.ts";

/** What takes messages on to where they go. */
export interface Office {
  readonly self: string;
  /** Throws what keeps it from getting there. */
  ask(sender: Resident, message: AgentMessage, signal: AbortSignal): Promise<Answers>;
  /** `later`: told what became of one that is kept here until its peer is there. Throws what keeps it from getting there. */
  send(sender: Resident, message: AgentMessage, later: (outcome: Outcome) => void): Promise<Outcome>;
}

interface SendingsParts {
  readonly office: Office;
  readonly resident: (name: string) => Resident | undefined;
  readonly push: (frame: AgentFrame) => void;
  /** False: there is no room. */
  readonly pushAnswer: (frame: AgentFrame, bytes: number) => boolean;
  readonly clock: () => number;
}

interface Sending {
  /** Of whom, once that is known. */
  sender: Resident | undefined;
  readonly controller: AbortController;
  answers: Answers | undefined;
  /** An answer was asked for that has not come. */
  asked: boolean;
}

/** The exchanges that a space opened. */
export class Sendings {
  readonly #parts: SendingsParts;
  readonly #open = new Map<string, Sending>();

  constructor(parts: SendingsParts) {
    this.#parts = parts;
  }

  letter({ exchange, ask, message }: Extract<AgentFrame, { kind: "letter" }>): void {
    // A name in use: both would be told apart by nothing.
    if (this.#open.has(exchange)) return;
    if (this.#open.size >= MOST_EXCHANGES) {
      const error = new PostBusyError("This space");
      if (ask) this.#parts.push({ kind: "fail", exchange, ...failureHere(error) });
      else this.#receipt(exchange, message.id, { status: "refused", ...failureHere(error) });
      return;
    }
    const sending: Sending = {
      controller: new AbortController(),
      sender: undefined,
      answers: undefined,
      asked: false,
    };
    this.#open.set(exchange, sending);
    void (ask ? this.#ask(exchange, sending, message) : this.#send(exchange, sending, message));
  }

  next(exchange: string): void {
    const sending = this.#open.get(exchange);
    if (sending === undefined || sending.asked) return;
    sending.asked = true;
    if (sending.answers !== undefined) void this.#next(exchange, sending, sending.answers);
  }

  cancel(exchange: string): void {
    const sending = this.#open.get(exchange);
    if (sending === undefined) return;
    this.#open.delete(exchange);
    sending.controller.abort(new DOMException("The exchange was cancelled", "AbortError"));
    sending.answers?.cancel();
  }

  /** It asks nobody any more. What it sent one-way goes its way. */
  left(sender: Resident): void {
    for (const [exchange, sending] of this.#open) {
      if (sending.sender !== sender) continue;
      this.cancel(exchange);
      this.#parts.push({ kind: "fail", exchange, ...failureHere(new NotAtThisDeskError()) });
    }
  }

  close(): void {
    for (const exchange of [...this.#open.keys()]) this.cancel(exchange);
  }

  async #ask(exchange: string, sending: Sending, message: AgentMessage): Promise<void> {
    const { office } = this.#parts;
    const { signal } = sending.controller;
    try {
      const { sender, stamped } = this.#stamp(message);
      sending.sender = sender;
      const answers = await office.ask(sender, stamped, signal);
      if (signal.aborted) return answers.cancel();
      sending.answers = answers;
      if (sending.asked) await this.#next(exchange, sending, answers);
    } catch (error) {
      this.#fail(exchange, sending, error);
    }
  }

  async #next(exchange: string, sending: Sending, answers: Answers): Promise<void> {
    try {
      const message = await answers.next(sending.controller.signal);
      if (sending.controller.signal.aborted) return;
      sending.asked = false;
      if (message === undefined) {
        this.#open.delete(exchange);
        this.#parts.push({ kind: "end", exchange });
      } else if (!this.#parts.pushAnswer({ kind: "answer", exchange, message }, sizeOf(message))) {
        throw new PostBusyError("This space");
      }
    } catch (error) {
      this.#fail(exchange, sending, error);
    }
  }

  #fail(exchange: string, sending: Sending, error: unknown): void {
    sending.answers?.cancel();
    if (sending.controller.signal.aborted) return;
    this.#open.delete(exchange);
    this.#parts.push({ kind: "fail", exchange, ...failureHere(error) });
  }

  async #send(exchange: string, sending: Sending, message: AgentMessage): Promise<void> {
    const outcome = await this.#outcome(exchange, message);
    if (sending.controller.signal.aborted) return;
    this.#open.delete(exchange);
    this.#receipt(exchange, message.id, outcome);
  }

  async #outcome(exchange: string, message: AgentMessage): Promise<Outcome> {
    try {
      const { sender, stamped } = this.#stamp(message);
      // It goes its way also when its space is closed meanwhile.
      return await this.#parts.office.send(sender, stamped, (outcome) =>
        this.#receipt(exchange, message.id, outcome),
      );
    } catch (error) {
      return { status: "refused", ...failureHere(error) };
    }
  }

  /** Who sends it, and the message with both addresses whole. */
  #stamp(message: AgentMessage): { sender: Resident; stamped: AgentMessage } {
    const { office, resident } = this.#parts;
    sizeOf(message);
    const from = addressOf(message.from, office.self);
    const sender = from.peer === office.self ? resident(from.name) : undefined;
    if (sender === undefined) throw new NotAtThisDeskError();
    const to = addressOf(message.to, office.self);
    return { sender, stamped: { ...message, from: textOf(from), to: textOf(to) } };
  }

  #receipt(exchange: string, id: string, outcome: Outcome): void {
    const receipt: MessageReceipt = { id, ...outcome, at: this.#parts.clock() };
    this.#parts.push({ kind: "receipt", exchange, receipt });
  }
}
