import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceFile } from "../home.ts";
import { dimensionsSchema, type EmbedderConfig, parseEmbedderConfig } from "./config.ts";
import type { EmbedderLog } from "./types.ts";

export const EMBEDDERS_FILE = "embedders.json";
/** An index has the vectors of one embedder, or of two while it changes; the rest is for those who try several. */
const MOST_REMEMBERED = 8;
/** Eight configurations with the longest prefixes and paths. */
const MOST_BYTES = 128 * 1_024;

const memorySchema = z.object({
  embedders: z.array(
    z.object({ id: z.string().max(1_000), dimensions: dimensionsSchema, config: z.unknown() }),
  ),
});

/** An embedder that was opened here once. */
export interface RememberedEmbedder {
  readonly id: string;
  readonly dimensions: number;
  readonly config: EmbedderConfig;
}

/**
 * Which configuration made which vectors, so that the old ones can serve while a new embedder makes its own. A file
 * in the home, newest first; a cache: without it, searches go by keyword for as long. It holds no secret.
 */
export class EmbedderMemory {
  readonly #file: string;
  readonly #log: EmbedderLog;
  #known: readonly RememberedEmbedder[];

  private constructor(file: string, log: EmbedderLog, known: readonly RememberedEmbedder[]) {
    this.#file = file;
    this.#log = log;
    this.#known = known;
  }

  /** A file that is missing or damaged is an empty memory. */
  static async open(file: string, log: EmbedderLog): Promise<EmbedderMemory> {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return new EmbedderMemory(file, log, []);
    try {
      return new EmbedderMemory(file, log, parse(text));
    } catch (error) {
      log.warn(
        `Search: ${file} is damaged and is written anew (${error instanceof Error ? error.message : error})`,
      );
      return new EmbedderMemory(file, log, []);
    }
  }

  configOf(id: string): EmbedderConfig | undefined {
    return this.#known.find((known) => known.id === id)?.config;
  }

  /** What was found out about a configuration that does not say how many dimensions its vectors have. */
  dimensionsOf(config: EmbedderConfig): number | undefined {
    const wanted = JSON.stringify(essence(config));
    return this.#known.find((known) => JSON.stringify(essence(known.config)) === wanted)?.dimensions;
  }

  /** A disk that is full costs the memory, not the embedder. */
  async remember(
    { id, dimensions }: { id: string; dimensions: number },
    config: EmbedderConfig,
  ): Promise<void> {
    const others = this.#known.filter((known) => known.id !== id);
    const known = [{ id, dimensions, config }, ...others].slice(0, MOST_REMEMBERED);
    if (JSON.stringify(known) === JSON.stringify(this.#known)) return;
    this.#known = known;
    try {
      await replaceFile(this.#file, `${JSON.stringify({ embedders: known }, null, 2)}\n`);
    } catch (error) {
      this.#log.warn(
        `Search: ${this.#file} was not written (${error instanceof Error ? error.message : error})`,
      );
    }
  }
}

/** A price and a key's name change nothing about vectors. */
function essence(config: EmbedderConfig): unknown {
  if (config.kind !== "openai") return config;
  const { baseUrl, model, dimensions, queryPrefix, documentPrefix } = config;
  return { baseUrl, model, dimensions, queryPrefix, documentPrefix };
}

/** @throws what is wrong with it */
function parse(text: string): RememberedEmbedder[] {
  if (text.length > MOST_BYTES) throw new Error("it is too long");
  const parsed = memorySchema.parse(JSON.parse(text));
  return parsed.embedders
    .slice(0, MOST_REMEMBERED)
    .map(({ id, dimensions, config }) => ({ id, dimensions, config: parseEmbedderConfig(config) }));
}
