import { cp, mkdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "@action-collective/protocol";
import { SandboxedAction } from "./action-process.ts";
import { SandboxChild } from "./child.ts";
import { type CommandOptions, type SandboxPlaces, sandboxCommand, type Wall } from "./command-line.ts";
import { PRIVATE_NET } from "./denied-net.ts";
import { findDeno } from "./deno-binary.ts";
import { SandboxStoppedError, SandboxUnavailableError } from "./errors.ts";
import { DEFAULT_LIMITS, type SandboxLimits } from "./limits.ts";
import { LogKeeper } from "./log-keeper.ts";
import { usageOfTree } from "./process-usage.ts";
import { type SourceFilter, STATIC_SCAN } from "./scan.ts";
import { makeScratch } from "./scratch.ts";
import { type Slot, Slots } from "./slots.ts";
import { SandboxedTest } from "./test-process.ts";
import {
  type ActionProcess,
  type ActionSource,
  type CallOutcome,
  NO_GRANTS,
  type SandboxDescription,
  type StartOptions,
  type TestProcess,
  type TestSource,
} from "./types.ts";
import { layersOf, probeWall } from "./walls.ts";
import { Watcher } from "./watcher.ts";

/** Changes whenever a change of ours could change a verdict. */
export const RUNNER = "action-collective-runner/1";

/** Our main modules; `src` and `dist` are equally far from them. */
const REALM = fileURLToPath(new URL("../../realm", import.meta.url));

export interface SandboxOptions {
  /** Processes alive at once; at least 2. Default: one for each core. */
  readonly processes?: number;
  readonly limits?: Partial<SandboxLimits>;
  /** Programs instead of those on the path; null: do without that wall. */
  readonly bubblewrap?: string | null;
  readonly setpriv?: string | null;
  /** Ranges that no network grant reaches. Default: everything private. */
  readonly deniedNet?: readonly string[];
  /** The sandbox holds without any; the test suite runs with one that lets everything through. */
  readonly filter?: SourceFilter;
  readonly now?: () => number;
}

/** Runs strangers' code in single-use processes, and knows all that are alive. */
export class Sandbox {
  readonly description: SandboxDescription;
  readonly limits: SandboxLimits;
  readonly #home: string;
  readonly #places: SandboxPlaces;
  readonly #wall: Wall;
  readonly #deniedNet: readonly string[];
  readonly #filter: SourceFilter;
  readonly #now: () => number;
  readonly #slots: Slots;
  readonly #watcher = new Watcher(usageOfTree);
  readonly #children = new Set<SandboxChild>();
  #stopped = false;

  private constructor(
    home: string,
    places: SandboxPlaces,
    wall: Wall,
    deno: string,
    options: SandboxOptions,
  ) {
    this.#home = home;
    this.#places = places;
    this.#wall = wall;
    this.#deniedNet = options.deniedNet ?? PRIVATE_NET;
    this.#filter = options.filter ?? STATIC_SCAN;
    this.#now = options.now ?? (() => performance.now());
    this.#slots = new Slots(options.processes ?? availableParallelism());
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.description = { runner: RUNNER, deno, layers: layersOf(wall) };
  }

  /**
   * Finds Deno, lays out neutrally named directories (a stranger sees their paths in stack traces) and probes once
   * which walls stand. @throws {SandboxUnavailableError}
   */
  static async open(options: SandboxOptions = {}): Promise<Sandbox> {
    const deno = findDeno();
    const home = await makeScratch(tmpdir());
    try {
      const places = { deno: deno.path, realm: join(home, "realm"), empty: join(home, "empty") };
      await cp(REALM, places.realm, { recursive: true });
      await mkdir(places.empty);
      const wall = await probeWall(places, { ...options, searchPath: process.env.PATH ?? "" });
      return new Sandbox(home, places, wall, deno.version, options);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Processes alive now. */
  get alive(): number {
    return this.#children.size;
  }

  /**
   * Waits for places for work that needs several processes at once; dispose of it when they are closed.
   * @throws {SandboxBusyError | SandboxStoppedError} and the signal's reason
   */
  reserve(processes: number, signal?: AbortSignal): Promise<Slot> {
    return this.#slots.take(processes, signal);
  }

  /** @throws {ScanRefusedError | SandboxUnavailableError | SandboxBusyError | SandboxStoppedError} */
  async startAction(source: ActionSource, options: StartOptions = {}): Promise<ActionProcess> {
    await this.#filter.action(source);
    const grants = options.grants ?? NO_GRANTS;
    const started = await this.#start("action-main.js", options);
    return new SandboxedAction({ ...started, source, grants, now: this.#now });
  }

  /** A test's process has no grants, whatever its action has. @throws as startAction */
  async startTest(source: TestSource, options: Omit<StartOptions, "grants"> = {}): Promise<TestProcess> {
    const imports = await this.#filter.test(source);
    const started = await this.#start("test-main.js", options);
    return new SandboxedTest({ ...started, source, imports, now: this.#now });
  }

  /** One call in a process of its own. @throws as startAction and ActionProcess.call */
  async runOnce(
    source: ActionSource,
    input: Json,
    options: StartOptions = {},
  ): Promise<CallOutcome & { logs: string[] }> {
    const action = await this.startAction(source, options);
    let outcome: CallOutcome;
    try {
      outcome = await action.call(input, options.signal);
    } finally {
      await action.close();
    }
    // Only now: the last lines of a log may come after the answer.
    return { ...outcome, logs: action.logs() };
  }

  /** Kills everything that is alive and refuses everything that waits; resolves when all of it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#slots.close();
    const children = [...this.#children];
    for (const child of children) child.kill({ status: "unavailable", message: "the sandbox was stopped" });
    await Promise.all(children.map((child) => child.ended));
    await rm(this.#home, { recursive: true, force: true });
  }

  async #start(main: CommandOptions["main"], options: StartOptions) {
    const slot = options.reservation === undefined ? await this.reserve(1, options.signal) : undefined;
    try {
      if (this.#stopped) throw new SandboxStoppedError();
      options.signal?.throwIfAborted();
      const limits = { ...this.limits, ...options.limits };
      const logs = new LogKeeper();
      const child = this.#spawn(main, limits, logs, options);
      return { child, limits, logs, slot };
    } catch (error) {
      slot?.[Symbol.dispose]();
      throw error;
    }
  }

  #spawn(main: CommandOptions["main"], limits: SandboxLimits, logs: LogKeeper, options: StartOptions) {
    const command = sandboxCommand(this.#places, this.#wall, {
      main,
      limits,
      grants: options.grants ?? NO_GRANTS,
      deniedNet: this.#deniedNet,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });
    const child = spawnChild({ command, cwd: this.#places.empty, limits, logs, watcher: this.#watcher });
    this.#children.add(child);
    void child.ended.then(() => this.#children.delete(child));
    return child;
  }
}

/** @throws {SandboxUnavailableError} the system gave no process, e.g. for want of file descriptors */
function spawnChild(options: ConstructorParameters<typeof SandboxChild>[0]): SandboxChild {
  try {
    return new SandboxChild(options);
  } catch (cause) {
    throw new SandboxUnavailableError(`No process could be started: ${(cause as Error).message}`, { cause });
  }
}
