import {
  EmbedderCrashedError,
  EmbedderModelError,
  EmbedderPackageMissingError,
  EmbedderStoppedError,
} from "./errors.ts";
import type { Host, HostListener, StartHost } from "./hosts.ts";
import type { HostReply, Loaded, LocalConfig } from "./messages.ts";
import type { EmbedKind } from "./types.ts";

/** The largest models take seconds to read from a cold disk; what takes longer will not come. */
const LOAD_MS = 120_000;
/** The longest text takes a large model a few seconds. Whoever is silent for this long, asked, hangs. */
const SILENCE_MS = 60_000;

export interface SessionParts {
  readonly config: LocalConfig;
  readonly limits: SessionLimits;
  readonly start: StartHost;
  /** Called once when a session that was up ends without having been told to. */
  readonly onFailure: (error: EmbedderCrashedError) => void;
}

export interface SessionLimits {
  readonly loadMs: number;
  readonly silenceMs: number;
}

export const SESSION_LIMITS: SessionLimits = { loadMs: LOAD_MS, silenceMs: SILENCE_MS };

interface Waiting {
  resolve(vector: Float32Array): void;
  reject(error: Error): void;
}

/** One life of a thread or process with its model: loads, answers, and is done for when anything goes wrong. */
export class HostSession {
  readonly #host: Host;
  readonly #waiting = new Map<number, Waiting>();
  readonly #loading = Promise.withResolvers<Loaded["loaded"]>();
  readonly #limits: SessionLimits;
  readonly #onFailure: (error: EmbedderCrashedError) => void;
  #watchdog: NodeJS.Timeout | undefined;
  #nextId = 0;
  #over: Error | undefined;
  #up = false;

  /** Starts it and has it load its model: `loaded` says how that went. */
  constructor({ config, limits, start, onFailure }: SessionParts) {
    this.#limits = limits;
    this.#onFailure = onFailure;
    const listener: HostListener = {
      heard: (reply) => this.#heard(reply),
      ended: (how) => this.#fail(new EmbedderCrashedError(how)),
    };
    this.#host = start(config, listener);
    this.#host.post({ load: config });
    this.#watch(limits.loadMs);
  }

  /** @throws {EmbedderModelError | EmbedderPackageMissingError | EmbedderCrashedError | EmbedderStoppedError} */
  get loaded(): Promise<Loaded["loaded"]> {
    return this.#loading.promise;
  }

  /** @throws {EmbedderCrashedError | EmbedderStoppedError | EmbedderModelError} */
  embed(text: string, kind: EmbedKind): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(this.#over);
      const id = this.#nextId++;
      if (this.#waiting.size === 0) this.#watch(this.#limits.silenceMs);
      this.#waiting.set(id, { resolve, reject });
      this.#host.post({ id, kind, text });
    });
  }

  /** What waits is rejected at once. Idempotent. */
  async stop(): Promise<void> {
    this.#end(new EmbedderStoppedError());
    await this.#host.end();
  }

  #heard(reply: HostReply): void {
    if (this.#over !== undefined) return;
    if ("loaded" in reply) {
      clearTimeout(this.#watchdog);
      this.#up = true;
      this.#loading.resolve(reply.loaded);
    } else if ("notLoaded" in reply) {
      const { notLoaded, missing, remedy } = reply;
      this.#end(
        missing === undefined
          ? new EmbedderModelError(notLoaded, remedy)
          : new EmbedderPackageMissingError(missing, notLoaded),
      );
    } else {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      clearTimeout(this.#watchdog);
      if (this.#waiting.size > 0) this.#watch(this.#limits.silenceMs);
      if ("vector" in reply) waiting?.resolve(reply.vector);
      else waiting?.reject(new EmbedderModelError(reply.problem));
    }
  }

  #watch(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.#fail(new EmbedderCrashedError(`said nothing for ${ms / 1_000} s`));
      void this.#host.end();
    }, ms);
  }

  #fail(error: EmbedderCrashedError): void {
    if (this.#over !== undefined) return;
    const wasUp = this.#up;
    this.#end(error);
    if (wasUp) this.#onFailure(error);
  }

  #end(error: Error): void {
    if (this.#over !== undefined) return;
    this.#over = error;
    clearTimeout(this.#watchdog);
    this.#loading.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
