import { CollectiveError } from "@action-collective/protocol";

/** The files of the neural embedder are missing, or are not those that its checksums name. */
export class EmbeddingModelError extends CollectiveError {
  constructor(folder: string, cause: unknown) {
    super(
      "embedding-model",
      `The embedding model in ${folder} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Install Action Collective again: its files were damaged or changed.",
      { cause },
    );
  }
}
