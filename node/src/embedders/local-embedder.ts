import {
  EmbedderBusyError,
  EmbedderCrashedError,
  EmbedderModelError,
  EmbedderStoppedError,
} from "./errors.ts";
import { HostSession, SESSION_LIMITS, type SessionLimits, type SessionParts } from "./host-session.ts";
import { type StartHost, startHost } from "./hosts.ts";
import type { Loaded, LocalConfig } from "./messages.ts";
import type { EmbedderLog, EmbedKind, OpenedEmbedder } from "./types.ts";
import { UnreadableTexts } from "./unreadable-texts.ts";

/** Documents come in batches of a backlog, so only a bug or a flood of queries gets here: 4 MB of text. */
const MOST_WAITING = 1_024;
/** The wait before a new start doubles from the first to the last of these; who was up longer begins at the first. */
const FIRST_RESTART_MS = 500;
const LAST_RESTART_MS = 60_000;

export interface LocalLimits extends SessionLimits {
  readonly mostWaiting: number;
  readonly firstRestartMs: number;
}

const LIMITS: LocalLimits = {
  ...SESSION_LIMITS,
  mostWaiting: MOST_WAITING,
  firstRestartMs: FIRST_RESTART_MS,
};

export interface LocalOptions {
  readonly config: LocalConfig;
  readonly log: EmbedderLog;
  /** Only tests have other limits, and look at the thread or process that is started. */
  readonly limits?: Partial<LocalLimits>;
  readonly start?: StartHost;
}

/**
 * An embedder on this machine. Its model computes in a thread or process of its own, which is started again when it
 * dies; until it is back, callers are told so at once.
 */
export class LocalEmbedder implements OpenedEmbedder {
  readonly id: string;
  readonly dimensions: number;
  readonly graphDimensions: number;
  readonly #startSession: () => HostSession;
  readonly #log: EmbedderLog;
  readonly #limits: LocalLimits;
  readonly #unreadable: UnreadableTexts;
  readonly #waiting = { query: 0, document: 0 };
  #session: HostSession;
  /** Why nothing can be answered now. */
  #down: EmbedderCrashedError | EmbedderStoppedError | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartMs: number;
  #upSince = performance.now();

  private constructor(
    { config, log, start = startHost }: LocalOptions,
    limits: LocalLimits,
    session: HostSession,
    { id, dimensions, graphDimensions }: Loaded["loaded"],
  ) {
    const onFailure = (error: EmbedderCrashedError) => this.#crashed(error);
    this.#startSession = () => new HostSession({ config, limits, start, onFailure });
    this.#log = log;
    this.#unreadable = new UnreadableTexts(log);
    this.#limits = limits;
    this.#restartMs = limits.firstRestartMs;
    this.#session = session;
    this.id = id;
    this.dimensions = dimensions;
    this.graphDimensions = graphDimensions;
  }

  /** @throws {EmbedderModelError | EmbedderPackageMissingError | EmbedderCrashedError} */
  static async open(options: LocalOptions): Promise<LocalEmbedder> {
    const { config, start = startHost } = options;
    const limits = { ...LIMITS, ...options.limits };
    let crashed: SessionParts["onFailure"] = () => undefined;
    const session = new HostSession({ config, limits, start, onFailure: (error) => crashed(error) });
    try {
      const opened = new LocalEmbedder(options, limits, session, await session.loaded);
      crashed = (error) => opened.#crashed(error);
      return opened;
    } catch (error) {
      await session.stop();
      throw error;
    }
  }

  /**
   * A document that the model cannot read has all zeros.
   * @throws {EmbedderStoppedError | EmbedderBusyError | EmbedderCrashedError | EmbedderModelError}
   */
  async embed(texts: readonly string[], kind: EmbedKind): Promise<Float32Array[]> {
    if (this.#down !== undefined) throw this.#down;
    const waiting = this.#waiting[kind];
    if (waiting + texts.length > this.#limits.mostWaiting) throw new EmbedderBusyError(waiting);
    return Promise.all(texts.map((text) => this.#embedOne(text, kind)));
  }

  async stop(): Promise<void> {
    this.#down = new EmbedderStoppedError();
    clearTimeout(this.#restart);
    await this.#session.stop();
  }

  async #embedOne(text: string, kind: EmbedKind): Promise<Float32Array> {
    this.#waiting[kind] += 1;
    try {
      return await this.#session.embed(text, kind);
    } catch (error) {
      // It would fail again, and for ever keep out the documents beside it.
      if (kind === "query" || !(error instanceof EmbedderModelError)) throw error;
      this.#unreadable.say(error);
      return new Float32Array(this.dimensions);
    } finally {
      this.#waiting[kind] -= 1;
    }
  }

  #crashed(error: EmbedderCrashedError): void {
    if (this.#down instanceof EmbedderStoppedError) return;
    // Only then: a text that is fatal may be back as soon as the model is.
    if (this.#down === undefined && performance.now() - this.#upSince > LAST_RESTART_MS)
      this.#restartMs = this.#limits.firstRestartMs;
    this.#down = error;
    const seconds = this.#restartMs / 1_000;
    this.#log.warn(`Search: ${error.message}; by keyword only until it is started again, in ${seconds} s`);
    this.#restart = setTimeout(() => void this.#startAgain(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, LAST_RESTART_MS);
  }

  async #startAgain(): Promise<void> {
    const session = this.#startSession();
    this.#session = session;
    try {
      const { id, dimensions } = await session.loaded;
      // Whoever replaced the model's files meant it, but its vectors belong into another index.
      if (id !== this.id || dimensions !== this.dimensions)
        throw new EmbedderCrashedError(`came back as ${id} instead of ${this.id}: start the peer again`);
      if (this.#down instanceof EmbedderCrashedError) this.#down = undefined;
      this.#upSince = performance.now();
    } catch (error) {
      await session.stop();
      this.#crashed(
        error instanceof EmbedderCrashedError ? error : new EmbedderCrashedError(`does not start: ${error}`),
      );
    }
  }
}
