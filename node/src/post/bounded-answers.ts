import type { AgentMessage } from "@action-collective/protocol";
import { withDeadline } from "../network/deadline.ts";
import { AnswerOverdueError, AskerIdleError } from "./errors.ts";
import type { Answers } from "./types.ts";

interface Bounds {
  /** Until each answer. */
  readonly answerMs: number;
  /** Until the next one is asked for. */
  readonly idleMs: number;
  /** Called once, however it ends. */
  readonly ended: () => void;
}

/** Answers that take no longer than they may, and that nobody can forget about. */
export class BoundedAnswers implements Answers {
  readonly #answers: Answers;
  readonly #bounds: Bounds;
  #idle: NodeJS.Timeout | undefined;
  #over = false;
  #failure: Error | undefined;

  constructor(answers: Answers, bounds: Bounds) {
    this.#answers = answers;
    this.#bounds = bounds;
    this.#waitForAsker();
  }

  async next(signal: AbortSignal): Promise<AgentMessage | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#over) return undefined;
    clearTimeout(this.#idle);
    try {
      const answer = await withDeadline(this.#bounds.answerMs, [signal], (bounded) =>
        this.#answers.next(bounded),
      );
      if (answer === undefined) this.#end();
      else this.#waitForAsker();
      return answer;
    } catch (error) {
      this.#answers.cancel();
      this.#end();
      throw isTimeout(error) && !signal.aborted ? new AnswerOverdueError(this.#bounds.answerMs) : error;
    }
  }

  cancel(): void {
    if (this.#over) return;
    this.#answers.cancel();
    this.#end();
  }

  #waitForAsker(): void {
    if (this.#over) return;
    this.#idle = setTimeout(() => {
      this.#failure = new AskerIdleError();
      this.cancel();
    }, this.#bounds.idleMs);
    this.#idle.unref();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#idle);
    this.#bounds.ended();
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
