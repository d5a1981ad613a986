import type { DatabaseSync } from "node:sqlite";
import type { Embedder } from "../embedders/types.ts";

export type { Embedder, EmbedKind } from "../embedders/types.ts";

/** What the catalogue gives the index of one action. Bounds are applied here, so callers may pass texts as they are. */
export interface SearchDocument {
  /** The action's id (the CID of its manifest). */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** "Use it when…" phrasings: the strongest evidence there is about how people will ask. */
  readonly useWhen: readonly string[];
  /** The input's properties, each as `name` or `name: description`. */
  readonly parameters: readonly string[];
  readonly tags: readonly string[];
}

/** Where the index says what a user should know. Shaped so that `console` and most loggers fit. */
export interface SearchLog {
  info(message: string): void;
  warn(message: string): void;
}

/** `hnsw` is quick at any size; `flat` reads every vector and serves where the native addon is missing. */
export type Engine = "hnsw" | "flat";

export interface SearchOptions {
  /** The catalogue's own connection. The index owns the tables whose names begin with `search_`. */
  readonly database: DatabaseSync;
  /** The HNSW graph on disk: a cache, deleted and rebuilt whenever it cannot be trusted. */
  readonly indexFile: string;
  readonly log: SearchLog;
  /** Default: hashed words and character n-grams, computed in the worker thread. */
  readonly embedder?: Embedder;
  /** `auto` takes HNSW where the addon loads; `never` is for tests and for machines that want the memory. */
  readonly useHnsw?: "auto" | "never";
  /** The module that is asked for HNSW. Only tests name another one. */
  readonly hnswModule?: string;
}

export interface SearchQuery {
  /** How many hits at most: 1 to 1,000. */
  readonly limit: number;
  /** An exact filter. As many hits as `limit` come back whenever that many documents are accepted. */
  readonly accept?: (id: string) => boolean;
  /** Reputation and verdicts as one factor, held within 0.85 to 1. */
  readonly weigh?: (id: string) => number;
}

/** What a score is made of, for `--explain`. */
export interface ScoreParts {
  /** Keyword score over the best keyword score of this query, 0 to 1. */
  readonly keyword: number;
  /** Cosine over the best cosine of this query, 0 to 1. */
  readonly vector: number;
  /** The cosine itself, −1 to 1: comparable between queries. */
  readonly cosine: number;
  /** Weight of the vector part against the keyword part, chosen by the length of the query. */
  readonly alpha: number;
  /** What `weigh` said, held within its bounds. */
  readonly factor: number;
}

export interface SearchHit {
  readonly id: string;
  /** 0 to 1; 1 is the best that this query could score here. */
  readonly score: number;
  readonly parts: ScoreParts;
}

export interface SearchStats {
  readonly documents: number;
  /** Documents that can be found by vector. */
  readonly vectors: number;
  /** Documents that wait for their vector. */
  readonly backlog: number;
  readonly engine: Engine;
  readonly embedder: string;
}
