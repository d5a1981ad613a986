import { limits as protocolLimits } from "@action-collective/protocol";

/** Bounds on one sandboxed process. All are enforced by the parent or the kernel; the code inside has no say. */
export interface SandboxLimits {
  /** CPU seconds of the whole process, its start included (about 0.03). */
  readonly cpuSeconds: number;
  /** Wall clock for loading plus one call, or for one round of a test. Depends on load: never a published fail. */
  readonly wallMs: number;
  /** Memory the code may use beyond the empty runtime: heap, buffers and WebAssembly together. */
  readonly memoryMb: number;
  /** JavaScript heap of the isolate. */
  readonly heapMb: number;
  /** Bytes of logs (stderr, and what is no frame on stdout) before the process is killed. */
  readonly noiseBytes: number;
  /** Bytes of one input or one result as JSON text. */
  readonly jsonBytes: number;
  /** Calls that one round of a test, or one call of an action with all that it uses, may make. */
  readonly calls: number;
  /** Bytes that all their inputs and answers may have together: what a flood can make the parent hold. */
  readonly relayedBytes: number;
  readonly openFiles: number;
  /** Threads of all its processes; watched, since the kernel's own bound counts those of the whole user. */
  readonly threads: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  // A hundred times what a usual action needs; a loop that never ends is caught for certain.
  cpuSeconds: 8,
  // Far above cpuSeconds, so that a busy loop meets the CPU limit (a fail), not the clock (unknown), even when
  // four processes share a core.
  wallMs: 40_000,
  // Room for a full heap and as much again in buffers.
  memoryMb: 256,
  heapMb: 128,
  // Logs are for a person, and nobody reads more than this.
  noiseBytes: 256 * 1024,
  jsonBytes: protocolLimits.runBytes,
  // A test that needs more is a benchmark.
  calls: 1_000,
  // A total, not what waits at one time: that would depend on who is faster, and two peers could disagree.
  relayedBytes: 32 * 1024 * 1024,
  // Deno holds about 20; a granted action keeps its connections.
  openFiles: 128,
  // Deno has 7 and starts up to 32 more for slow built-ins such as key derivation (measured, Deno 2.9.6).
  threads: 64,
};

/** Nesting of any input or result, the protocol's own. */
export const JSON_DEPTH = protocolLimits.jsonDepth;

/**
 * So many times what one process may use is what all may use that share a place: an action with its test, or with up to
 * eight others that it uses.
 */
export const MEMORY_TOGETHER = 2;

/** V8 reserves this much data segment for each isolate, whatever it uses (measured, Deno 2.9.6). */
export const ISOLATE_RESERVE_MB = 512;

/** An empty Deno process: resident memory and data segment (measured 45–60 MB). */
export const EMPTY_RUNTIME_MB = 60;

/** How often memory and CPU are read from /proc; between two looks RLIMIT_DATA and RLIMIT_CPU hold. */
export const WATCH_INTERVAL_MS = 50;

/** Lines of logs kept for a report, and the length of one: a page for a person. */
export const LOG_LINES = 100;
export const LOG_LINE_CHARACTERS = 500;

/** Work that may wait for a place; each waiter holds a source and an input, about a megabyte at worst. */
export const MOST_WAITING = 256;
