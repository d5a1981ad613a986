import type { EmbedderConfig } from "./config.ts";
import type { EmbedderMemory } from "./embedder-memory.ts";
import { LocalEmbedder } from "./local-embedder.ts";
import { OpenaiEmbedder } from "./openai-embedder.ts";
import type { EmbedderLog, OpenedEmbedder } from "./types.ts";

export interface Surroundings {
  /** Where configurations that worked are kept for `reopenEmbedder`, and what was found out about them. */
  readonly memory?: EmbedderMemory;
  /** Holds the API key of a server, under the name that the configuration gives. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens what a configuration describes, ready to embed. A server is asked only when nobody knows yet how many
 * dimensions its vectors have: a peer starts while its server is down.
 * @throws {EmbedderModelError | EmbedderPackageMissingError | EmbedderKeyError | EmbedderServerError |
 *   EmbedderAnswerError | EmbedderCrashedError} each says what to do about it
 */
export async function openEmbedder(
  config: EmbedderConfig,
  log: EmbedderLog,
  { memory, env = process.env }: Surroundings = {},
): Promise<OpenedEmbedder> {
  const opened =
    config.kind === "openai"
      ? await OpenaiEmbedder.open({ config, log, env, knownDimensions: memory?.dimensionsOf(config) })
      : await LocalEmbedder.open({ config, log });
  await memory?.remember(opened, config);
  return opened;
}

/**
 * Opens the embedder that made the vectors of an earlier generation, to embed queries for them until the new ones
 * are there. Undefined where that is not possible any more; searches then go by keyword.
 */
export async function reopenEmbedder(
  id: string,
  log: EmbedderLog,
  { memory, env = process.env }: Surroundings & { readonly memory: EmbedderMemory },
): Promise<OpenedEmbedder | undefined> {
  const config = memory.configOf(id);
  if (config === undefined) return undefined;
  try {
    const opened = await openEmbedder(config, log, { memory, env });
    if (opened.id === id) return opened;
    await opened.stop();
    log.warn(`Search: the embedder ${id} is ${opened.id} now, so its vectors are of no use any more`);
  } catch (error) {
    log.warn(
      `Search: the embedder ${id} cannot be opened any more: ${error instanceof Error ? error.message : error}`,
    );
  }
  return undefined;
}
