import type { Embedder, OpenedEmbedder } from "../embedders/types.ts";
import { checkVectors } from "./embedder-check.ts";
import { partsOf, questionVectors } from "./query-parts.ts";
import type { SearchLog } from "./types.ts";

export interface EmbeddedQuery {
  /** What documents are compared with, the best counting; none where the embedder does not answer. */
  readonly vectors: readonly Float32Array[];
  /** Whose vectors they are. */
  readonly embedder: string;
}

/**
 * The embedders at work: the one whose vectors serve, by which queries are embedded, and after a change the new one
 * beside it. They are called from the main thread, where they do nothing but ask a thread or a server of their own.
 */
export class EmbedderDesk {
  readonly #log: SearchLog;
  readonly #embedders = new Map<string, Embedder | OpenedEmbedder>();
  #serving: Embedder;
  #failing = false;

  constructor(target: Embedder, previous: Embedder | OpenedEmbedder | undefined, log: SearchLog) {
    this.#log = log;
    this.#serving = previous ?? target;
    this.#embedders.set(target.id, target);
    if (previous !== undefined) this.#embedders.set(previous.id, previous);
  }

  get serving(): Embedder {
    return this.#serving;
  }

  /** Without an answer the search goes on by keyword, and the log hears of it once. */
  async query(text: string): Promise<EmbeddedQuery> {
    for (;;) {
      const embedder = this.#serving;
      const vectors = await this.#tryEmbed(embedder, text);
      // Another one may serve by now, whose vectors these could not be compared with.
      if (embedder === this.#serving) return { vectors, embedder: embedder.id };
    }
  }

  /** @throws what the embedder throws, EmbedderOutputError */
  async documents(id: string, texts: readonly string[]): Promise<Float32Array[]> {
    const embedder = this.#embedders.get(id);
    if (embedder === undefined) throw new Error(`the embedder ${id} is not there any more`);
    return checkVectors(embedder, texts.length, await embedder.embed(texts, "document"));
  }

  /** The vectors of another embedder serve now; the one that served is stopped if that is ours to do. */
  async switchTo(id: string): Promise<string> {
    const old = this.#serving;
    this.#serving = this.#embedders.get(id) ?? old;
    if (old === this.#serving) return old.id;
    this.#embedders.delete(old.id);
    await stop(old, this.#log);
    return old.id;
  }

  /** Stops the one that was brought back for the time being, if it still serves. */
  async stop(target: Embedder): Promise<void> {
    if (this.#serving !== target) await stop(this.#serving, this.#log);
  }

  async #tryEmbed(embedder: Embedder, text: string): Promise<Float32Array[]> {
    try {
      const texts = [text, ...partsOf(text)];
      const [whole, ...parts] = checkVectors(embedder, texts.length, await embedder.embed(texts, "query"));
      this.#failing = false;
      return whole === undefined ? [] : questionVectors(whole, parts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!this.#failing)
        this.#log.warn(`Search: by keyword only, ${embedder.id} does not answer: ${reason}`);
      this.#failing = true;
      return [];
    }
  }
}

async function stop(embedder: Embedder | OpenedEmbedder, log: SearchLog): Promise<void> {
  if (!("stop" in embedder)) return;
  try {
    await embedder.stop();
  } catch (error) {
    log.warn(`Search: ${embedder.id} did not stop cleanly: ${String(error)}`);
  }
}
