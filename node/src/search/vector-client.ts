import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { VectorWorkerError } from "./errors.ts";
import type { CallName, WorkerCalls, WorkerOptions, WorkerReady, WorkerReply } from "./worker-messages.ts";

/** Beyond this many open requests the worker is drowning, and answers would come too late to be of use. */
const MAX_OPEN_REQUESTS = 1_024;
/** A worker that has said goodbye and does not go is ended. */
const EXIT_PATIENCE_MS = 2_000;

interface OpenRequest {
  resolve(output: WorkerCalls[CallName]["output"]): void;
  reject(error: Error): void;
}

/** The main thread's end of the vector worker: one promise per request. */
export class VectorClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, OpenRequest>();
  readonly #onFailure: (error: VectorWorkerError) => void;
  #failure: VectorWorkerError | undefined;
  #stopping = false;
  #nextId = 0;

  private constructor(worker: Worker, onFailure: (error: VectorWorkerError) => void) {
    this.#worker = worker;
    this.#onFailure = onFailure;
    worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    worker.on("error", (error) => this.#fail(`failed (${error instanceof Error ? error.message : error})`));
    worker.on("exit", () => this.#fail("ended"));
  }

  /** @throws what keeps the worker from starting */
  static async start(
    options: WorkerOptions,
    onFailure: (error: VectorWorkerError) => void,
  ): Promise<{ client: VectorClient; ready: WorkerReady }> {
    const worker = new Worker(workerUrl(), { workerData: options, name: "search-vectors" });
    const [ready] = (await once(worker, "message")) as [WorkerReady];
    return { client: new VectorClient(worker, onFailure), ready };
  }

  /** @throws VectorWorkerError if the worker is gone, overloaded, or could not do it */
  async call<Name extends CallName>(
    name: Name,
    input: WorkerCalls[Name]["input"],
  ): Promise<WorkerCalls[Name]["output"]> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#open.size >= MAX_OPEN_REQUESTS) throw new VectorWorkerError("has too many requests waiting");
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, input });
    });
  }

  /** Saves, ends the thread and waits until it is gone. Says what went wrong with saving. */
  async stop(): Promise<string | null> {
    if (this.#failure !== undefined) return null;
    // The thread may be gone before its goodbye has been read: that is no failure.
    this.#stopping = true;
    const gone = once(this.#worker, "exit");
    const problem = await this.call("stop", null).catch((error: Error) => error.message);
    const guard = setTimeout(() => void this.#worker.terminate(), EXIT_PATIENCE_MS);
    this.#failure ??= new VectorWorkerError("was stopped");
    await gone;
    clearTimeout(guard);
    return problem;
  }

  #settle(reply: WorkerReply): void {
    const request = this.#open.get(reply.id);
    this.#open.delete(reply.id);
    if ("error" in reply) request?.reject(new VectorWorkerError(`could not do its work (${reply.error})`));
    else request?.resolve(reply.output);
  }

  #fail(problem: string): void {
    const error = new VectorWorkerError(problem);
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
    if (this.#failure !== undefined) return;
    this.#failure = error;
    if (!this.#stopping) this.#onFailure(error);
  }
}

/** The entry is TypeScript when this file is, JavaScript when it was built: URLs are not rewritten by the compiler. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./vector-worker.ts" : "./vector-worker.js";
  return new URL(name, import.meta.url);
}
