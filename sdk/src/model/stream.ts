import type { Deadline } from "../deadline.ts";
import { ModelCutOffError, ModelError, ModelMalformedError, ModelUnavailableError } from "./errors.ts";
import { failureOf } from "./failures.ts";
import { modelLimits } from "./limits.ts";
import { fieldOf } from "./read.ts";

/** The events of a streamed answer, within the time; the rest is given up when the reader stops. */
export async function* eventsOf(stream: unknown, deadline: Deadline): AsyncGenerator<unknown> {
  if (!isAsyncIterable(stream)) throw new ModelMalformedError("a stream was asked for, and none came");
  const iterator = stream[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (let count = 0; ; count++) {
      if (count >= modelLimits.events) throw new ModelMalformedError("the answer does not end");
      // A reader may have ended it while it looked at the last event.
      deadline.throwIfOver();
      const { done, value } = await deadline.race(iterator.next());
      if (done === true) {
        ended = true;
        // Clients end a stream quietly when it is aborted.
        deadline.throwIfOver();
        return;
      }
      yield value;
    }
  } catch (error) {
    ended = true;
    throw brokenStream(error, deadline);
  } finally {
    // Not awaited: a body that hangs would keep the error from its reader.
    if (!ended || deadline.signal.aborted) iterator.return?.().then(undefined, () => undefined);
  }
}

function brokenStream(error: unknown, deadline: Deadline): unknown {
  if (deadline.signal.aborted) return deadline.signal.reason;
  if (error instanceof ModelError) return error;
  if (error instanceof SyntaxError)
    return new ModelMalformedError("a part of it is not JSON", { cause: error });
  if (typeof fieldOf(error, "status") === "number") return failureOf(error);
  // An error that the server reports in the stream has a body; a connection that breaks has none.
  if (fieldOf(error, "error") !== undefined)
    return new ModelUnavailableError(failureOf(error).message, { cause: error });
  return new ModelCutOffError("the connection broke", { cause: error });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Text that grows piece by piece, no further than is read. */
export class GrowingText {
  readonly #most: number;
  #text = "";

  constructor(most: number) {
    this.#most = most;
  }

  add(piece: string): void {
    this.#text += piece;
    if (this.#text.length > this.#most)
      throw new ModelMalformedError(`more than ${this.#most} characters in one part of the answer`);
  }

  toString(): string {
    return this.#text;
  }
}
