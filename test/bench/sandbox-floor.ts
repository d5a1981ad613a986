import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { denoArguments } from "../../node/src/sandbox/command-line.ts";
import { findDeno } from "../../node/src/sandbox/deno-binary.ts";
import { sandboxEnvironment } from "../../node/src/sandbox/environment.ts";
import { DEFAULT_LIMITS } from "../../node/src/sandbox/limits.ts";
import { NO_GRANTS } from "../../node/src/sandbox/types.ts";

export interface Floor extends AsyncDisposable {
  /** An empty module from start to exit. @returns milliseconds */
  run(): Promise<number>;
}

/** The least that a process of ours can cost: Deno alone, without limits or walls, with an empty main module. */
export async function openFloor(): Promise<Floor> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-floor-"));
  const cwd = join(folder, "empty");
  const main = join(folder, "main.js");
  await mkdir(cwd);
  await writeFile(main, "");
  const { path } = findDeno();
  const options = {
    main: "action-main.js",
    limits: DEFAULT_LIMITS,
    grants: NO_GRANTS,
    deniedNet: [],
  } as const;
  const args = denoArguments(options, main);
  return {
    async run() {
      const startedAt = performance.now();
      const child = spawn(path, args, { cwd, env: sandboxEnvironment(), stdio: "pipe", detached: true });
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`an empty deno run ended with code ${code}`);
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
