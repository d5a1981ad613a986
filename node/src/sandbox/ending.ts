import type { LimitName } from "./types.ts";

/** How a sandboxed process came to its end. */
export type Ending =
  | { status: "limit"; limit: LimitName; message: string }
  | { status: "died"; message: string }
  | { status: "unavailable"; message: string };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Our main module was up before a stranger's text came in. */
  readonly ready: boolean;
  /** The end of what it wrote to stderr. */
  readonly lastWords: string;
  /** At the last look of the watcher. */
  readonly cpuSeconds: number;
  readonly cpuLimit: number;
}

/** A shell and bubblewrap report a signal as 128 + its number. */
const SIGNAL_OF_CODE: Readonly<Record<number, NodeJS.Signals>> = {
  132: "SIGILL",
  133: "SIGTRAP",
  134: "SIGABRT",
  137: "SIGKILL",
  139: "SIGSEGV",
  152: "SIGXCPU",
  153: "SIGXFSZ",
};

/** The words of V8 and of Rust's allocator. A stranger can write them too, and gains only another word for its fail. */
const OUT_OF_MEMORY = /out of memory|memory allocation of \d+ bytes failed|Allocation failed/i;

/** Judges a process that ended without being told to. */
export function judgeExit(exit: Exit): Ending {
  const signal = exit.signal ?? SIGNAL_OF_CODE[exit.code ?? -1] ?? null;
  const said = exit.lastWords === "" ? "" : `: ${exit.lastWords}`;
  if (!exit.ready)
    return {
      status: "unavailable",
      message: `the sandbox did not start (${signal ?? `exit code ${exit.code}`})${said}`,
    };
  // The kernel counts CPU time in whole seconds; what the watcher saw last may lag by one look.
  const spent = exit.cpuSeconds >= exit.cpuLimit - 0.5;
  if (signal === "SIGXCPU" || (signal === "SIGKILL" && spent))
    return { status: "limit", limit: "cpu", message: `used more than ${exit.cpuLimit} s of CPU time` };
  // Nothing inside can send a signal: this was the kernel short of memory, or a person.
  if (signal === "SIGKILL")
    return { status: "unavailable", message: "the process was killed from outside the sandbox" };
  if (OUT_OF_MEMORY.test(exit.lastWords))
    return { status: "limit", limit: "memory", message: "ran out of the memory it may use" };
  if (signal !== null) return { status: "died", message: `the process crashed (${signal})${said}` };
  return { status: "died", message: `the process ended with code ${exit.code} and without an answer${said}` };
}
