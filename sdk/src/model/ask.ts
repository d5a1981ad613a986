import { deadline } from "../deadline.ts";
import type { RawAnswer } from "./answer.ts";
import { ModelTimeoutError } from "./errors.ts";
import { failureOf } from "./failures.ts";
import { modelLimits } from "./limits.ts";
import { eventsOf } from "./stream.ts";
import type { Turn } from "./types.ts";

export interface Ask {
  readonly create: (body: object, request: { readonly signal: AbortSignal }) => unknown;
  readonly body: object;
  readonly turn: Turn;
  readonly timeoutMs: number | undefined;
}

/** How one interface's answers are read. */
export interface Readers {
  whole(answer: unknown): RawAnswer;
  streamed(events: AsyncIterable<unknown>, onText: (delta: string) => void): Promise<RawAnswer>;
}

/** One request within its time. @throws {ModelError} or the signal's reason. */
export async function ask(
  { create, body, turn, timeoutMs = modelLimits.timeoutMs }: Ask,
  readers: Readers,
): Promise<RawAnswer> {
  using time = deadline(timeoutMs, turn.signal, () => new ModelTimeoutError(timeoutMs));
  let answer: unknown;
  try {
    answer = await time.race(Promise.resolve(create(body, { signal: time.signal })));
  } catch (error) {
    time.throwIfOver();
    throw failureOf(error, timeoutMs);
  }
  return turn.onText === undefined
    ? readers.whole(answer)
    : await readers.streamed(eventsOf(answer, time), turn.onText);
}
