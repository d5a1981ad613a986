import { CollectiveError } from "@action-collective/protocol";

/** A call to an index that was stopped. */
export class SearchStoppedError extends CollectiveError {
  constructor() {
    super("stopping", "The search index was stopped and answers no more", "Start the peer again.");
  }
}

/** More ids than may be compared with each other at once. */
export class SearchPairsError extends CollectiveError {
  constructor(count: number, maximum: number) {
    super(
      "bad-request",
      `${count} documents cannot be compared with each other at once`,
      `Give at most ${maximum}.`,
    );
  }
}

/** A count that is not a whole number within bounds. */
export class SearchLimitError extends CollectiveError {
  constructor(count: number, maximum: number) {
    super(
      "bad-request",
      `A search cannot put forward ${count} candidates`,
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

/** The search thread is not there: it ended and is being started again, or has more to do than it can. */
export class SearchThreadError extends CollectiveError {
  constructor(problem: string) {
    super(
      "search-thread",
      `The search thread ${problem}`,
      "It is started again by itself; ask again in a moment.",
    );
  }
}

/** The thread reads the catalogue by itself, so that must be a file. */
export class SearchNeedsFileError extends CollectiveError {
  constructor() {
    super(
      "search-needs-file",
      "The search index cannot share a database that is only in memory",
      "Open the catalogue as a file.",
    );
  }
}

/** A saved word index that cannot be used. It is a cache: whoever catches this makes it anew. */
export class WordFileError extends CollectiveError {
  constructor(file: string, problem: string) {
    super(
      "word-file",
      `The word index ${file} ${problem}`,
      "It is made anew from the catalogue; there is nothing to do.",
    );
  }
}

/** Stored vectors that cannot be used. They are made anew. */
export class VectorFileError extends CollectiveError {
  constructor(file: string, problem: string) {
    super(
      "vector-file",
      `The vectors in ${file} ${problem}`,
      "They are computed anew in the background; there is nothing to do.",
    );
  }
}

/** A graph file that is not what was saved. It is a cache: whoever catches this rebuilds it. */
export class GraphFileError extends CollectiveError {
  constructor(file: string, problem: string) {
    super(
      "graph-file",
      `The graph ${file} ${problem}`,
      "It is made anew from the vectors; there is nothing to do.",
    );
  }
}
