import { EMPTY_RUNTIME_MB, MEMORY_TOGETHER, type SandboxLimits, WATCH_INTERVAL_MS } from "./limits.ts";
import type { Usage } from "./process-usage.ts";
import type { LimitName } from "./types.ts";

export interface Watched {
  readonly pid: number;
  readonly limits: SandboxLimits;
  /** Of all that share a place, memory is also looked at together. */
  readonly place?: object | undefined;
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
    const places = new Map<object, Shared>();
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
      if (watched.place !== undefined) share(places, watched.place, watched, usage.residentMb);
    }
    for (const { mb, largest } of places.values()) {
      const most = largest.watched.limits.memoryMb * MEMORY_TOGETHER;
      if (mb > most)
        largest.watched.exceed("memory", `used most where all together used more than ${most} MB of memory`);
    }
  }
}

/** What the processes of one place hold beyond their empty runtimes, and which of them holds most. */
interface Shared {
  mb: number;
  largest: { readonly watched: Watched; readonly mb: number };
}

function share(places: Map<object, Shared>, place: object, watched: Watched, residentMb: number): void {
  const mb = Math.max(0, residentMb - EMPTY_RUNTIME_MB);
  const shared = places.get(place) ?? { mb: 0, largest: { watched, mb } };
  shared.mb += mb;
  if (mb > shared.largest.mb) shared.largest = { watched, mb };
  places.set(place, shared);
}
