import type { Embedder } from "../embedders/types.ts";
import { EmbedderOutputError } from "./errors.ts";

/** How far from 1 a vector's length may be: models that compute in float16 round this much. */
const LENGTH_TOLERANCE = 0.01;

/**
 * Embedders may be anybody's: their output is checked before it is indexed.
 * @throws EmbedderOutputError on a wrong count, wrong dimensions, or a length that is neither 1 nor 0
 */
export function checkVectors(embedder: Embedder, count: number, vectors: Float32Array[]): Float32Array[] {
  const { id, dimensions } = embedder;
  if (vectors.length !== count) {
    throw new EmbedderOutputError(id, `answered ${count} texts with ${vectors.length} vectors`);
  }
  for (const vector of vectors) {
    if (vector.length !== dimensions) {
      throw new EmbedderOutputError(
        id,
        `made a vector of ${vector.length} dimensions instead of ${dimensions}`,
      );
    }
    const length = Math.sqrt(vector.reduce((total, value) => total + value * value, 0));
    if (length !== 0 && !(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
      throw new EmbedderOutputError(id, `made a vector of length ${length} instead of 1`);
    }
  }
  return vectors;
}
