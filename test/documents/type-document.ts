import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Block, blocksOf } from "./read-document.ts";
import { MARK, scriptOf } from "./script-of.ts";

export const ROOT = join(import.meta.dirname, "../..");
const PATIENCE_MS = 400_000;

export interface Typed {
  readonly blocks: readonly Block[];
  readonly code: number | null;
  readonly stderr: string;
  /** What each block printed, by its line. */
  readonly printed: ReadonlyMap<number, string>;
}

/** Types all that a document has its reader type, in a copy of the checkout's folder, with a home folder of nobody's. */
export async function typeDocument(file: string): Promise<Typed> {
  const blocks = blocksOf(await readFile(join(ROOT, file), "utf8"));
  const scratch = await mkdtemp(join(tmpdir(), "collective-document-"));
  try {
    const folder = join(scratch, "action-collective");
    await mkdir(folder);
    // Whatever a document makes lands here, and everything it names is there.
    for (const name of await readdir(ROOT)) await symlink(join(ROOT, name), join(folder, name));
    const script = join(scratch, "script.sh");
    await writeFile(script, scriptOf(blocks));
    const child = spawn("bash", [script], {
      cwd: folder,
      env: readersEnvironment(scratch),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const late = setTimeout(() => killGroup(child.pid), PATIENCE_MS);
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    const [code] = (await once(child, "exit")) as [number | null];
    clearTimeout(late);
    // What goes on, like a peer that the document started, ends with it.
    killGroup(child.pid);
    return { blocks, code, stderr: await stderr, printed: byBlock(await stdout) };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A new user's, whose peer meets nobody and takes no port from anybody. */
function readersEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|COLLECTIVE_|XDG_|OPENAI_|NODE_OPTIONS$)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    ...{ HOME: home, NO_COLOR: "1", BROWSER: "true" },
    ...{ COLLECTIVE_REACH: "loopback", COLLECTIVE_BOOTSTRAP: "none", COLLECTIVE_MDNS: "false" },
    ...{ COLLECTIVE_PORT: "0", COLLECTIVE_API_PORT: "0", COLLECTIVE_DASHBOARD_PORT: "0" },
    // The library is proved when somebody asks for one of it: all of it takes a minute of both cores.
    COLLECTIVE_VERIFY: "false",
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
}

function byBlock(stdout: string): Map<number, string> {
  const parts = stdout.split(new RegExp(`^${MARK}`, "m")).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [Number(part.slice(0, end)), part.slice(end + 1)];
    }),
  );
}
