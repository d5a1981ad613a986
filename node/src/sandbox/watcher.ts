import { EMPTY_RUNTIME_MB, type SandboxLimits, WATCH_INTERVAL_MS } from "./limits.ts";
import type { Usage } from "./process-usage.ts";
import type { LimitName } from "./types.ts";

export interface Watched {
  readonly pid: number;
  readonly limits: SandboxLimits;
  /** Called at every look, so that a later death can be judged by it. */
  used(usage: Usage): void;
  exceed(limit: LimitName, message: string): void;
}

/** Looks at memory, CPU time and threads of all live processes; one timer for all, none while there are none. */
export class Watcher {
  readonly #read: (pid: number) => Usage | undefined;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(read: (pid: number) => Usage | undefined) {
    this.#read = read;
  }

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), WATCH_INTERVAL_MS);
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const watched of [...this.#watched]) {
      const usage = this.#read(watched.pid);
      if (usage === undefined) continue;
      watched.used(usage);
      const { limits } = watched;
      if (usage.residentMb > EMPTY_RUNTIME_MB + limits.memoryMb)
        watched.exceed("memory", `used more than ${limits.memoryMb} MB of memory`);
      else if (usage.cpuSeconds > limits.cpuSeconds)
        watched.exceed("cpu", `used more than ${limits.cpuSeconds} s of CPU time`);
      else if (usage.threads > limits.threads)
        watched.exceed("threads", `ran more than ${limits.threads} threads`);
    }
  }
}
