/** A call to an index that was stopped. */
export class SearchStoppedError extends Error {
  readonly code = "SEARCH_STOPPED";
  constructor() {
    super("The search index was stopped and answers no more. Open it again, or start the peer again.");
    this.name = "SearchStoppedError";
  }
}

/** A limit that is not a whole number within bounds. */
export class SearchLimitError extends Error {
  readonly code = "SEARCH_LIMIT";
  constructor(limit: number, maximum: number) {
    super(`A search cannot return ${limit} hits. Ask for a whole number from 1 to ${maximum}.`);
    this.name = "SearchLimitError";
  }
}

/** An embedder that breaks its own promise. Its vectors are not used. */
export class EmbedderOutputError extends Error {
  readonly code = "SEARCH_EMBEDDER_OUTPUT";
  constructor(embedder: string, problem: string) {
    super(
      `The embedder ${embedder} ${problem}. Its vectors are not used; check its model and its dimensions.`,
    );
    this.name = "EmbedderOutputError";
  }
}

/** The worker thread ended or failed. Keyword search goes on without it. */
export class VectorWorkerError extends Error {
  readonly code = "SEARCH_WORKER";
  constructor(problem: string) {
    super(`The vector worker ${problem}. Keyword search goes on; start the peer again for search by vector.`);
    this.name = "VectorWorkerError";
  }
}

/** A graph file that is not what was saved. It is a cache: whoever catches this rebuilds it. */
export class GraphFileError extends Error {
  readonly code = "SEARCH_GRAPH_FILE";
  constructor(file: string, problem: string) {
    super(`The index file ${file} ${problem}. It is rebuilt from the catalogue; there is nothing to do.`);
    this.name = "GraphFileError";
  }
}
