import { existsSync, readlinkSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Says nothing about the user or the peer's home: a stranger's stack trace shows it. */
const PREFIX = "action-collective-";
const OWNER = "owner";
/** Left-overs looked at in one go; more than this would be a crash loop, and the next start goes on. */
const MOST_SWEPT = 100;

/** Makes a folder for one sandbox under `root`, and removes those of peers that were killed before they could. */
export async function makeScratch(root: string): Promise<string> {
  await sweep(root);
  const folder = await mkdtemp(join(root, PREFIX));
  await writeFile(join(folder, OWNER), ownerLine(process.pid));
  return folder;
}

async function sweep(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(PREFIX));
  for (const name of names.slice(0, MOST_SWEPT)) {
    const folder = join(root, name);
    // Another user's, or one that is just being made: not ours to judge.
    const owner = await readFile(join(folder, OWNER), "utf8").catch(() => "");
    const pid = Number(owner.split(" ")[0]);
    if (Number.isSafeInteger(pid) && pid > 0 && owner === ownerLine(pid) && !isAlive(pid))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** A process id means something only in its own namespace: containers may share a temporary folder. */
function ownerLine(pid: number): string {
  const namespace = "/proc/self/ns/pid";
  return `${pid} ${existsSync(namespace) ? readlinkSync(namespace) : hostname()}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
