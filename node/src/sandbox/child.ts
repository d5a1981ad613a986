import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Command } from "./command-line.ts";
import { type Ending, judgeExit } from "./ending.ts";
import { sandboxEnvironment } from "./environment.ts";
import type { SandboxLimits } from "./limits.ts";
import { LineSplitter, type OutputLine, TooMuchOutput } from "./line-splitter.ts";
import type { LogKeeper } from "./log-keeper.ts";
import type { Watched, Watcher } from "./watcher.ts";

/** What a frame needs besides the JSON of its input or result. */
const FRAME_OVERHEAD_BYTES = 16 * 1024;
/** A process that was told to leave before it was up may take this long; a start takes 20 ms on a quiet machine. */
const START_GRACE_MS = 2_000;
/** The end of stderr, kept to say why a process died. */
const LAST_WORDS_CHARACTERS = 300;

export interface ChildOptions {
  readonly command: Command;
  readonly cwd: string;
  readonly limits: SandboxLimits;
  readonly watcher: Watcher;
  readonly logs: LogKeeper;
}

/** One frame from a child: an object with a type, nothing more is promised. */
export type Frame = { readonly t: string } & { readonly [key: string]: unknown };

/** A sandboxed process and its pipes. It dies as a group, and at the first bound it passes. */
export class SandboxChild {
  readonly token = `@${randomBytes(16).toString("hex")} `;
  /** Resolves when the process is gone, with the first reason there was. */
  readonly ended: Promise<Ending>;
  /** Set by the owner before the first frame can come. */
  onFrame: (frame: Frame, bytes: number) => void = () => {};
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #watcher: Watcher;
  readonly #limits: SandboxLimits;
  readonly #logs: LogKeeper;
  #watched: Watched | undefined;
  #grace: NodeJS.Timeout | undefined;
  #ending: Ending | undefined;
  #gone: boolean;
  #ready = false;
  #cpuSeconds = 0;
  #lastWords = "";

  constructor({ command, cwd, limits, watcher, logs }: ChildOptions) {
    const [file, ...args] = command;
    this.#limits = limits;
    this.#logs = logs;
    this.#watcher = watcher;
    // Detached: a process group of its own, so that one kill reaches all of it.
    this.#process = spawn(file, args, {
      cwd,
      env: sandboxEnvironment(),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    // Where nothing was started there may be no pipes either (EMFILE); an "error" follows and is what ended it.
    this.#gone = this.#process.pid === undefined;
    if (!this.#gone) this.#listen();
    this.ended = this.#untilGone().then((ending) => {
      if (this.#watched !== undefined) watcher.remove(this.#watched);
      return ending;
    });
  }

  get alive(): boolean {
    return !this.#gone && this.#ending === undefined;
  }

  /**
   * From now on memory and CPU time are looked at, until the end. Not before a stranger's text is sent: until then
   * there is nothing to watch, and a process that waits in a pool would be read twenty times a second for nothing.
   * @param place shared with others, whose memory is looked at together with its own
   */
  watch(place?: object): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#gone || this.#watched !== undefined) return;
    this.#watched = {
      pid,
      limits: this.#limits,
      place,
      used: ({ cpuSeconds }) => {
        this.#cpuSeconds = cpuSeconds;
      },
      exceed: (limit, message) => this.kill({ status: "limit", limit, message }),
    };
    this.#watcher.add(this.#watched);
  }

  /** Sends one frame; a process that is gone does not hear it. */
  send(json: string): void {
    if (!this.#gone && this.#process.stdin.writable) this.#process.stdin.write(`${json}\n`);
  }

  /**
   * Ends the whole group. The first reason counts. One that is not up yet is first asked to leave, by the end of its
   * input: bubblewrap, killed before it has tied its child's life to its own, would leave that child behind, out of
   * reach. Nothing of a stranger's runs until then.
   */
  kill(reason: Ending): void {
    this.#ending ??= reason;
    if (this.#gone) return;
    if (this.#ready) {
      this.#strike();
      return;
    }
    this.#process.stdin.end();
    this.#grace ??= setTimeout(() => this.#strike(), START_GRACE_MS);
  }

  #strike(): void {
    const { pid } = this.#process;
    if (this.#gone || pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#process;
    // A process that died with our bytes unread; its exit says what there is to say.
    stdin.on("error", () => {});
    const mostNoiseBytes = this.#limits.noiseBytes;
    const mostFrameBytes = this.#limits.jsonBytes + FRAME_OVERHEAD_BYTES;
    this.#read(stdout, new LineSplitter({ token: this.token, mostFrameBytes, mostNoiseBytes }));
    this.#read(stderr, new LineSplitter({ mostFrameBytes: mostNoiseBytes, mostNoiseBytes }));
    stderr.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("utf8")).slice(-LAST_WORDS_CHARACTERS);
    });
  }

  #read(stream: NodeJS.ReadableStream, splitter: LineSplitter): void {
    let full = false;
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      // What else comes is let go unread, so that the process can be waited for.
      if (full) return;
      try {
        for (const line of splitter.push(chunk)) this.#take(line);
      } catch (error) {
        if (!(error instanceof TooMuchOutput)) throw error;
        full = true;
        this.kill(this.#tooMuch(error));
      }
    });
    stream.on("end", () => {
      for (const line of splitter.end()) this.#take(line);
    });
  }

  #take(line: OutputLine): void {
    if (line.kind === "noise") {
      this.#logs.add(line.text);
      return;
    }
    const frame = parseFrame(line.json);
    if (frame === undefined) return;
    if (frame.t === "ready") {
      this.#ready = true;
      if (this.#ending !== undefined) this.#strike();
    }
    // After the reason for the end no frame can change anything.
    else if (this.#ending === undefined) this.onFrame(frame, Buffer.byteLength(line.json));
  }

  #tooMuch({ of }: TooMuchOutput): Ending {
    return of === "frame"
      ? { status: "limit", limit: "result", message: `a value of more than ${this.#limits.jsonBytes} bytes` }
      : {
          status: "limit",
          limit: "output",
          message: `wrote more than ${this.#limits.noiseBytes} bytes of logs`,
        };
  }

  #untilGone(): Promise<Ending> {
    return new Promise((resolve) => {
      this.#process.once("error", (error) => {
        this.#gone = true;
        resolve({ status: "unavailable", message: `the sandbox did not start: ${error.message}` });
      });
      this.#process.once("exit", () => {
        // Anything left of the group holds our pipes open; the leader's death is the end for all.
        this.#strike();
      });
      this.#process.once("close", (code, signal) => {
        this.#gone = true;
        clearTimeout(this.#grace);
        resolve(this.#ending ?? this.#judge(code, signal));
      });
    });
  }

  #judge(code: number | null, signal: NodeJS.Signals | null): Ending {
    return judgeExit({
      code,
      signal,
      ready: this.#ready,
      lastWords: this.#lastWords.trim(),
      cpuSeconds: this.#cpuSeconds,
      cpuLimit: this.#limits.cpuSeconds,
    });
  }
}

function parseFrame(json: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(json);
    return typeof frame === "object" && frame !== null && "t" in frame && typeof frame.t === "string"
      ? (frame as Frame)
      : undefined;
  } catch {
    return undefined;
  }
}
