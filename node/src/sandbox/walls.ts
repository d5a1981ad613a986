import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  type Command,
  type CommandOptions,
  type SandboxPlaces,
  sandboxCommand,
  type Wall,
} from "./command-line.ts";
import { sandboxEnvironment } from "./environment.ts";
import { SandboxUnavailableError } from "./errors.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { NO_GRANTS } from "./types.ts";

/** What the dynamic linker needs to start Deno inside an empty file system. */
const LIBRARIES = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

/** An empty Deno process takes 20 ms; a machine that needs this long cannot run actions. */
const PROBE_TIMEOUT_MS = 20_000;

export interface ProbeOptions {
  /** Programs to try instead of those found on the path; null: do without. */
  readonly bubblewrap?: string | null | undefined;
  readonly setpriv?: string | null | undefined;
  readonly searchPath: string;
}

/**
 * Starts an empty process behind each wall, best first, and returns the first that works.
 * @throws {SandboxUnavailableError} not even Deno alone starts.
 */
export async function probeWall(places: SandboxPlaces, options: ProbeOptions): Promise<Wall> {
  const failures: string[] = [];
  for (const wall of candidates(options)) {
    const failure = await tryWall(places, wall);
    if (failure === undefined) return wall;
    failures.push(`${wall.kind}: ${failure}`);
  }
  throw new SandboxUnavailableError(`Deno does not start behind any wall (${failures.join("; ")})`);
}

/** Where bubblewrap is, and why it does not work where it does not; undefined when there is none. */
export async function examineBubblewrap(
  searchPath: string,
  given?: string | null,
): Promise<{ path: string; failure?: string } | undefined> {
  const path = program("bwrap", given, searchPath);
  if (path === undefined) return undefined;
  const readable = LIBRARIES.filter(existsSync).flatMap((folder) => ["--ro-bind-try", folder, folder]);
  const wall = [
    "--unshare-all",
    "--die-with-parent",
    "--new-session",
    "--cap-drop",
    "ALL",
    ...readable,
    "--proc",
    "/proc",
  ];
  const failure = await failureOf(
    [path, ...wall, "--ro-bind", process.execPath, "/probe", "/probe", "--version"],
    {
      cwd: "/",
      env: {},
    },
  );
  return { path, ...(failure === undefined ? {} : { failure }) };
}

/** The words that a verdict records for a wall. */
export function layersOf(wall: Wall): string[] {
  const base = ["deno-permissions", "rlimits"];
  switch (wall.kind) {
    case "bubblewrap":
      return [...base, "no-new-privileges", "no-capabilities", "bubblewrap"];
    case "setpriv":
      return [...base, "no-new-privileges", ...(wall.capabilities === "dropped" ? ["no-capabilities"] : [])];
    case "none":
      return base;
  }
}

function candidates(options: ProbeOptions): Wall[] {
  const bubblewrap = program("bwrap", options.bubblewrap, options.searchPath);
  const setpriv = program("setpriv", options.setpriv, options.searchPath);
  return [
    ...(bubblewrap === undefined
      ? []
      : [{ kind: "bubblewrap" as const, binary: bubblewrap, readable: LIBRARIES.filter(existsSync) }]),
    ...(setpriv === undefined
      ? []
      : [
          { kind: "setpriv" as const, binary: setpriv, capabilities: "dropped" as const },
          { kind: "setpriv" as const, binary: setpriv },
        ]),
    { kind: "none" },
  ];
}

function program(name: string, given: string | null | undefined, searchPath: string): string | undefined {
  if (given !== undefined) return given ?? undefined;
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(existsSync);
}

/** Undefined when a process started behind this wall and left in peace, else why not. */
async function tryWall(places: SandboxPlaces, wall: Wall): Promise<string | undefined> {
  const options: CommandOptions = {
    main: "action-main.js",
    limits: DEFAULT_LIMITS,
    grants: NO_GRANTS,
    deniedNet: [],
  };
  return await failureOf(sandboxCommand(places, wall, options), {
    cwd: places.empty,
    env: sandboxEnvironment(),
  });
}

/** Undefined when a program ended with code 0, else its exit and the beginning of what it wrote to stderr. */
async function failureOf(
  [file, ...args]: Command,
  where: { cwd: string; env: Record<string, string> },
): Promise<string | undefined> {
  const child = spawn(file, args, {
    ...where,
    // Without a first frame the main module leaves at once with code 0.
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
    timeout: PROBE_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < 500) said += chunk.toString("utf8");
  });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return code === 0 ? undefined : `${signal ?? `exit code ${code}`} ${said.trim().slice(0, 300)}`;
  } catch (error) {
    return (error as Error).message;
  }
}
