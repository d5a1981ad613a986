import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { skillLimits } from "./skill-limits.ts";

/** What a command-line script is given. */
export interface ScriptInput {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export type ScriptRun =
  | { readonly stdout: string; readonly exitCode: number }
  | { readonly failed: "took too long" | "printed too much" | "could not be started" | "was killed" };

/**
 * Runs a script of the user's own, as they do: with Node, in the folder of the skill. Its surroundings are those of the
 * sandbox as far as they can be: no variables, UTC.
 */
export async function runScript(
  { root, file }: { readonly root: string; readonly file: string },
  { args, stdin = "" }: ScriptInput,
  { signal, path }: { readonly signal?: AbortSignal | undefined; readonly path: string | undefined },
): Promise<ScriptRun> {
  signal?.throwIfAborted();
  const flags = /\.[cm]?ts$/.test(file) ? ["--experimental-strip-types"] : [];
  const child = spawn(process.execPath, [...flags, "--no-warnings", file, ...args], {
    cwd: root,
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
    env: { PATH: path ?? dirname(process.execPath), TZ: "UTC", LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" },
  });
  const printed: Buffer[] = [];
  let bytes = 0;
  let failed: Extract<ScriptRun, { failed: unknown }>["failed"] | undefined;
  const stop = (why: typeof failed) => {
    failed ??= why;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  };
  child.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > skillLimits.printedBytes) stop("printed too much");
    else printed.push(chunk);
  });
  // It may end without reading all of it.
  child.stdin.on("error", () => undefined).end(stdin);
  const timer = setTimeout(stop, skillLimits.runMs, "took too long" as const);
  const aborted = () => stop("was killed");
  signal?.addEventListener("abort", aborted, { once: true });
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once("error", () => {
        failed ??= "could not be started";
        resolve(null);
      });
      child.once("close", resolve);
    });
    signal?.throwIfAborted();
    if (failed !== undefined) return { failed };
    return code === null
      ? { failed: "was killed" }
      : { stdout: Buffer.concat(printed).toString("utf8"), exitCode: code };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", aborted);
    stop(undefined);
  }
}
