import { deadline } from "../../deadline.ts";
import { endStream } from "../streams.ts";
import type { Message, Receiving } from "../types.ts";
import { networkLimits } from "./limits.ts";

export interface Listening {
  /** Aborts when nobody waits for the answers any more. */
  readonly signal: AbortSignal;
  /** Longest wait for the next answer. */
  readonly timeoutMs: number;
  readonly late: () => Error;
  /** The answer that stands for what was thrown. */
  readonly failed: (error: unknown) => Message;
  /** Around every step of whoever answers. */
  readonly run: <Value>(act: () => Value) => Value;
}

/**
 * What a node answers, one at a time as it is asked for. The node has a signal of its own, which aborts as soon as nobody listens;
 * one that does not heed it is left alone, not waited for. What it throws becomes its last answer.
 * @throws the signal's reason
 */
export function listen(
  open: (receiving: Receiving) => AsyncIterable<Message>,
  listening: Listening,
): AsyncIterableIterator<Message> {
  const stop = new AbortController();
  const answers = answersOf(open, listening, stop);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => answers.next(),
    async return() {
      // Also while an answer is being waited for.
      stop.abort();
      await answers.return();
      return { done: true, value: undefined };
    },
  };
}

async function* answersOf(
  open: (receiving: Receiving) => AsyncIterable<Message>,
  { signal: outer, timeoutMs, late, failed, run }: Listening,
  stop: AbortController,
): AsyncGenerator<Message, void, undefined> {
  const signal = AbortSignal.any([outer, stop.signal]);
  let answers: AsyncIterator<Message> | undefined;
  let waiting = false;
  const next = async (from: AsyncIterator<Message>) => {
    using time = deadline(timeoutMs, signal, late);
    waiting = true;
    const result = await time.race(run(() => from.next()));
    waiting = false;
    return result;
  };
  try {
    answers = run(() => open({ signal }))[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await next(answers);
      if (done) {
        answers = undefined;
        return;
      }
      yield value;
    }
  } catch (error) {
    outer.throwIfAborted();
    if (!stop.signal.aborted) yield failed(error);
  } finally {
    stop.abort();
    const over = answers === undefined ? undefined : endStream(answers, networkLimits.endMs);
    if (!waiting) await over;
  }
}
