/** A query and a document may need different treatment (prefixes, other towers). */
export type EmbedKind = "query" | "document";

/** Turns texts into unit vectors. Implementations must be deterministic for one `id`. */
export interface Embedder {
  /** Name and version, e.g. `neural-256/1`: vectors of different ids never share an index. */
  readonly id: string;
  readonly dimensions: number;
  /**
   * Where the first dimensions say most (as after a principal component analysis), how many of them a graph may keep;
   * what it finds is scored again by all of them. Default: all.
   */
  readonly graphDimensions?: number;
  /**
   * One vector of length 1 per text (or all zeros, where a text says nothing), in order.
   * A rejected promise is retried later for documents and ignored for queries.
   */
  embed(texts: readonly string[], kind: EmbedKind): Promise<Float32Array[]>;
}

/** What an embedder that costs money has used up since it was opened. */
export interface EmbedderUsage {
  /** Requests that went over the wire, repeated ones included. */
  readonly requests: number;
  /** As the server counted them. */
  readonly tokens: number;
  /** In the currency of the price that the user set; absent where no price is set. */
  readonly cost?: number;
}

/** An embedder that somebody opened and will stop. */
export interface OpenedEmbedder extends Embedder {
  /** Only where there is something to count: an embedder on this machine has none. */
  usage?(): EmbedderUsage;
  /** Ends its thread, process or connections; what is being embedded is rejected. Idempotent. */
  stop(): Promise<void>;
}

/** A model on this machine, as the thread or process that computes sees it: one text at a time. */
export interface LocalModel {
  readonly id: string;
  readonly dimensions: number;
  readonly graphDimensions?: number;
  embed(text: string, kind: EmbedKind): Float32Array | Promise<Float32Array>;
}

/** Where an embedder says what a user should know. Shaped so that `console` and most loggers fit. */
export interface EmbedderLog {
  info(message: string): void;
  warn(message: string): void;
}
