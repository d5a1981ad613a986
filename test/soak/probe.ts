/**
 * Loaded into a daemon before everything else (`NODE_OPTIONS=--import=…`): at SIGUSR2 it collects garbage and writes one
 * line of JSON to the file named by SOAK_FILE: what the process holds, and how late its event loop was since the last line.
 */
import { appendFileSync, readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const file = process.env.SOAK_FILE;
const NANOSECONDS_PER_MS = 1e6;

/** What one process holds. Bytes, counts, and milliseconds. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly heap: number;
  readonly rss: number;
  readonly handles: number;
  readonly lagP99: number;
}

if (isMainThread && file !== undefined) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  process.on("SIGUSR2", () => {
    const lagP99 = delay.percentile(99) / NANOSECONDS_PER_MS;
    collect();
    const { heapUsed: heap, rss } = process.memoryUsage();
    const reading: Reading = { at: Date.now(), heap, rss, handles: openHandles(), lagP99 };
    appendFileSync(file, `${JSON.stringify(reading)}\n`);
    // What the collection itself cost is not the daemon's.
    delay.reset();
  });
}

/** Files, pipes and connections; on systems without /proc, what keeps the event loop busy. */
function openHandles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return process.getActiveResourcesInfo().length;
  }
}
