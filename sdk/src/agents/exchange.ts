import { IdleStreamError } from "./errors.ts";
import { IDLE_STREAM_MS } from "./limits.ts";
import type { Hearing, Message, Outcome, Receiving } from "./types.ts";

/** Whoever answers; what it yields becomes a message when it is accepted. */
export interface Answerer {
  receive(message: Message, receiving: Receiving): AsyncIterable<unknown>;
}

/** What an exchange needs once somebody asks for its first answer. */
export interface Opened {
  readonly node: Answerer;
  readonly message: Message;
  readonly hearing?: Hearing;
  /** Ends it from outside: the caller's own signal, and those of both sides' places. */
  readonly signals: readonly AbortSignal[];
  /** Makes an answer a message that the asker has received. */
  accept(answer: unknown): Message;
  /** The answer that stands for what the node threw. */
  failed(error: unknown): Message;
  closed(outcome: Outcome): void;
}

export interface Timing {
  /** Until the next answer. */
  readonly timeoutMs: number;
  readonly timedOut: () => Error;
}

/** The reader has had enough; nothing is wrong. */
const ENOUGH = Symbol("enough");

/**
 * One message and the answers to it, one at a time as they are asked for. It opens when the first is. However it ends, the signal
 * that the node was given aborts, its stream is returned, and nothing of it is left: no timer, no listener, no place in a list.
 */
export class Exchange implements AsyncIterableIterator<Message> {
  readonly #open: (exchange: Exchange) => Opened;
  readonly #timing: Timing;
  readonly #controller = new AbortController();
  readonly #run: AsyncGenerator<Message, void, void>;
  #opened: Opened | undefined;
  #follow: (() => void) | undefined;
  #started = false;
  #closed = false;
  #idle: NodeJS.Timeout | undefined;
  /** Why it ended too early, until the reader was told. */
  #cut: { readonly reason: unknown } | undefined;

  constructor(open: (exchange: Exchange) => Opened, timing: Timing) {
    this.#open = open;
    this.#timing = timing;
    this.#run = this.#answers();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Message, undefined>> {
    const step = await this.#run.next();
    if (step.done !== true) return step;
    const cut = this.#cut;
    this.#cut = undefined;
    if (cut !== undefined) throw cut.reason;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Message, undefined>> {
    this.#end(ENOUGH);
    await this.#run.return();
    return { done: true, value: undefined };
  }

  /** Ends it for a reason that the reader is told. */
  stop(reason: unknown): void {
    if (!this.#controller.signal.aborted) this.#cut = { reason };
    this.#end(reason);
    // Where it waits for its reader, nothing else would wake it. A reason that it throws is kept for the reader.
    this.#run.return().catch(() => undefined);
  }

  /** Checks and opens it now, without asking for an answer. @throws what keeps it from being delivered */
  begin(): void {
    if (this.#opened !== undefined) return;
    const opened = this.#open(this);
    this.#opened = opened;
    const aborted = opened.signals.find((signal) => signal.aborted);
    if (aborted !== undefined) {
      this.#close({ status: "cancelled", answers: 0 });
      throw aborted.reason;
    }
    const follow = () => this.stop(opened.signals.find((signal) => signal.aborted)?.reason);
    this.#follow = follow;
    for (const signal of opened.signals) signal.addEventListener("abort", follow, { once: true });
    this.#awaitReader();
  }

  /** A reader that never comes back leaves nothing open for ever. */
  #awaitReader(): void {
    this.#idle = setTimeout(() => this.stop(new IdleStreamError(IDLE_STREAM_MS)), IDLE_STREAM_MS).unref();
  }

  #end(reason: unknown): void {
    clearTimeout(this.#idle);
    this.#controller.abort(reason);
    // What never began to answer has no end of its own.
    if (!this.#started) this.#close({ status: "cancelled", answers: 0 });
  }

  #close(outcome: Outcome): void {
    const opened = this.#opened;
    if (opened === undefined || this.#closed) return;
    this.#closed = true;
    const follow = this.#follow;
    if (follow !== undefined)
      for (const signal of opened.signals) signal.removeEventListener("abort", follow);
    opened.closed(outcome);
  }

  async *#answers(): AsyncGenerator<Message, void, void> {
    this.begin();
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#started = true;
    clearTimeout(this.#idle);
    const { signal } = this.#controller;
    let answers = 0;
    let outcome: Outcome = { status: "cancelled", answers };
    let source: AsyncIterator<unknown> | undefined;
    try {
      const { hearing } = opened;
      signal.throwIfAborted();
      source = opened.node
        .receive(opened.message, { signal, ...(hearing === undefined ? {} : { hearing }) })
        [Symbol.asyncIterator]();
      for (;;) {
        const step = await this.#within(source);
        if (step.done === true) {
          source = undefined;
          if (outcome.status !== "failed") outcome = { status: "answered", answers };
          return;
        }
        const answer = opened.accept(step.value);
        answers += 1;
        outcome = { status: answer.intent === "error" ? "failed" : "cancelled", answers };
        this.#awaitReader();
        yield answer;
        clearTimeout(this.#idle);
      }
    } catch (error) {
      if (!signal.aborted) {
        outcome = { status: "failed", answers: answers + 1, error };
        yield opened.failed(error);
        return;
      }
      const timedOut = error instanceof TimedOut;
      outcome = { status: timedOut ? "timed-out" : "cancelled", answers, error: signal.reason };
    } finally {
      // Whoever took what it wanted was answered.
      if (outcome.status === "cancelled" && answers > 0 && this.#cut === undefined)
        outcome = { status: "answered", answers };
      this.#end(ENOUGH);
      // Not waited for: a producer that hears nothing would hold up whoever has had enough of it.
      if (source !== undefined) void release(source);
      this.#close(outcome);
    }
  }

  /** The next answer, unless the exchange ends or the time is over before. */
  #within(source: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
    const { signal } = this.#controller;
    const { timeoutMs, timedOut } = this.#timing;
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
      };
      const end = () => {
        settle();
        reject(signal.reason);
      };
      const over = () => {
        const reason = timedOut();
        this.#cut = { reason };
        reject(new TimedOut());
        this.#controller.abort(reason);
      };
      const timer = setTimeout(over, Math.min(timeoutMs, LONGEST_MS));
      signal.addEventListener("abort", end, { once: true });
      nextOf(source).then(resolve, reject).finally(settle);
    });
  }
}

/** The longest time that a timer holds. */
const LONGEST_MS = 2 ** 31 - 1;

/** What a producer throws at once, it throws as well. */
async function nextOf(source: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  return await source.next();
}

/** Marks the end of the time, whatever the reason is called. */
class TimedOut extends Error {}

async function release(source: AsyncIterator<unknown>): Promise<void> {
  try {
    await source.return?.();
  } catch {
    // It was told to stop; how it complains of that is nobody's affair any more.
  }
}
