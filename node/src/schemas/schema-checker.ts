import { Worker } from "node:worker_threads";
import { CollectiveError, type Json } from "@action-collective/protocol";
import type { CheckAnswer, CheckRequest } from "./checker-worker.ts";
import { InvalidSchemaError, SchemaTimeoutError } from "./errors.ts";

/** An honest check takes microseconds; a pattern that explodes takes for ever. */
const CHECK_MS = 2000;
/** Checks waiting at once; each caller is a bounded queue of its own, so this is only reached by a bug. */
const WAITING = 4096;

interface Waiting {
  readonly resolve: (outcome: CheckAnswer["outcome"]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Checks values against strangers' JSON Schemas (ajv, 2020-12) in a worker thread, because a schema may hold a regular
 * expression that never ends: the event loop goes on, and after two seconds the worker is replaced.
 */
export class WorkerSchemaChecker {
  #worker: Worker | undefined;
  #next = 1;
  #stopped = false;
  readonly #waiting = new Map<number, Waiting>();

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
    this.#stopped = true;
    await this.#replace(new SchemaTimeoutError(0));
  }

  async #ask(request: Omit<CheckRequest, "id">): Promise<Exclude<CheckAnswer["outcome"], { broken: string }>> {
    if (this.#stopped) throw new CollectiveError("stopping", "The peer is stopping", "Start it again.");
    if (this.#waiting.size >= WAITING) throw new CollectiveError("busy", "Too many schema checks wait", "Try again.");
    const id = this.#next++;
    const worker = this.#start();
    const answered = new Promise<CheckAnswer["outcome"]>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const timer = setTimeout(() => void this.#replace(new SchemaTimeoutError(CHECK_MS)), CHECK_MS);
    try {
      worker.postMessage({ id, ...request });
      const outcome = await answered;
      if ("broken" in outcome) throw new InvalidSchemaError(outcome.broken);
      return outcome;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const file = import.meta.url.endsWith(".ts") ? "./checker-worker.ts" : "./checker-worker.js";
    const worker = new Worker(new URL(file, import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    worker.on("message", ({ id, outcome }: CheckAnswer) => this.#waiting.get(id)?.resolve(outcome));
    worker.on("error", () => void this.#replace(new InvalidSchemaError("checking it exhausted the worker's memory")));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** Ends the worker; everybody who waits on it is told why, and the next check starts a new one. */
  async #replace(reason: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
    await worker?.terminate();
  }
}
