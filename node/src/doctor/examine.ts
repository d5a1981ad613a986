import { stat, statfs } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { API_FILE, CollectiveError } from "@action-collective/protocol";
import { createSourceAnalysis } from "../analysis/source-analysis.ts";
import { readConfigText } from "../home.ts";
import { SECRETS_FILE } from "../policy/secrets-file.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { runSelfTest } from "../sandbox/self-test.ts";
import { examineBubblewrap } from "../sandbox/walls.ts";
import { CONFIG_FILE, resolveSettings } from "../settings.ts";
import type { Belonging, Findings, SandboxFound } from "./types.ts";

/** What in a home is nobody else's to read. */
const SECRET_FILES = ["key", API_FILE, SECRETS_FILE, CONFIG_FILE];

export interface ExamineOptions {
  readonly home: string;
  readonly env: Record<string, string | undefined>;
  /** Programs instead of those on the path; null: do without. For tests. */
  readonly bubblewrap?: string | null;
  readonly setpriv?: string | null;
}

/** Looks at everything that a peer needs on this machine; changes nothing and needs no running peer. */
export async function examine(options: ExamineOptions): Promise<Findings> {
  const { home, env } = options;
  const [sandbox, bubblewrap, parser, settings, belongings, free] = await Promise.all([
    examineSandbox(options),
    examineBubblewrap(env.PATH ?? "", options.bubblewrap),
    examineParser(),
    settingsProblem(home, env),
    Promise.all(SECRET_FILES.map((name) => belonging(join(home, name), "file"))),
    examineDisks(home),
  ]);
  return {
    platform: process.platform,
    node: process.versions.node,
    sandbox,
    ...(bubblewrap === undefined ? {} : { bubblewrap }),
    parser,
    home: await belonging(home, "folder"),
    secret: belongings,
    ...(settings === undefined ? {} : { settings }),
    free,
  };
}

/** Without a scan: the sandbox must hold alone. */
async function examineSandbox({ bubblewrap, setpriv }: ExamineOptions): Promise<SandboxFound> {
  let sandbox: Sandbox;
  try {
    sandbox = await Sandbox.open({
      processes: availableParallelism(),
      filter: { action: () => {}, test: () => [] },
      ...(bubblewrap === undefined ? {} : { bubblewrap }),
      ...(setpriv === undefined ? {} : { setpriv }),
    });
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    return { opened: false, why: error.message, remedy: error.remedy };
  }
  try {
    return { opened: true, description: sandbox.description, selfTest: await runSelfTest(sandbox) };
  } finally {
    await sandbox.stop();
  }
}

async function examineParser(): Promise<Findings["parser"]> {
  const analysis = createSourceAnalysis();
  try {
    return await analysis.parser();
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  } finally {
    await analysis.stop();
  }
}

async function settingsProblem(home: string, env: ExamineOptions["env"]): Promise<string | undefined> {
  try {
    const config = await readConfigText(home, CONFIG_FILE);
    resolveSettings({ home, flags: {}, env, config, cores: availableParallelism() });
    return undefined;
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    return error.message;
  }
}

async function belonging(path: string, kind: Belonging["kind"]): Promise<Belonging> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? { path, kind } : { path, kind, mode: found.mode };
}

async function examineDisks(home: string): Promise<Findings["free"]> {
  const [ofHome, temporary] = await Promise.all([freeAt(home), freeAt(tmpdir())]);
  return { home: ofHome, temporary };
}

/** On the disk of a folder, or of the nearest one above it that is there. */
async function freeAt(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (dirname(at) === at) return 0;
  }
}
