import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { findDeno } from "../../sandbox/deno-binary.ts";
import { sandboxEnvironment } from "../../sandbox/environment.ts";
import type { DenoFound } from "../types.ts";

const TIMEOUT_MS = 5_000;

/** The version that this program depends on, and what the Deno that it would start says of itself. */
export async function lookAtDeno(): Promise<DenoFound> {
  const text = await readFile(new URL("../../../package.json", import.meta.url), "utf8");
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  const expected = dependencies.deno ?? "";
  try {
    const { path } = findDeno();
    const { stdout } = await promisify(execFile)(path, ["--version"], {
      ...{ env: sandboxEnvironment(), timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 },
    });
    const says = /^deno (\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    return says === undefined ? { expected, failure: "it names no version" } : { expected, says };
  } catch (error) {
    return { expected, failure: error instanceof Error ? error.message : String(error) };
  }
}
