import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AnalysisUnavailableError, ParserCrashError } from "./errors.ts";
import { CHILD_CPU_SECONDS, CHILD_HEAP_MB, REQUEST_MS, START_MS } from "./limits.ts";
import type { Reply, Request } from "./messages.ts";

const CHILD = new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js", import.meta.url);

/** A text that crashes a parser must not fill the disk with core files; nobody may be left to stop a loop. */
const SHELL_LINE = `ulimit -c 0; ulimit -t ${CHILD_CPU_SECONDS}; exec "$0" "$@"`;

/** Deaths that a text brings about: stack overflow in native code, V8 out of heap or a failed assertion. */
const CRASHES = new Set<NodeJS.Signals>(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGTRAP"]);

export interface Ready {
  /** False where oxc-parser has no binding for this machine. */
  readonly parser: boolean;
}

/** One child that reads texts, one at a time. After any failure it is done for. */
export class AnalysisProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;
  #over: Error | undefined;
  answered = 0;

  private constructor() {
    const node = [`--max-old-space-size=${CHILD_HEAP_MB}`, "--no-warnings", fileURLToPath(CHILD)];
    this.#child = spawn("/bin/sh", ["-c", SHELL_LINE, process.execPath, ...node], {
      env: {},
      // Its own words are of no use to anybody, and may quote the text.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    this.#child.on("message", (reply: Reply) => this.#take()?.resolve(reply));
    this.#child.on("error", (error) => this.#fail(new AnalysisUnavailableError(error.message)));
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#fail(endOf(code, signal));
        resolve();
      });
      this.#child.once("error", () => resolve());
    });
  }

  /** @throws {AnalysisUnavailableError} */
  static async start(): Promise<{ process: AnalysisProcess; ready: Ready }> {
    const started = new AnalysisProcess();
    try {
      const ready = await started.#next(START_MS);
      if (!("ready" in ready)) throw new AnalysisUnavailableError("its process answered out of turn");
      started.rest();
      return { process: started, ready };
    } catch (error) {
      await started.stop();
      throw error instanceof AnalysisUnavailableError
        ? error
        : new AnalysisUnavailableError(error instanceof Error ? error.message : String(error));
    }
  }

  /** @throws {ParserCrashError | AnalysisUnavailableError} and then the process is gone */
  async ask(request: Request): Promise<Reply> {
    if (this.#over !== undefined) throw this.#over;
    this.#child.ref();
    this.#child.channel?.ref();
    this.answered++;
    const reply = this.#next(REQUEST_MS);
    this.#child.send(request, (error) => {
      if (error !== null) this.#fail(new AnalysisUnavailableError(error.message));
    });
    try {
      return await reply;
    } finally {
      this.rest();
    }
  }

  /** Nobody waits for it now, so it does not keep this process alive. */
  rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  async stop(): Promise<void> {
    this.#fail(new AnalysisUnavailableError("its process was stopped"));
    this.#child.ref();
    await this.#ended;
  }

  async #next(within: number): Promise<Reply> {
    const timer = setTimeout(() => {
      this.#fail(new AnalysisUnavailableError(`it took longer than ${within} ms`));
    }, within);
    try {
      return await new Promise<Reply>((resolve, reject) => {
        if (this.#over !== undefined) reject(this.#over);
        else this.#settle = { resolve, reject };
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #take() {
    const waiting = this.#settle;
    this.#settle = undefined;
    return waiting;
  }

  #fail(error: Error): void {
    this.#over ??= error;
    this.#take()?.reject(this.#over);
    this.#child.kill("SIGKILL");
  }
}

/** Code 134 and the like: a shell's way to report a signal. Node leaves with 1 or 7 when a bug of ours throws. */
function endOf(code: number | null, signal: NodeJS.Signals | null): Error {
  if (signal !== null && CRASHES.has(signal)) return new ParserCrashError(signal);
  return new AnalysisUnavailableError(`its process ended (${signal ?? `exit code ${code}`})`);
}
