import { join } from "node:path";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { embedderConfigOf } from "./embedders/config-of-settings.ts";
import { EMBEDDERS_FILE, EmbedderMemory } from "./embedders/embedder-memory.ts";
import { openEmbedder, reopenEmbedder } from "./embedders/open-embedder.ts";
import type { OpenedEmbedder } from "./embedders/types.ts";
import type { Log } from "./network/options.ts";
import { SearchIndex } from "./search/search-index.ts";
import type { Settings } from "./settings.ts";

/** The search index and the embedder that the settings name: opened together, stopped together. */
export interface OpenSearch {
  readonly index: SearchIndex;
  readonly embedder: OpenedEmbedder;
  stop(): Promise<void>;
}

/** @throws what keeps the embedder or the index from opening; nothing is left open then */
export async function openSearch(settings: Settings, catalogue: Catalogue, log: Log): Promise<OpenSearch> {
  const say = {
    info: (message: string) => log("info", message),
    warn: (message: string) => log("warn", message),
  };
  const memory = await EmbedderMemory.open(join(settings.home, EMBEDDERS_FILE), say);
  const embedder = await openEmbedder(embedderConfigOf(settings), say, { memory });
  try {
    const index = await SearchIndex.open({
      database: catalogue.database,
      indexFile: join(settings.home, "vectors.index"),
      log: say,
      embedder,
      reopen: (id) => reopenEmbedder(id, say, { memory }),
    });
    return {
      index,
      embedder,
      async stop() {
        await index.stop();
        await embedder.stop();
      },
    };
  } catch (error) {
    await embedder.stop();
    throw error;
  }
}
