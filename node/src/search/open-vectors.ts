import { setImmediate as nextTurn } from "node:timers/promises";
import type { DocumentStore } from "./document-store.ts";
import { HashEmbedder } from "./hash-embedder.ts";
import type { Embedder, Engine, SearchOptions } from "./types.ts";
import { toBatch } from "./vector-batch.ts";
import { VectorClient } from "./vector-client.ts";

/** Vectors read from the database between two turns of the event loop: about 5 ms at 256 dimensions. */
const LOAD_PAGE = 2_000;

export interface OpenVectors {
  readonly client: VectorClient;
  readonly embedder: Embedder;
  readonly engine: Engine;
}

/** The embedder that names and measures the vectors: the given one, or the default, which the worker runs. */
export function describeEmbedder(options: SearchOptions): Embedder {
  return options.embedder ?? new HashEmbedder();
}

/** Starts the worker, gives it every stored vector, and lets it take over its saved graph. */
export async function openVectors(
  options: SearchOptions,
  documents: DocumentStore,
  generation: string,
): Promise<OpenVectors> {
  const { log, indexFile, useHnsw = "auto", hnswModule = "hnswlib-node" } = options;
  const { id, dimensions, strength = "semantic" } = describeEmbedder(options);
  const { client, ready } = await VectorClient.start(
    { generation, embedder: id, dimensions, indexFile, useHnsw, hnswModule },
    (error) => log.warn(`Search: ${error.message}`),
  );
  if (ready.problem !== undefined) {
    log.warn(
      `Search: hnswlib-node is not available (${ready.problem}), so searches read every vector: the same results, ` +
        "slower beyond 100,000 actions. To have it, install a C++ compiler and run `npm rebuild hnswlib-node`.",
    );
  }
  try {
    await load(client, documents);
    const problem = await client.call("loaded", null);
    if (problem !== null)
      log.warn(`Search: ${problem}. It is being rebuilt from the catalogue; nothing is lost.`);
  } catch (error) {
    await client.stop();
    throw error;
  }
  const embedder = options.embedder ?? {
    id,
    dimensions,
    strength,
    embed: (texts: readonly string[]) => client.call("embed", texts),
  };
  return { client, embedder, engine: ready.engine };
}

async function load(client: VectorClient, documents: DocumentStore): Promise<void> {
  let last = 0;
  for (;;) {
    const page = documents.vectorsAfter(last, LOAD_PAGE);
    const newest = page.at(-1);
    if (newest === undefined) return;
    last = newest.number;
    await client.call("add", toBatch(page));
    await nextTurn();
  }
}
