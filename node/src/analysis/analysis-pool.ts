import { SandboxBusyError, SandboxStoppedError } from "../sandbox/errors.ts";
import { AnalysisProcess, type Ready } from "./analysis-process.ts";
import { AnalysisUnavailableError, ParserCrashError } from "./errors.ts";
import { IDLE_MS, MOST_WAITING, REQUESTS_OF_A_CHILD } from "./limits.ts";
import type { Reply, Request } from "./messages.ts";

/** One child at a time, started when first needed, replaced when it dies, is worn or has long had nothing to do. */
export class AnalysisPool {
  #running: { process: AnalysisProcess; ready: Ready } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  /** What the child can do; starts one if there is none. @throws as ask */
  ready(): Promise<Ready> {
    return this.#queued(async () => (await this.#started()).ready);
  }

  /** @throws {ParserCrashError | AnalysisUnavailableError | SandboxBusyError | SandboxStoppedError} */
  ask(request: Request): Promise<Reply> {
    return this.#queued(async () => {
      const { process } = await this.#started();
      const reply = await process.ask(request);
      if (process.answered >= REQUESTS_OF_A_CHILD) await this.#end();
      return reply;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#idle);
    await this.#end();
    await this.#last;
  }

  async #queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MOST_WAITING) throw new SandboxBusyError(MOST_WAITING);
    this.#waiting++;
    const turn = this.#last.then(() => this.#turn(work));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
      this.#rest();
    }
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw new SandboxStoppedError();
    clearTimeout(this.#idle);
    try {
      return await work();
    } catch (error) {
      await this.#end();
      if (this.#stopped) throw new SandboxStoppedError();
      throw error instanceof ParserCrashError ? error : unavailable(error);
    }
  }

  async #started() {
    this.#running ??= await AnalysisProcess.start();
    return this.#running;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#waiting > 0 || this.#stopped) return;
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS);
    this.#idle.unref();
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.process.stop();
  }
}

function unavailable(error: unknown): AnalysisUnavailableError {
  if (error instanceof AnalysisUnavailableError) return error;
  return new AnalysisUnavailableError(error instanceof Error ? error.message : String(error));
}
