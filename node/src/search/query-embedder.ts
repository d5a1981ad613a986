import { checkVectors } from "./embedder-check.ts";
import type { Embedder, SearchLog } from "./types.ts";

/** Turns queries into vectors; without an answer the search goes on by keyword, and the log hears of it once. */
export class QueryEmbedder {
  readonly #embedder: Embedder;
  readonly #log: SearchLog;
  #failing = false;

  constructor(embedder: Embedder, log: SearchLog) {
    this.#embedder = embedder;
    this.#log = log;
  }

  async embed(query: string): Promise<Float32Array | undefined> {
    try {
      const [vector] = checkVectors(this.#embedder, 1, await this.#embedder.embed([query], "query"));
      this.#failing = false;
      return vector;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.#failing)
        this.#log.warn(`Search: by keyword only, ${this.#embedder.id} does not answer: ${reason}`);
      this.#failing = true;
      return undefined;
    }
  }
}
