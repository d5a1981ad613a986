import { setImmediate as nextTurn } from "node:timers/promises";
import type { DocumentStore, StoredDocument } from "./document-store.ts";
import type { KeywordIndex } from "./keyword-index.ts";
import type { VectorClient } from "./vector-client.ts";
import type { VectorAnswer } from "./worker-messages.ts";

/** Documents filtered between two turns of the event loop: under 20 ms at 4 µs a call. */
const FILTER_PAGE = 4_000;

/** A query, understood: what both sides are asked for. */
export interface Question {
  /** Words for the keyword index. */
  readonly terms: readonly string[];
  /** The query as a vector, where there is an embedder that answers. */
  readonly vector: Float32Array | undefined;
}

export interface FoundDocument extends StoredDocument {
  readonly keyword: number;
  readonly cosine: number;
}

export type Accept = (id: string) => boolean;

/** Finds what may be relevant: by keyword and by vector, each with the scores of both. */
export class Candidates {
  readonly #documents: DocumentStore;
  readonly #keywords: KeywordIndex;
  readonly #vectors: VectorClient;

  constructor(parts: { documents: DocumentStore; keywords: KeywordIndex; vectors: VectorClient }) {
    this.#documents = parts.documents;
    this.#keywords = parts.keywords;
    this.#vectors = parts.vectors;
  }

  /** The best of each side, up to `count` each; of `only` where it is given, exactly. */
  async find(question: Question, count: number, only?: readonly number[]): Promise<FoundDocument[]> {
    const hits = this.#keywords.search(question.terms, count, only);
    const keyword = new Map(hits.map(({ number, score }) => [number, score]));
    const cosine = await this.#cosines(question.vector, count, [...keyword.keys()], only);
    const numbers = [...new Set([...keyword.keys(), ...cosine.keys()])];
    // Numbers of documents that went meanwhile have no name and drop out here.
    return this.#documents.named(numbers).map(({ number, id }) => ({
      number,
      id,
      keyword: keyword.get(number) ?? 0,
      cosine: cosine.get(number) ?? 0,
    }));
  }

  /**
   * The best of the accepted documents alone, when too few of the best of all were accepted. Where neither side
   * has enough to say, accepted documents without any score fill up, so that none is withheld.
   */
  async findAccepted(
    question: Question,
    count: number,
    limit: number,
    accept: Accept,
  ): Promise<FoundDocument[]> {
    const accepted = await this.#accepted(accept);
    const numbers = accepted.map(({ number }) => number);
    const found = await this.find(question, count, numbers);
    const known = new Set(found.map(({ number }) => number));
    const rest = accepted.filter(({ number }) => !known.has(number));
    const missing = Math.max(0, limit - found.length);
    return [...found, ...rest.slice(0, missing).map((document) => ({ ...document, keyword: 0, cosine: 0 }))];
  }

  async #accepted(accept: Accept): Promise<StoredDocument[]> {
    const accepted: StoredDocument[] = [];
    let last = 0;
    for (;;) {
      const page = this.#documents.documentsAfter(last, FILTER_PAGE);
      const newest = page.at(-1);
      if (newest === undefined) return accepted;
      last = newest.number;
      for (const document of page) if (accept(document.id)) accepted.push(document);
      await nextTurn();
    }
  }

  /** A vector side that is gone or drowning leaves the keywords: poorer answers, not none. */
  async #cosines(
    query: Float32Array | undefined,
    count: number,
    also: readonly number[],
    only: readonly number[] | undefined,
  ): Promise<ReadonlyMap<number, number>> {
    if (query === undefined) return new Map();
    const request = { query, count, also: Uint32Array.from(also) };
    try {
      return toMap(
        await this.#vectors.call(
          "search",
          only === undefined ? request : { ...request, only: Uint32Array.from(only) },
        ),
      );
    } catch {
      // Said once, by whoever watches the worker.
      return new Map();
    }
  }
}

function toMap({ numbers, cosines }: VectorAnswer): Map<number, number> {
  const map = new Map<number, number>();
  numbers.forEach((number, index) => {
    map.set(number, cosines[index] ?? 0);
  });
  return map;
}
