import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { SearchThreadError } from "../errors.ts";
import type { CallName, ThreadCalls, ThreadMessage, ThreadNotice, ThreadOptions } from "./messages.ts";
import { NativeGuard } from "./native-guard.ts";

/** Beyond this many open requests the thread is drowning, and answers would come too late to be of use. */
const MAX_OPEN_REQUESTS = 1_024;
/** How long a request waits for a thread that is being started again. */
const START_PATIENCE_MS = 5_000;
/** A thread that has said goodbye and does not go is ended. */
const EXIT_PATIENCE_MS = 5_000;
/** After a crash the wait doubles from the first to the last of these. */
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 30_000;
/** A thread that lived so long starts over with the short wait. */
const HEALTHY_MS = 60_000;
/** A thread that ends so often before it was ever ready never will be. */
const MAX_FAILED_STARTS = 4;
/** Crashes one after the other after which the files of the last start are under suspicion. */
const CRASHES_BEFORE_DISTRUST = 2;
/** V8's default for what is young suits programs that use far more memory than this thread. */
const YOUNG_GENERATION_MB = 8;

export interface ThreadClientParts {
  /** Asked at every start: what was true at the first may have changed. */
  readonly options: () => Omit<ThreadOptions, "guard" | "distrust">;
  readonly received: (message: ThreadMessage) => void;
  readonly warn: (message: string) => void;
}

interface OpenRequest {
  resolve(output: ThreadCalls[CallName]["output"]): void;
  reject(error: Error): void;
}

/** The main thread's end of the search thread: one promise per request, and a new thread when one crashed. */
export class ThreadClient {
  readonly #parts: ThreadClientParts;
  readonly #open = new Map<number, OpenRequest>();
  /** Resolves when the thread that runs now, or the next one, is ready. */
  #ready: PromiseWithResolvers<void>;
  #worker: Worker | undefined;
  #guard = new NativeGuard();
  #restart: NodeJS.Timeout | undefined;
  #crashes = 0;
  #wasReady = false;
  #startedAt = 0;
  #stopping = false;
  #nextId = 0;
  readonly #halt = () => this.#guard.halt();

  constructor(parts: ThreadClientParts) {
    this.#parts = parts;
    this.#ready = newReady();
    // Leaving the process ends the thread, wherever it is.
    process.on("exit", this.#halt);
    this.#start();
  }

  /** Resolves when the thread answers for the first time. @throws SearchThreadError if it cannot be started */
  async ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** @throws SearchThreadError if the thread is gone, overloaded, or could not do it */
  async call<Name extends CallName>(
    name: Name,
    input: ThreadCalls[Name]["input"],
  ): Promise<ThreadCalls[Name]["output"]> {
    if (this.#open.size >= MAX_OPEN_REQUESTS) throw new SearchThreadError("has too many requests waiting");
    return this.#send(await this.#runningInTime(), name, input);
  }

  /** Lost where there is no thread: a new one finds out by itself. */
  notice(notice: ThreadNotice): void {
    this.#worker?.postMessage(notice);
  }

  /** Saves, ends the thread and waits until it is gone. Says what went wrong with saving. */
  async stop(): Promise<readonly string[]> {
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (this.#stopping) return [];
    this.#stopping = true;
    if (worker === undefined) {
      process.off("exit", this.#halt);
      return [];
    }
    const gone = once(worker, "exit");
    const problems = await this.#send(worker, "stop", null).catch((error: Error) => [error.message]);
    // Never in the middle of a call into the addon: see native-guard.ts.
    const guard = setTimeout(() => {
      this.#guard.halt();
      void worker.terminate();
    }, EXIT_PATIENCE_MS);
    await gone;
    clearTimeout(guard);
    process.off("exit", this.#halt);
    return problems;
  }

  #send<Name extends CallName>(
    worker: Worker,
    name: Name,
    input: ThreadCalls[Name]["input"],
  ): Promise<ThreadCalls[Name]["output"]> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      worker.postMessage({ id, name, input });
    });
  }

  #start(): void {
    this.#guard = new NativeGuard();
    const workerData: ThreadOptions = {
      ...this.#parts.options(),
      guard: this.#guard.memory,
      distrust: this.#crashes >= CRASHES_BEFORE_DISTRUST,
    };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
    const worker = new Worker(entry(), { workerData, name: "search", resourceLimits });
    this.#worker = worker;
    this.#startedAt = performance.now();
    let reason = "ended";
    worker.on("message", (message: ThreadMessage) => this.#receive(message));
    worker.on("error", (error) => {
      reason = `failed (${error instanceof Error ? error.message : error})`;
    });
    worker.on("exit", () => this.#ended(reason));
  }

  #receive(message: ThreadMessage): void {
    if (message.kind === "ready") {
      this.#wasReady = true;
      this.#ready.resolve();
    }
    if (message.kind === "reply" || message.kind === "failure") this.#settle(message);
    else this.#parts.received(message);
  }

  #settle(message: Extract<ThreadMessage, { kind: "reply" | "failure" }>): void {
    const request = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (message.kind === "reply") request?.resolve(message.output);
    else request?.reject(new SearchThreadError(`could not do its work (${message.reason})`));
  }

  #ended(problem: string): void {
    this.#worker = undefined;
    const error = new SearchThreadError(this.#stopping ? "was stopped" : problem);
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
    if (this.#stopping) return;
    if (performance.now() - this.#startedAt > HEALTHY_MS) this.#crashes = 0;
    if (!this.#wasReady && this.#crashes + 1 >= MAX_FAILED_STARTS) {
      this.#stopping = true;
      process.off("exit", this.#halt);
      this.#ready.reject(error);
      return;
    }
    const wait = Math.min(LAST_RESTART_MS, FIRST_RESTART_MS * 2 ** this.#crashes);
    this.#crashes += 1;
    this.#parts.warn(`Search: ${error.message}; a new one is started in ${wait / 1_000} s.`);
    // Whoever waits for the old one waits for the new one.
    const waiting = this.#ready;
    this.#ready = newReady();
    this.#ready.promise.then(waiting.resolve, waiting.reject);
    this.#restart = setTimeout(() => this.#start(), wait);
  }

  async #runningInTime(): Promise<Worker> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SearchThreadError("is being started again")), START_PATIENCE_MS);
    });
    await Promise.race([this.#ready.promise, tooLate]).finally(() => clearTimeout(timer));
    if (this.#stopping || this.#worker === undefined) throw new SearchThreadError("is not there");
    return this.#worker;
  }
}

function newReady(): PromiseWithResolvers<void> {
  const ready = Promise.withResolvers<void>();
  // Nobody may be waiting.
  ready.promise.catch(() => undefined);
  return ready;
}

/** The entry is TypeScript when this file is, JavaScript when it was built: URLs are not rewritten by the compiler. */
function entry(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./search-thread.ts" : "./search-thread.js";
  return new URL(name, import.meta.url);
}
