import { z } from "zod";
import { MAX_DIMENSIONS } from "./config.ts";
import { EmbedderAnswerError } from "./errors.ts";
import { toUnit } from "./unit-vector.ts";

/** What is read of an answer; servers say much else. */
const answerSchema = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()).min(1).max(MAX_DIMENSIONS) })),
  usage: z
    .object({ prompt_tokens: z.int().min(0) })
    .optional()
    .catch(undefined),
});

export interface EmbeddingAnswer {
  /** In the order of the texts, each of length 1. */
  readonly vectors: Float32Array[];
  readonly tokens: number;
}

/**
 * A server may be anybody's software: nothing it says is believed without a look.
 * @param dimensions undefined: any, but all the same
 * @throws {EmbedderAnswerError}
 */
export function readAnswer(
  answer: unknown,
  expected: { readonly who: string; readonly count: number; readonly dimensions: number | undefined },
): EmbeddingAnswer {
  const { who, count } = expected;
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new EmbedderAnswerError(who, "gave an answer that holds no embeddings");
  const { data, usage } = parsed.data;
  if (data.length !== count)
    throw new EmbedderAnswerError(who, `answered ${count} texts with ${data.length} vectors`);
  const dimensions = expected.dimensions ?? data[0]?.embedding.length;
  const inOrder = new Map(data.map(({ index, embedding }) => [index, embedding]));
  const vectors = Array.from({ length: count }, (_, index) => {
    const embedding = inOrder.get(index);
    if (embedding === undefined) throw new EmbedderAnswerError(who, `left out the vector of text ${index}`);
    if (embedding.length !== dimensions)
      throw new EmbedderAnswerError(
        who,
        `made a vector of ${embedding.length} dimensions instead of ${dimensions}`,
      );
    return toUnit(Float32Array.from(embedding), who);
  });
  return { vectors, tokens: usage?.prompt_tokens ?? 0 };
}
