import type { OpenAI } from "openai";
import type { OpenaiConfig } from "./config.ts";
import { EmbedderAnswerError, EmbedderServerError, EmbedderStoppedError } from "./errors.ts";
import { readAnswer } from "./openai-answer.ts";
import { loadOpenai, makeClient, readKey } from "./openai-client.ts";
import { serverFailure } from "./openai-failure.ts";
import type { EmbedderUsage } from "./types.ts";

const TOKENS_OF_PRICE = 1_000_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** How long somebody is willing to wait for an answer. */
export interface Patience {
  /** One attempt. */
  readonly attemptMs: number;
  /** All attempts together, and the pauses between them that the server asks for. */
  readonly totalMs: number;
  readonly retries: number;
}

/** One server that speaks OpenAI's embeddings API: asks it, checks what it says, counts what it costs. */
export class OpenaiServer {
  readonly host: string;
  readonly #config: OpenaiConfig;
  readonly #key: string | undefined;
  readonly #client: OpenAI;
  readonly #open = new Set<AbortController>();
  #requests = 0;
  #tokens = 0;
  #stopped = false;

  private constructor(config: OpenaiConfig, key: string | undefined, library: typeof OpenAI) {
    this.host = new URL(config.baseUrl).host;
    this.#config = config;
    this.#key = key;
    this.#client = makeClient(library, config, key, () => {
      this.#requests += 1;
    });
  }

  /** Asks the server nothing yet. @throws {EmbedderPackageMissingError | EmbedderKeyError} */
  static async open(
    config: OpenaiConfig,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<OpenaiServer> {
    const key = readKey(config, env);
    return new OpenaiServer(config, key, await loadOpenai());
  }

  /** Whether a key is sent so that everybody on the way can read it. */
  get isExposed(): boolean {
    const { protocol, hostname } = new URL(this.#config.baseUrl);
    return this.#key !== undefined && protocol === "http:" && !LOOPBACK.test(hostname);
  }

  get usage(): EmbedderUsage {
    const { price } = this.#config;
    const used = { requests: this.#requests, tokens: this.#tokens };
    return price === undefined ? used : { ...used, cost: (this.#tokens / TOKENS_OF_PRICE) * price };
  }

  /**
   * One request. Trying again, with pauses that grow or that the server wishes for, is the package's business.
   * @param dimensions what the vectors must have; undefined: any
   * @throws {EmbedderServerError | EmbedderAnswerError | EmbedderStoppedError}
   */
  async ask(
    texts: readonly string[],
    { attemptMs, totalMs, retries }: Patience,
    dimensions: number | undefined,
  ): Promise<Float32Array[]> {
    if (this.#stopped) throw new EmbedderStoppedError();
    // One for each request: the package's own time-out ends with the headers, and a body may drip for ever.
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), totalMs);
    this.#open.add(controller);
    try {
      const options = { signal: controller.signal, timeout: attemptMs, maxRetries: retries };
      const answer = await this.#client.embeddings.create(this.#bodyOf(texts), options);
      const expected = { who: this.host, count: texts.length, dimensions };
      const { vectors, tokens } = readAnswer(answer, expected);
      this.#tokens += tokens;
      return vectors;
    } catch (error) {
      if (this.#stopped) throw new EmbedderStoppedError();
      if (error instanceof EmbedderAnswerError) throw error;
      if (controller.signal.aborted)
        throw new EmbedderServerError(this.host, `took longer than ${totalMs / 1_000} s`);
      throw serverFailure(this.host, error, this.#key);
    } finally {
      clearTimeout(timer);
      this.#open.delete(controller);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const controller of this.#open) controller.abort();
  }

  #bodyOf(texts: readonly string[]): OpenAI.EmbeddingCreateParams {
    const { model, dimensions } = this.#config;
    // The package would ask for base64, which not every server knows.
    const body = { model, input: [...texts], encoding_format: "float" as const };
    return dimensions === undefined ? body : { ...body, dimensions };
  }
}
