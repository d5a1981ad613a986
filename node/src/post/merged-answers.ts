import type { AgentMessage } from "@action-collective/protocol";
import type { Answers } from "./types.ts";

/**
 * The answers of several as one stream, as they come. Each is asked for one answer at a time, and for none before the last one
 * was taken. One that fails is silent from then on: others still answer.
 */
export class MergedAnswers implements Answers {
  /** Those that may have more, and whether an answer of theirs was asked for and not taken yet. */
  readonly #voices: Map<Answers, boolean>;
  readonly #ready: { readonly voice: Answers; readonly answer: AgentMessage }[] = [];
  readonly #controller = new AbortController();
  #wake: () => void = () => undefined;

  constructor(all: readonly Answers[]) {
    this.#voices = new Map(all.map((voice) => [voice, false]));
  }

  async next(signal: AbortSignal): Promise<AgentMessage | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const first = this.#ready.shift();
      if (first !== undefined) {
        this.#voices.set(first.voice, false);
        return first.answer;
      }
      if (this.#voices.size === 0) return undefined;
      const woken = this.#woken(signal);
      for (const [voice, asked] of this.#voices) if (!asked) this.#ask(voice);
      await woken;
    }
  }

  cancel(): void {
    this.#controller.abort(new DOMException("The exchange was cancelled", "AbortError"));
    for (const voice of this.#voices.keys()) voice.cancel();
    this.#voices.clear();
    this.#wake();
  }

  #ask(voice: Answers): void {
    this.#voices.set(voice, true);
    voice
      .next(this.#controller.signal)
      .then((answer) => {
        if (answer === undefined) this.#voices.delete(voice);
        else if (this.#voices.has(voice)) this.#ready.push({ voice, answer });
      })
      .catch(() => this.#voices.delete(voice))
      .finally(() => this.#wake());
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      this.#wake = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
    });
  }
}
