import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ActionClient, type Status } from "action-collective";
import { until } from "./until.ts";

const ROOT = join(import.meta.dirname, "../..");
export const COLLECTIVE = join(ROOT, "node/bin/collective.js");
const BOOTSTRAP = join(ROOT, "bootstrap/bin/collective-bootstrap.js");

/** Nothing of the developer's own COLLECTIVE_… settings reaches a test's processes. */
function cleanEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("COLLECTIVE_") && name !== "NODE_OPTIONS",
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...extra };
}

/** A real process of ours, with what it printed so far. Killed for good when its scope ends. */
export class OurProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";

  /** @param launcher what starts it in its place and becomes it by `exec`, e.g. `ip netns exec NAME` */
  constructor(
    file: string,
    args: readonly string[],
    env: Record<string, string>,
    launcher: readonly string[] = [],
  ) {
    const [command = process.execPath, ...words] = [...launcher, process.execPath, file, ...args];
    this.child = spawn(command, words, {
      env: cleanEnvironment(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks it to stop and waits. @returns its exit code */
  async stop(): Promise<number | null> {
    if (this.running) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    if (!this.running) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  /** Waits for a line of its standard output, or says at once how it ended instead. */
  async printed(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    const found = await until(() => pattern.exec(this.stdout) ?? (this.running ? undefined : "ended"), {
      what: `${pattern} of a process`,
      timeoutMs,
    });
    if (found === "ended") throw new ProcessEndedError(this);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

class ProcessEndedError extends Error {
  constructor(process: OurProcess) {
    super(`The process ended with ${process.child.exitCode}:\n${process.stdout}\n${process.stderr}`);
  }
}

export interface PeerProcessOptions {
  readonly bootstrap?: readonly string[];
  /** A home to start on again; a fresh one otherwise. */
  readonly home?: string;
  /** Settings as COLLECTIVE_… variables. */
  readonly env?: Record<string, string>;
  /** What starts the process in its place and becomes it by `exec`. */
  readonly launcher?: readonly string[];
}

/** With the starter library, whose 86 actions are proved when somebody asks for one: all of them take a minute of both cores. */
export const STOCKED = { COLLECTIVE_LIBRARY: "true", COLLECTIVE_VERIFY: "false" };

/** A daemon on loopback, without the starter library unless asked. */
export class PeerProcess extends OurProcess {
  readonly home: string;
  readonly #ownsHome: boolean;
  readonly #launched: boolean;

  private constructor(home: string, ownsHome: boolean, options: PeerProcessOptions) {
    const env = {
      COLLECTIVE_HOME: home,
      COLLECTIVE_REACH: "loopback",
      COLLECTIVE_PORT: "0",
      COLLECTIVE_API_PORT: "0",
      COLLECTIVE_DASHBOARD_PORT: "0",
      COLLECTIVE_LIBRARY: "false",
      COLLECTIVE_SYNC_INTERVAL_MS: "1000",
      COLLECTIVE_FEEDBACK_INTERVAL_MS: "500",
      COLLECTIVE_BOOTSTRAP: options.bootstrap?.join(",") ?? "none",
      ...options.env,
    };
    super(COLLECTIVE, ["start", "--json"], env, options.launcher);
    this.home = home;
    this.#ownsHome = ownsHome;
    this.#launched = options.launcher !== undefined;
  }

  /** Resolves once its API answers. */
  static async start(options: PeerProcessOptions = {}): Promise<PeerProcess> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), "collective-peer-")));
    const peer = new PeerProcess(home, options.home === undefined, options);
    try {
      await peer.printed(/\n\}\n$/);
      return peer;
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it said of itself when it was ready. */
  get started(): Status {
    return JSON.parse(this.stdout.slice(0, this.stdout.indexOf("\n}\n") + 3)) as Status;
  }

  /** Over its unix socket if a launcher may have put it where its loopback is not ours. */
  get client(): ActionClient {
    const socket = this.started.api.find((endpoint) => endpoint.startsWith("unix:"))?.slice("unix:".length);
    return new ActionClient({ home: this.home, ...(this.#launched ? { socket } : {}) });
  }

  /** Resolves once these actions of the starter library are in, and have passed their tests here, which are run for it. */
  async stocked(...names: readonly string[]): Promise<void> {
    const { client } = this;
    for (const name of names) {
      await until(() => client.show(name).catch(() => undefined), {
        what: `${name} of the starter library`,
        everyMs: 100,
      });
      const { outcome, reason } = await client.verify(name);
      if (outcome !== "pass") throw new Error(`${name} is not proved: ${reason}`);
    }
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#ownsHome) await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

export interface BootstrapProcessOptions {
  /** A home to start on again; a fresh one otherwise. */
  readonly home?: string;
  /** Flags that replace those of a node on loopback. */
  readonly args?: readonly string[];
  /** What starts the process in its place and becomes it by `exec`. */
  readonly launcher?: readonly string[];
}

/** A bootstrap node on loopback. */
export class BootstrapProcess extends OurProcess {
  readonly #home: string;
  readonly #ownsHome: boolean;
  #address = "";

  private constructor(home: string, { home: given, args, launcher }: BootstrapProcessOptions) {
    const reach = args ?? ["--port", "0", "--reach", "loopback"];
    super(BOOTSTRAP, ["--home", home, "--monitor", "none", ...reach], {}, launcher);
    this.#home = home;
    this.#ownsHome = given === undefined;
  }

  static async start(options: BootstrapProcessOptions = {}): Promise<BootstrapProcess> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), "collective-bootstrap-")));
    const bootstrap = new BootstrapProcess(home, options);
    try {
      bootstrap.#address = (await bootstrap.printed(/--bootstrap (\S+)/))[1] ?? "";
      return bootstrap;
    } catch (error) {
      await bootstrap[Symbol.asyncDispose]();
      throw error;
    }
  }

  get address(): string {
    return this.#address;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#ownsHome) await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Runs one command of the CLI to its end. */
export async function collective(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await using command = new OurProcess(COLLECTIVE, args, env);
  const [code] = (await once(command.child, "close")) as [number | null];
  return { code, stdout: command.stdout, stderr: command.stderr };
}
