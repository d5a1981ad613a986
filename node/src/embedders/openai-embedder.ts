import { type OpenaiConfig, openaiId, withPrefix } from "./config.ts";
import { EmbedderBusyError, EmbedderStoppedError } from "./errors.ts";
import { batchesOf, MOST_TEXT_CHARACTERS } from "./openai-batches.ts";
import { refusedTexts } from "./openai-failure.ts";
import { OpenaiServer, type Patience } from "./openai-server.ts";
import { QueryBreaker } from "./query-breaker.ts";
import type { EmbedderLog, EmbedderUsage, EmbedKind, OpenedEmbedder } from "./types.ts";
import { UnreadableTexts } from "./unreadable-texts.ts";

export interface OpenaiLimits {
  readonly query: Patience;
  readonly document: Patience;
  /** After a query in vain, the next ones go by keyword at once for as long. */
  readonly queryPauseMs: number;
  /** Documents waiting at once; the backlog that they come from is a table. */
  readonly mostWaiting: number;
}

/**
 * OpenAI answers in 0.2 to 0.6 s. A search waits for its vector as long as `query` says and then goes by keyword; the
 * package pauses 0.5 s, doubling to 8 s, between attempts, or as long as the server says, up to a minute.
 */
const LIMITS: OpenaiLimits = {
  query: { attemptMs: 1_500, totalMs: 1_500, retries: 1 },
  document: { attemptMs: 30_000, totalMs: 180_000, retries: 4 },
  queryPauseMs: 5_000,
  mostWaiting: 4_096,
};
/** The first request of all: a server of one's own may have to load its model for it. */
const FIRST: Patience = { attemptMs: 30_000, totalMs: 30_000, retries: 4 };
/** Shows how many dimensions vectors have, and whether a server that refused a text accepts any at all. */
const SPECIMEN = "dimensions";

export interface OpenaiOptions {
  readonly config: OpenaiConfig;
  readonly log: EmbedderLog;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What this server's model was found to have at an earlier start, where the configuration does not say. */
  readonly knownDimensions?: number | undefined;
  /** Only tests have other limits. */
  readonly limits?: Partial<OpenaiLimits>;
}

/** Any server that speaks OpenAI's embeddings API. Every text goes to that server. */
export class OpenaiEmbedder implements OpenedEmbedder {
  readonly id: string;
  readonly dimensions: number;
  readonly #server: OpenaiServer;
  readonly #config: OpenaiConfig;
  readonly #unreadable: UnreadableTexts;
  readonly #limits: OpenaiLimits;
  readonly #queries: QueryBreaker;
  #documents: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #stopped = false;

  private constructor({ config, log, limits }: OpenaiOptions, server: OpenaiServer, dimensions: number) {
    this.id = openaiId(config, dimensions);
    this.dimensions = dimensions;
    this.#server = server;
    this.#config = config;
    this.#unreadable = new UnreadableTexts(log);
    this.#limits = { ...LIMITS, ...limits };
    this.#queries = new QueryBreaker(this.#limits.queryPauseMs);
  }

  /**
   * Asks the server nothing, unless nobody knows how many dimensions its vectors have.
   * @throws {EmbedderPackageMissingError | EmbedderKeyError | EmbedderServerError | EmbedderAnswerError}
   */
  static async open(options: OpenaiOptions): Promise<OpenaiEmbedder> {
    const { config, log, env } = options;
    const server = await OpenaiServer.open(config, env);
    const known = config.dimensions ?? options.knownDimensions;
    const [specimen] = known === undefined ? await server.ask([SPECIMEN], FIRST, undefined) : [];
    log.info(`Search: every query and the text of every action is sent to ${server.host} to be embedded`);
    if (server.isExposed)
      log.warn(`Search: the API key goes to ${server.host} unencrypted; use https where there is such a way`);
    return new OpenaiEmbedder(options, server, known ?? specimen?.length ?? 0);
  }

  usage(): EmbedderUsage {
    return this.#server.usage;
  }

  /** @throws {EmbedderStoppedError | EmbedderBusyError | EmbedderServerError | EmbedderAnswerError} */
  async embed(texts: readonly string[], kind: EmbedKind): Promise<Float32Array[]> {
    if (this.#stopped) throw new EmbedderStoppedError();
    const { queryPrefix, documentPrefix } = this.#config;
    const prefix = kind === "query" ? queryPrefix : documentPrefix;
    // Servers refuse what is empty.
    const said = texts.filter((text) => text.trim() !== "");
    const asked = said.map((text) => withPrefix(prefix, text).slice(0, MOST_TEXT_CHARACTERS).toWellFormed());
    const vectors = await (kind === "query" ? this.#embedQueries(asked) : this.#embedDocuments(asked));
    const inOrder = vectors.values();
    const nothing = () => new Float32Array(this.dimensions);
    return texts.map((text) => (text.trim() === "" ? nothing() : (inOrder.next().value ?? nothing())));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#server.stop();
    await this.#documents;
  }

  /** At once, whatever documents are under way. */
  async #embedQueries(texts: readonly string[]): Promise<Float32Array[]> {
    this.#queries.check(this.#server.host);
    const asking = batchesOf(texts).map((batch) =>
      this.#server.ask(batch, this.#limits.query, this.dimensions),
    );
    return (await this.#queries.watch(Promise.all(asking))).flat();
  }

  /** One batch after the other, so that a server's own limits are met by waiting, not by failing. */
  async #embedDocuments(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.#waiting + texts.length > this.#limits.mostWaiting) throw new EmbedderBusyError(this.#waiting);
    this.#waiting += texts.length;
    const turn = this.#documents.then(async () => {
      const vectors: Float32Array[] = [];
      for (const batch of batchesOf(texts)) vectors.push(...(await this.#embedBatch(batch)));
      return vectors;
    });
    this.#documents = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= texts.length;
    }
  }

  /** A stranger's text that the server refuses must not keep the others out: it is found by halving. */
  async #embedBatch(texts: readonly string[]): Promise<Float32Array[]> {
    const { document } = this.#limits;
    try {
      return await this.#server.ask(texts, document, this.dimensions);
    } catch (error) {
      if (!refusedTexts(error)) throw error;
      if (texts.length === 1) {
        // If the server takes no text at all, the fault is not this one's, and that failure is the caller's to see.
        await this.#server.ask([SPECIMEN], document, this.dimensions);
        this.#unreadable.say(error);
        return [new Float32Array(this.dimensions)];
      }
      const half = Math.ceil(texts.length / 2);
      const first = await this.#embedBatch(texts.slice(0, half));
      return [...first, ...(await this.#embedBatch(texts.slice(half)))];
    }
  }
}
