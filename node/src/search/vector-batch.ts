import type { StoredVector } from "./document-store.ts";
import type { VectorBatch } from "./worker-messages.ts";

/** Packs vectors for the worker: two arrays cross a thread boundary far quicker than many objects. */
export function toBatch(vectors: readonly StoredVector[]): VectorBatch {
  const dimensions = vectors[0]?.codes.length ?? 0;
  const codes = new Int8Array(vectors.length * dimensions);
  vectors.forEach((vector, index) => {
    codes.set(vector.codes, index * dimensions);
  });
  return { numbers: Uint32Array.from(vectors, ({ number }) => number), codes };
}
