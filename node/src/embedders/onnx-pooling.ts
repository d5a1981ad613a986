import type { OnnxConfig } from "./config.ts";
import { EmbedderAnswerError } from "./errors.ts";

/** What one text's run gave: [1, dimensions], or [1, word pieces, dimensions]. */
export interface OnnxOutput {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/**
 * One vector of what came out, not yet at length 1. Texts run alone, so there is no padding to leave out.
 * @throws {EmbedderAnswerError} the shape is another
 */
export function poolOutput({ data, dims }: OnnxOutput, pooling: OnnxConfig["pooling"]): Float32Array {
  const [batch, second = 0, third] = dims;
  const dimensions = third ?? second;
  const rows = third === undefined ? 1 : second;
  const fits = batch === 1 && dims.length <= 3 && rows > 0 && dimensions > 0;
  if (!fits || data.length !== rows * dimensions)
    throw new EmbedderAnswerError("The model", `gave an output of shape [${dims.join(", ")}]`);
  if (rows === 1 || pooling === "cls") return data.slice(0, dimensions);
  const mean = new Float32Array(dimensions);
  data.forEach((value, at) => {
    const index = at % dimensions;
    mean[index] = (mean[index] ?? 0) + value / rows;
  });
  return mean;
}
