/** A query and a document may need different treatment (prefixes, other towers). */
export type EmbedKind = "query" | "document";

/** Turns texts into unit vectors. Implementations must be deterministic for one `id`. */
export interface Embedder {
  /** Name and version, e.g. `neural-256/1`: vectors of different ids never share an index. */
  readonly id: string;
  readonly dimensions: number;
  /** `lexical` vectors see spelling, as keywords do, and weigh little beside them. Default: `semantic`. */
  readonly strength?: "lexical" | "semantic";
  /**
   * One vector of length 1 per text (or all zeros, where a text says nothing), in order.
   * A rejected promise is retried later for documents and ignored for queries.
   */
  embed(texts: readonly string[], kind: EmbedKind): Promise<Float32Array[]>;
}

/** An embedder that somebody opened and will stop. */
export interface OpenedEmbedder extends Embedder {
  /** Ends its thread or connections; what is being embedded is rejected. Idempotent. */
  stop(): Promise<void>;
}
