import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const PATIENCE_MS = 600_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Runs npm as a user would in that folder. @returns what it printed */
export async function npm(folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run("npm", [...args], {
    cwd: folder,
    env: userEnvironment(),
    timeout: PATIENCE_MS,
    maxBuffer: MOST_BYTES,
  });
  return stdout;
}

/** Without what the npm that runs this script tells its children: it would make them work elsewhere. */
export function userEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|COLLECTIVE_|NODE_OPTIONS$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...extra };
}
