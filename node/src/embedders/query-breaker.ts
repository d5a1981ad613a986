import { EmbedderServerError } from "./errors.ts";
import { refusedTexts } from "./openai-failure.ts";

/**
 * A server that hangs must not hold every search for as long as the first: after a query in vain the next ones fail
 * at once for a while, and then one is tried again.
 */
export class QueryBreaker {
  readonly #pauseMs: number;
  readonly #now: () => number;
  #againAt = Number.NEGATIVE_INFINITY;

  constructor(pauseMs: number, now: () => number = () => performance.now()) {
    this.#pauseMs = pauseMs;
    this.#now = now;
  }

  /** @throws {EmbedderServerError} while there is no use in asking */
  check(host: string): void {
    if (this.#now() < this.#againAt)
      throw new EmbedderServerError(host, "did not answer a moment ago and is not asked for a while");
  }

  /** The promise's outcome. What is only about the text says nothing about the next one. */
  async watch<Value>(asking: Promise<Value>): Promise<Value> {
    try {
      return await asking;
    } catch (error) {
      if (error instanceof EmbedderServerError && !refusedTexts(error))
        this.#againAt = this.#now() + this.#pauseMs;
      throw error;
    }
  }
}
