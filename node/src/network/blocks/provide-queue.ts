import type { CID } from "multiformats/cid";
import { blockName } from "../../block-name.ts";
import { withDeadline } from "../deadline.ts";
import { MAX_PROVIDE_QUEUE, PROVIDE_ATTEMPTS, PROVIDE_CONCURRENCY, PROVIDE_TIMEOUT_MS } from "../limits.ts";
import type { Log } from "../options.ts";
import { reason } from "../safely.ts";

/** How often a waiting queue looks whether the DHT knows anybody by now. */
const RETRY_MS = 1_000;

interface ProvideParts {
  announce(cid: CID, signal: AbortSignal): Promise<void>;
  /** Whether the DHT knows anybody to tell; announcing to nobody would be lost. */
  ready(): boolean;
  /** For one announcement. */
  timeoutMs?: number;
  lifetime: AbortSignal;
  log: Log;
}

interface Job {
  cid: CID;
  attempts: number;
}

/** Announces in the background, a few at a time, which blocks we hold. */
export class ProvideQueue {
  readonly #parts: ProvideParts;
  readonly #jobs = new Map<string, Job>();
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(parts: ProvideParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#jobs.size + this.#running;
  }

  /** How many more may wait before one is lost. */
  get room(): number {
    return Math.max(0, MAX_PROVIDE_QUEUE - this.#jobs.size);
  }

  /** What is not here any more need not be announced. */
  remove(cid: CID): void {
    this.#jobs.delete(blockName(cid));
  }

  add(cid: CID): void {
    this.#enqueue({ cid, attempts: 0 });
    this.#pump();
  }

  start(): void {
    this.#started = true;
    this.#pump();
  }

  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#jobs.clear();
  }

  #enqueue(job: Job): void {
    const key = blockName(job.cid);
    if (this.#jobs.has(key)) return;
    this.#jobs.set(key, job);
    if (this.#jobs.size <= MAX_PROVIDE_QUEUE) return;
    const oldest = this.#jobs.keys().next();
    if (!oldest.done) this.#jobs.delete(oldest.value);
  }

  #pump(): void {
    if (!this.#started) return;
    while (this.#running < PROVIDE_CONCURRENCY && this.#parts.ready()) {
      const next = this.#jobs.entries().next();
      if (next.done) return;
      const [key, job] = next.value;
      this.#jobs.delete(key);
      void this.#announce(job);
    }
    if (this.#jobs.size > 0) this.#timer ??= setTimeout(() => this.#wake(), RETRY_MS).unref();
  }

  #wake(): void {
    this.#timer = undefined;
    this.#pump();
  }

  async #announce(job: Job): Promise<void> {
    this.#running++;
    try {
      await withDeadline(this.#parts.timeoutMs ?? PROVIDE_TIMEOUT_MS, [this.#parts.lifetime], (signal) =>
        this.#parts.announce(job.cid, signal),
      );
    } catch (error) {
      const attempts = job.attempts + 1;
      if (this.#started && attempts < PROVIDE_ATTEMPTS) this.#enqueue({ cid: job.cid, attempts });
      else if (this.#started) {
        this.#parts.log("warn", "announcing a block failed", {
          cid: job.cid.toString(),
          reason: reason(error),
        });
      }
    } finally {
      this.#running--;
      this.#pump();
    }
  }
}
