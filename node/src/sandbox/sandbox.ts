import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "@action-collective/protocol";
import type { Meter } from "../metrics/meter.ts";
import { SandboxedAction } from "./action-process.ts";
import { SandboxChild } from "./child.ts";
import {
  type Command,
  type CommandOptions,
  type SandboxPlaces,
  sandboxCommand,
  type Wall,
} from "./command-line.ts";
import { PRIVATE_NET } from "./denied-net.ts";
import { findDeno } from "./deno-binary.ts";
import { SandboxStoppedError, SandboxUnavailableError } from "./errors.ts";
import { joinRealm } from "./join-realm.ts";
import { DEFAULT_LIMITS, type SandboxLimits } from "./limits.ts";
import { LogKeeper } from "./log-keeper.ts";
import { measuredCalls } from "./measured-calls.ts";
import { type PoolOptions, type Prestarted, ProcessPool } from "./pool.ts";
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
  type Priority,
  type SandboxDescription,
  type StartOptions,
  type TestProcess,
  type TestSource,
} from "./types.ts";
import { layersOf, probeWall } from "./walls.ts";
import { Watcher } from "./watcher.ts";

/** Changes whenever a change of ours could change a verdict. */
export const RUNNER = "action-collective-runner/2";

/** Memory that must be free for a process nobody has asked for yet, in bytes: the system needs it more. */
const MEMORY_TO_SPARE = 256 * 1024 * 1024;

/** Our main modules; `src` and `dist` are equally far from them. */
const REALM = fileURLToPath(new URL("../../realm", import.meta.url));

export interface SandboxOptions {
  /** Processes alive at once; at least 2. Default: one for each core. */
  readonly processes?: number;
  readonly limits?: Partial<SandboxLimits>;
  /**
   * Processes started ahead of time, for calls that are granted nothing and have these limits. Each holds about
   * 13 MB, besides those that are busy. Default: none.
   */
  readonly pool?: PoolOptions & { readonly limits?: Partial<SandboxLimits> };
  /** Programs instead of those on the path; null: do without that wall. */
  readonly bubblewrap?: string | null;
  readonly setpriv?: string | null;
  /** Ranges that no network grant reaches. Default: everything private. */
  readonly deniedNet?: readonly string[];
  /** The sandbox holds without any; the test suite runs with one that lets everything through. */
  readonly filter?: SourceFilter;
  readonly now?: () => number;
  /** Told of each call of an action, and how it ended; left out where nobody measures. */
  readonly measure?: Meter["sandboxCall"] | undefined;
}

/** What one process is started with; two that are equal in it cannot be told apart until they hear their first frame. */
interface Spec {
  readonly command: Command;
  readonly limits: SandboxLimits;
}

/** What verification needs of a sandbox, with the priority already said. */
export type SandboxView = Pick<Sandbox, "description" | "limits" | "reserve" | "startAction" | "startTest">;

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
  readonly #pool: ProcessPool;
  /** What the pool's processes are started with, as text. */
  readonly #pooled: string;
  readonly #measure: SandboxOptions["measure"];
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
    this.#measure = options.measure;
    this.#slots = new Slots(options.processes ?? availableParallelism());
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.description = { runner: RUNNER, deno, layers: layersOf(wall) };
    const pooled = this.#spec("action-main.js", options.pool ?? {});
    this.#pooled = JSON.stringify(pooled);
    const mayStart = () => this.#slots.waiting === 0 && process.availableMemory() > MEMORY_TO_SPARE;
    this.#pool = new ProcessPool(
      { start: () => this.#spawn(pooled), mayStart, now: this.#now },
      options.pool ?? { size: 0 },
    );
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
      await joinRealm(REALM, places.realm);
      await mkdir(places.empty);
      const wall = await probeWall(places, { ...options, searchPath: process.env.PATH ?? "" });
      return new Sandbox(home, places, wall, deno.version, options);
    } catch (error) {
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Processes alive now, but for those that wait for their work. */
  get alive(): number {
    return this.#children.size - this.#pool.idle;
  }

  /** Processes that were started ahead of time and wait for their work. */
  get prestarted(): number {
    return this.#pool.idle;
  }

  /** Pieces of work that wait for a place. */
  get waiting(): number {
    return this.#slots.waiting;
  }

  /** The same sandbox, with a priority for everything that does not say its own. */
  at(priority: Priority): SandboxView {
    return {
      description: this.description,
      limits: this.limits,
      reserve: (processes, signal) => this.reserve(processes, signal, priority),
      startAction: (source, options) => this.startAction(source, { priority, ...options }),
      startTest: (source, options) => this.startTest(source, { priority, ...options }),
    };
  }

  /**
   * Waits for places for work that needs several processes at once; dispose of it when they are closed.
   * @throws {SandboxBusyError | SandboxStoppedError} and the signal's reason
   */
  reserve(processes: number, signal?: AbortSignal, priority: Priority = "asked"): Promise<Slot> {
    return this.#slots.take(processes, signal, priority);
  }

  /** @throws {ScanRefusedError | SandboxUnavailableError | SandboxBusyError | SandboxStoppedError} */
  async startAction(source: ActionSource, options: StartOptions = {}): Promise<ActionProcess> {
    await this.#filter.action(source);
    const grants = options.grants ?? NO_GRANTS;
    const started = await this.#start("action-main.js", options);
    const { clock, network } = options;
    const action = new SandboxedAction({ ...started, source, grants, clock, network, now: this.#now });
    return this.#measure === undefined ? action : measuredCalls(action, this.#measure);
  }

  /** A test's process has no grants, whatever its action has. @throws as startAction */
  async startTest(source: TestSource, options: Omit<StartOptions, "grants"> = {}): Promise<TestProcess> {
    const imports = await this.#filter.test(source);
    const started = await this.#start("test-main.js", options);
    return new SandboxedTest({ ...started, source, imports, clock: options.clock, now: this.#now });
  }

  /** One call in a process of its own. @throws as startAction and ActionProcess.call */
  async runOnce(
    source: ActionSource,
    input: Json,
    options: StartOptions = {},
  ): Promise<CallOutcome & { logs: string[] }> {
    const action = await this.startAction(source, { priority: "run", ...options });
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
    this.#pool.stop();
    const children = [...this.#children];
    for (const child of children) child.kill({ status: "unavailable", message: "the sandbox was stopped" });
    await Promise.all(children.map((child) => child.ended));
    await rm(this.#home, { recursive: true, force: true });
  }

  async #start(main: CommandOptions["main"], options: StartOptions) {
    const { reservation, signal, priority } = options;
    const slot = reservation === undefined ? await this.reserve(1, signal, priority) : undefined;
    try {
      if (this.#stopped) throw new SandboxStoppedError();
      signal?.throwIfAborted();
      const spec = this.#spec(main, options);
      const { child, logs } = this.#prestarted(spec, options) ?? this.#spawn(spec);
      child.watch(reservation);
      return { child, limits: spec.limits, logs, slot };
    } catch (error) {
      slot?.[Symbol.dispose]();
      throw error;
    }
  }

  #spec(main: CommandOptions["main"], { limits: wanted, grants = NO_GRANTS, seed }: StartOptions): Spec {
    const limits = { ...this.limits, ...wanted };
    const seeded = seed === undefined ? {} : { seed };
    const options = { main, limits, grants, deniedNet: this.#deniedNet, ...seeded };
    return { command: sandboxCommand(this.#places, this.#wall, options), limits };
  }

  /** Only for what is granted nothing, and only one that was started with exactly this command line and these limits. */
  #prestarted(spec: Spec, { grants = NO_GRANTS }: StartOptions): Prestarted | undefined {
    if (this.#pool.idle === 0 || grants.net.length > 0 || Object.keys(grants.secrets).length > 0)
      return undefined;
    return JSON.stringify(spec) === this.#pooled ? this.#pool.take() : undefined;
  }

  #spawn({ command, limits }: Spec): Prestarted {
    const logs = new LogKeeper();
    const child = spawnChild({ command, cwd: this.#places.empty, limits, logs, watcher: this.#watcher });
    this.#children.add(child);
    void child.ended.then(() => {
      this.#children.delete(child);
      this.#pool.refill();
    });
    return { child, logs };
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
