import { EmbedderAnswerError } from "./errors.ts";

/**
 * The vector at length 1; all zeros stay zeros. In place.
 * @throws {EmbedderAnswerError} it holds something that is no number
 */
export function toUnit(vector: Float32Array, who: string): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!Number.isFinite(squares)) throw new EmbedderAnswerError(who, "made a vector that holds no numbers");
  const length = Math.sqrt(squares);
  if (length === 0) return vector;
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
  return vector;
}
