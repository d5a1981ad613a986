import type { DatabaseSync } from "node:sqlite";
import type { Embedder, OpenedEmbedder } from "../embedders/types.ts";

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
  /** Cases as short texts: what goes in and comes out. Weak evidence, for a value may be anything. */
  readonly examples?: readonly string[];
}

/** Where the index says what a user should know. Shaped so that `console` and most loggers fit. */
export interface SearchLog {
  info(message: string): void;
  warn(message: string): void;
}

/** What searches go by now. `hnsw` is quick at any size; `flat` reads every vector: exact, and quicker while they are few. */
export type Engine = "hnsw" | "flat";

export interface SearchOptions {
  /** The catalogue's own connection, to a file. The index owns the tables whose names begin with `search_`. */
  readonly database: DatabaseSync;
  /** Where the caches lie: every file whose name begins with this one. Each is made anew when it cannot be trusted. */
  readonly indexFile: string;
  readonly log: SearchLog;
  readonly embedder: Embedder;
  /**
   * Brings back the embedder of the stored vectors after a change, so that they serve until the new ones are
   * complete; it is stopped then. Undefined where it cannot be had: then the new vectors serve as they come.
   */
  readonly reopen?: (id: string) => Promise<Embedder | OpenedEmbedder | undefined>;
  /** `auto` takes HNSW where the addon loads; `never` is for tests and for machines that want the memory. */
  readonly useHnsw?: "auto" | "never";
  /**
   * Distinct vectors from which on there is a graph. Below, all are read: at 100,000 of 256 dimensions that takes 2 ms, is
   * exact, and needs neither the graph's 75 MB nor the minutes of making it. Default: 120,000.
   */
  readonly graphFrom?: number;
  /** The module that is asked for HNSW. Only tests name another one. */
  readonly hnswModule?: string;
}

export interface FindOptions {
  /** How many candidates each side puts forward at most: 1 to 5,000. */
  readonly count: number;
  /** Look among these alone, exactly. Ids that are not known are skipped. */
  readonly only?: readonly string[];
}

export interface Candidate {
  readonly number: number;
  readonly id: string;
  /** BM25F, 0 where no term matched; comparable within one query only. */
  readonly keyword: number;
  /** −1 to 1; undefined where it has no vector, or the query has none. */
  readonly cosine: number | undefined;
  /** Equal for documents with identical vectors, different for all others; −number where there is no vector. */
  readonly twin: number;
}

export interface Found {
  /** In no particular order. Where both sides have less to say than `count`, others fill up, without scores. */
  readonly candidates: readonly Candidate[];
  /** Distinct content words of the query. */
  readonly terms: number;
  /** Whether every document (of `only`) is among the candidates. */
  readonly exhausted: boolean;
}

/** Vectors of a new embedder, on their way. */
export interface Rebuilding {
  /** The embedder whose vectors serve meanwhile. */
  readonly from: string;
  readonly to: string;
  readonly done: number;
  readonly total: number;
}

export interface SearchStats {
  readonly documents: number;
  /** Documents that can be found by vector. */
  readonly vectors: number;
  /** Documents that wait for their vector. */
  readonly backlog: number;
  readonly engine: Engine;
  /** The embedder whose vectors serve now. */
  readonly embedder: string;
  readonly rebuilding: Rebuilding | null;
}
