import type { AgentMessage } from "@action-collective/protocol";
import type { Answers } from "./types.ts";

interface DeskAnswersParts {
  /** Asks the space for the next answer. */
  readonly askNext: () => void;
  /** Tells the space that nobody wants more. */
  readonly tellCancelled: () => void;
  /** The exchange is over, however it ended. */
  readonly ended: () => void;
}

/** Answers of an agent of a connected space, as its frames bring them. */
export class DeskAnswers implements Answers {
  readonly #parts: DeskAnswersParts;
  #state: "open" | "ended" | "failed" = "open";
  #failure: unknown;
  #asked: { resolve(answer: AgentMessage | undefined): void; reject(error: unknown): void } | undefined;

  constructor(parts: DeskAnswersParts) {
    this.#parts = parts;
  }

  next(signal: AbortSignal): Promise<AgentMessage | undefined> {
    if (this.#state === "failed") return Promise.reject(this.#failure);
    if (this.#state === "ended") return Promise.resolve(undefined);
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#asked = undefined;
        reject(signal.reason);
      };
      const done = () => signal.removeEventListener("abort", abort);
      this.#asked = {
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#parts.askNext();
    });
  }

  /** False for one that nobody asked for. */
  answered(message: AgentMessage): boolean {
    const asked = this.#asked;
    if (asked === undefined) return false;
    this.#asked = undefined;
    asked.resolve(message);
    return true;
  }

  end(): void {
    if (!this.#finish("ended")) return;
    this.#asked?.resolve(undefined);
    this.#asked = undefined;
  }

  fail(error: unknown): void {
    if (!this.#finish("failed")) return;
    this.#failure = error;
    this.#asked?.reject(error);
    this.#asked = undefined;
  }

  cancel(): void {
    if (this.#state !== "open") return;
    this.#parts.tellCancelled();
    this.end();
  }

  #finish(state: "ended" | "failed"): boolean {
    if (this.#state !== "open") return false;
    this.#state = state;
    this.#parts.ended();
    return true;
  }
}
