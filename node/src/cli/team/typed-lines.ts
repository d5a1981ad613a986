import type { CommandIo } from "../command.ts";

/** Of one line, in characters; a longer one is cut into several. */
const MOST_CHARACTERS = 32_000;

/** What is typed, line by line, for whoever asks next; one at a time. */
export class TypedLines {
  readonly #chunks: AsyncIterator<Uint8Array | string>;
  readonly #decoder = new TextDecoder();
  #typed = "";
  #ended = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(stdin: CommandIo["stdin"]) {
    this.#chunks = stdin[Symbol.asyncIterator]();
  }

  /** The next line; undefined at the end. */
  next(): Promise<string | undefined> {
    const line = this.#last.then(() => this.#read());
    this.#last = line.catch(() => undefined);
    return line;
  }

  /** Nothing more is read. */
  close(): void {
    this.#ended = true;
    // Not waited for: a terminal ends its iterator only with the next key.
    void this.#chunks.return?.()?.catch(() => undefined);
  }

  async #read(): Promise<string | undefined> {
    for (;;) {
      const end = this.#typed.indexOf("\n");
      const most = end === -1 ? this.#typed.length : end;
      if (end !== -1 || most >= MOST_CHARACTERS) {
        const line = this.#typed.slice(0, Math.min(most, MOST_CHARACTERS));
        this.#typed = this.#typed.slice(line.length + (line.length === most && end !== -1 ? 1 : 0));
        return line.replace(/\r$/, "");
      }
      const step = this.#ended ? { done: true as const, value: undefined } : await this.#chunks.next();
      if (step.done === true) {
        this.#ended = true;
        const rest = this.#typed;
        this.#typed = "";
        return rest === "" ? undefined : rest;
      }
      this.#typed +=
        typeof step.value === "string" ? step.value : this.#decoder.decode(step.value, { stream: true });
    }
  }
}
