import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { CollectiveError, type Json } from "@action-collective/protocol";
import { StoppingError } from "../errors.ts";
import type { CheckAnswer, CheckRequest } from "./checker-worker.ts";
import { CheckerUnavailableError, InvalidSchemaError, SchemaTimeoutError } from "./errors.ts";

/** An honest check takes microseconds; a pattern that explodes takes for ever. */
const CHECK_MS = 2000;
/** A worker that is not up by then will not come: the machine is out of memory or threads. */
const START_MS = 20_000;
/** Checks waiting at once; every caller is a bounded queue of its own, so only a bug reaches this. */
const WAITING = 4096;
/** ajv's compiled code is small; a schema that needs more is an attack. */
const WORKER_HEAP_MB = 256;

/**
 * Checks values against strangers' JSON Schemas (ajv, 2020-12) in a worker thread, one at a time, because a schema may
 * hold a regular expression that never ends: the event loop goes on, and after two seconds the worker is replaced.
 */
export class WorkerSchemaChecker {
  #worker: Worker | undefined;
  #next = 1;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();

  /** @throws {InvalidSchemaError | SchemaTimeoutError} */
  async compile(schema: Json): Promise<void> {
    await this.#ask({ schema: JSON.stringify(schema) });
  }

  /** @returns undefined when valid, else one line why not. @throws {InvalidSchemaError | SchemaTimeoutError} */
  async check(schema: Json, value: Json): Promise<string | undefined> {
    const outcome = await this.#ask({ schema: JSON.stringify(schema), value });
    return outcome.valid ? undefined : outcome.why;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#end();
  }

  async #ask(
    request: Omit<CheckRequest, "id">,
  ): Promise<Exclude<CheckAnswer["outcome"], { broken: string }>> {
    if (this.#waiting >= WAITING)
      throw new CollectiveError("busy", "Too many schema checks wait", "Try again.");
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#turn(request));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #turn(
    request: Omit<CheckRequest, "id">,
  ): Promise<Exclude<CheckAnswer["outcome"], { broken: string }>> {
    if (this.#stop.signal.aborted) throw new StoppingError();
    const worker = await this.#start();
    try {
      const outcome = await this.#answer(worker, { id: this.#next++, ...request });
      if ("broken" in outcome) throw new InvalidSchemaError(outcome.broken);
      return outcome;
    } catch (error) {
      if (error instanceof InvalidSchemaError) throw error;
      await this.#end();
      if (this.#stop.signal.aborted) throw new StoppingError();
      if (error instanceof SchemaTimeoutError) throw error;
      throw new InvalidSchemaError("checking it exhausted the worker's memory");
    }
  }

  /** By hand and not with composed signals: a check is on the way of every call of a test, and this is half the cost. */
  #answer(worker: Worker, request: CheckRequest): Promise<CheckAnswer["outcome"]> {
    const { promise, resolve, reject } = Promise.withResolvers<CheckAnswer["outcome"]>();
    const timer = setTimeout(() => reject(new SchemaTimeoutError(CHECK_MS)), CHECK_MS);
    const heard = (answer: CheckAnswer) => {
      if (answer.id === request.id) resolve(answer.outcome);
    };
    const ended = () => reject(new Error("the worker ended"));
    worker.on("message", heard);
    worker.once("error", ended);
    this.#stop.signal.addEventListener("abort", ended, { once: true });
    worker.postMessage(request);
    return promise.finally(() => {
      clearTimeout(timer);
      worker.off("message", heard);
      worker.off("error", ended);
      this.#stop.signal.removeEventListener("abort", ended);
    });
  }

  async #start(): Promise<Worker> {
    if (this.#worker !== undefined) return this.#worker;
    const file = import.meta.url.endsWith(".ts") ? "./checker-worker.ts" : "./checker-worker.js";
    const worker = new Worker(new URL(file, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    try {
      await once(worker, "message", { signal: AbortSignal.timeout(START_MS) });
    } catch (cause) {
      await worker.terminate();
      throw new CheckerUnavailableError(cause);
    }
    this.#worker = worker;
    // Between checks nobody waits for the worker, and it must not keep the process alive.
    worker.on("error", () => undefined);
    worker.unref();
    return worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
