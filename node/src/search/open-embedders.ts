import type { Embedder, OpenedEmbedder } from "../embedders/types.ts";
import { readServing } from "./thread/serving-file.ts";
import type { SearchOptions } from "./types.ts";
import type { EmbedderDescription } from "./vectors/vector-generation.ts";

/** How long a start waits for the embedder of the stored vectors; without it the new vectors serve as they come. */
const REOPEN_MS = 5_000;

/** What the thread is told of an embedder. */
export function describeEmbedder(embedder: Embedder): EmbedderDescription {
  const { id, dimensions, graphDimensions = dimensions } = embedder;
  return { id, dimensions, graphDimensions: Math.min(dimensions, graphDimensions) };
}

/** The embedder whose stored vectors serve until those of the one at hand are complete, if it can be had. */
export async function previousEmbedder(
  options: SearchOptions,
  target: Embedder,
): Promise<Embedder | OpenedEmbedder | undefined> {
  const { indexFile, reopen, log } = options;
  const serving = readServing(indexFile)?.serving;
  if (serving === undefined || (serving.id === target.id && serving.dimensions === target.dimensions))
    return undefined;
  const previous = await withinTime(reopen?.(serving.id), REOPEN_MS);
  const usable =
    previous !== undefined && previous.id === serving.id && previous.dimensions === serving.dimensions;
  log.info(
    usable
      ? `Search: vectors are computed anew by ${target.id}; those by ${serving.id} serve meanwhile.`
      : `Search: vectors are computed anew by ${target.id}; ${serving.id} is not there, so they serve as they come.`,
  );
  return usable ? previous : undefined;
}

async function withinTime<Value>(
  work: Promise<Value | undefined> | undefined,
  milliseconds: number,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  return Promise.race([work?.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
