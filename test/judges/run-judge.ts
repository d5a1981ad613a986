import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const FOLDER = import.meta.dirname;
const PATIENCE_MS = 300_000;

export interface JudgeRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the judges' own packages to its end. */
export async function runJudge(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<JudgeRun> {
  const child = spawn(process.execPath, [join(FOLDER, "node_modules", program), ...args], {
    cwd: FOLDER,
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
