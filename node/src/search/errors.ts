import { CollectiveError } from "@action-collective/protocol";

/** A call to an index that was stopped. */
export class SearchStoppedError extends CollectiveError {
  constructor() {
    super("stopping", "The search index was stopped and answers no more", "Start the peer again.");
  }
}

/** A limit that is not a whole number within bounds. */
export class SearchLimitError extends CollectiveError {
  constructor(limit: number, maximum: number) {
    super(
      "bad-request",
      `A search cannot return ${limit} hits`,
      `Ask for a whole number from 1 to ${maximum}.`,
    );
  }
}

/** An embedder that breaks its own promise. Its vectors are not used. */
export class EmbedderOutputError extends CollectiveError {
  constructor(embedder: string, problem: string) {
    super(
      "embedder-output",
      `The embedder ${embedder} ${problem}; its vectors are not used`,
      "Check its model and its dimensions.",
    );
  }
}

/** The worker thread ended or failed. Keyword search goes on without it. */
export class VectorWorkerError extends CollectiveError {
  constructor(problem: string) {
    super(
      "vector-worker",
      `The vector worker ${problem}; keyword search goes on`,
      "Start the peer again for search by vector.",
    );
  }
}

/** A graph file that is not what was saved. It is a cache: whoever catches this rebuilds it. */
export class GraphFileError extends CollectiveError {
  constructor(file: string, problem: string) {
    super(
      "graph-file",
      `The index file ${file} ${problem}`,
      "It is rebuilt from the catalogue; there is nothing to do.",
    );
  }
}
