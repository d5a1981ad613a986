import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where jest is, once `install` has run. */
export const JEST_MODULES = join(import.meta.dirname, "node_modules");

/** Jest brings more packages than the project has; so it is installed here, and only by who wants it. */
export function install(): void {
  if (existsSync(join(JEST_MODULES, ".package-lock.json"))) return;
  // What the npm that runs this script tells its children would make this one install elsewhere.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { cwd: import.meta.dirname, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm ci ended with ${status}`);
}
