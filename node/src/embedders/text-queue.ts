import type { TextRequest } from "./messages.ts";

/** Texts that wait for the model: queries first, since somebody waits for them, then documents, each in order. */
export class TextQueue {
  readonly #queries: TextRequest[] = [];
  readonly #documents: TextRequest[] = [];

  add(request: TextRequest): void {
    (request.kind === "query" ? this.#queries : this.#documents).push(request);
  }

  next(): TextRequest | undefined {
    return this.#queries.shift() ?? this.#documents.shift();
  }
}
