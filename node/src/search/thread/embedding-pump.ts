import { toCodes } from "../codes.ts";
import { embeddingText } from "../document-text.ts";
import type { KnownVector, NewVector } from "../vectors/stored-vectors.ts";
import { textKey } from "../vectors/vector-database.ts";
import type { VectorGeneration } from "../vectors/vector-generation.ts";
import type { CatalogueReader } from "./catalogue-reader.ts";

/** Documents per step: reading and storing them takes about 2 ms. */
const BATCH_DOCUMENTS = 64;
/** A batch that fails is tried again in smaller parts, down to single documents, so that one cannot hold up all. */
const SHRINK = 4;
/** After a failure the wait doubles from the first to the last of these. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export interface EmbeddingPumpParts {
  readonly generation: VectorGeneration;
  readonly reader: CatalogueReader;
  /** @throws what keeps the embedder from answering */
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  readonly warn: (message: string) => void;
  readonly wake: () => void;
}

/** Carries the texts of waiting documents to the embedder and their vectors back, one batch at a time. */
export class EmbeddingPump {
  readonly #parts: EmbeddingPumpParts;
  #batch = BATCH_DOCUMENTS;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;

  constructor(parts: EmbeddingPumpParts) {
    this.#parts = parts;
  }

  /** Whether a batch is under way or waits to be tried again. */
  get busy(): boolean {
    return this.#busy || this.#timer !== undefined;
  }

  /** Starts the next batch, if there is one and none is under way. @returns whether to ask again soon */
  work(): boolean {
    const { generation } = this.#parts;
    if (this.#stopped || this.busy || !generation.ready || !generation.queue.waiting) return false;
    const numbers = generation.queue.next(this.#batch);
    if (numbers.length === 0) return generation.queue.waiting;
    try {
      const texts = this.#resolve(numbers);
      if (texts.length === 0) return true;
      void this.#run(texts);
    } catch (error) {
      this.#retry(numbers, error);
    }
    return false;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Gives documents whose text was embedded before their vector at once. @returns the other texts */
  #resolve(numbers: readonly number[]): Text[] {
    const { generation, reader } = this.#parts;
    const known: KnownVector[] = [];
    const texts = new Map<string, Text>();
    for (const number of numbers) {
      const document = reader.document(number);
      // Gone since: the word index will hear of it.
      if (document === undefined) continue;
      const text = embeddingText(document);
      const key = textKey(text);
      const stored = generation.find(key);
      if (stored !== undefined) known.push({ ...stored, number });
      else {
        const name = Buffer.from(key).toString("latin1");
        const same = texts.get(name) ?? { key, text, numbers: [] };
        same.numbers.push(number);
        texts.set(name, same);
      }
    }
    if (known.length > 0) generation.store([], known);
    return [...texts.values()];
  }

  async #run(texts: readonly Text[]): Promise<void> {
    const { generation, embed, wake } = this.#parts;
    this.#busy = true;
    try {
      const vectors = await embed(texts.map(({ text }) => text));
      if (this.#stopped) return;
      const found = texts.map(
        ({ key, numbers }, at): NewVector => ({
          key,
          numbers,
          codes: toCodes(vectors[at] ?? new Float32Array()),
        }),
      );
      generation.store(found, []);
      this.#retryMs = FIRST_RETRY_MS;
      this.#batch = Math.min(BATCH_DOCUMENTS, this.#batch * 2);
    } catch (error) {
      if (!this.#stopped)
        this.#retry(
          texts.flatMap(({ numbers }) => numbers),
          error,
        );
    } finally {
      this.#busy = false;
    }
    wake();
  }

  #retry(numbers: readonly number[], error: unknown): void {
    const { generation, warn, wake } = this.#parts;
    generation.queue.again(numbers);
    this.#batch = Math.max(1, Math.floor(Math.min(this.#batch, numbers.length) / SHRINK));
    const reason = error instanceof Error ? error.message : String(error);
    const seconds = this.#retryMs / 1_000;
    warn(`Search: vectors by ${generation.embedder.id} are behind, trying again in ${seconds} s: ${reason}`);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      wake();
    }, this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}

interface Text {
  readonly key: Uint8Array;
  readonly text: string;
  readonly numbers: number[];
}
