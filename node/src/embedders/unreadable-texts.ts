import type { EmbedderLog } from "./types.ts";

/** Says which texts have no vector: loudly the first time, for strangers write the texts and could fill the log. */
export class UnreadableTexts {
  readonly #log: EmbedderLog;
  #said = 0;

  constructor(log: EmbedderLog) {
    this.#log = log;
  }

  say(error: Error): void {
    const message = `Search: a text has no vector and is found by keyword only: ${error.message}`;
    if (this.#said++ === 0) this.#log.warn(message);
    else this.#log.info(message);
  }
}
