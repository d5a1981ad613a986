import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClockFound } from "../types.ts";

/** Of this program: it cannot have been written after now. */
const PROGRAM = fileURLToPath(new URL("../../../package.json", import.meta.url));
/** A home has some twenty files of its own. */
const MOST_FILES = 100;
/** systemd-timesyncd runs; it makes the second when it has set the clock. */
const TIME_SERVICE = "/run/systemd/timesync";

/** The newest of the program's and the home's files. */
export async function newestFile(home: string): Promise<ClockFound["newestFile"]> {
  const names = (await readdir(home).catch(() => [])).slice(0, MOST_FILES);
  const found = await Promise.all(
    [PROGRAM, ...names.map((name) => join(home, name))].map(async (path) => {
      const at = (await stat(path).catch(() => undefined))?.mtimeMs;
      return at === undefined ? [] : [{ path, at }];
    }),
  );
  return found.flat().toSorted((a, b) => b.at - a.at)[0];
}

/** What the system's own time service says, where it says it in a file. */
export function synchronised(): boolean | undefined {
  if (!existsSync(TIME_SERVICE)) return undefined;
  return existsSync(join(TIME_SERVICE, "synchronized"));
}
