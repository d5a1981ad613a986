import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { ExportedFunction } from "./exported-functions.ts";
import { importLimits } from "./limits.ts";
import { recordSource } from "./record-source.ts";
import { type RecordedCalls, readRecordedCalls } from "./recorded-calls.ts";
import type { SourceFiles } from "./source-files.ts";
import { binaryFolders, type TestCommand } from "./test-command.ts";

/** What came of running the tests. */
export interface TestRun {
  /** By the functions' places in the list that was given. */
  readonly calls: readonly RecordedCalls[];
  readonly exitCode: number | null;
  /** The end of what they printed. */
  readonly output: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

const PLAIN_JAVASCRIPT = new URL("../../importing/", import.meta.url);

/**
 * Runs a project's own tests as its user does, with the calls of these functions written down. No file of the project is
 * changed: the recording text of its modules lies in a temporary folder, and is what the runner reads in their place.
 * Failing tests are no failure: what was called was called.
 */
export async function recordTests(
  root: string,
  command: TestCommand,
  functions: readonly ExportedFunction[],
  files: SourceFiles,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), "collective-import-"));
  try {
    const lines = join(folder, "calls");
    await mkdir(lines);
    const list = await writeRecorded(folder, lines, functions, files);
    const began = performance.now();
    const ended = await run(root, command, { ...options, list });
    return {
      ...ended,
      durationMs: Math.round(performance.now() - began),
      calls: await readRecordedCalls(lines, functions.length),
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @returns the file that says which text stands for which module */
async function writeRecorded(
  folder: string,
  lines: string,
  functions: readonly ExportedFunction[],
  files: SourceFiles,
): Promise<string> {
  const recorder = await recorderText(lines);
  const listed: Record<string, string> = {};
  const byFile = Map.groupBy(functions.entries(), ([, { file }]) => file);
  for (const [number, [file, own]] of [...byFile].entries()) {
    const recorded = own.map(([index, { local }]) => ({ local, index }));
    const text = join(folder, `${number}.txt`);
    await writeFile(text, recordSource(files.read(file), recorded, recorder));
    listed[file] = text;
  }
  const list = join(folder, "files.json");
  await writeFile(list, JSON.stringify(listed));
  return list;
}

/** One recorder for each realm: runners give each test file a global object of its own. */
async function recorderText(folder: string): Promise<string> {
  const text = await readFile(new URL("recorder.js", PLAIN_JAVASCRIPT), "utf8");
  const { callsOfAFunction, nestedCalls, triesOfAFunction, callCharacters } = importLimits;
  const options = {
    folder,
    calls: callsOfAFunction,
    nested: nestedCalls,
    tries: triesOfAFunction,
    characters: callCharacters,
  };
  const made = text.slice(text.indexOf("export function")).replace("export ", "");
  return `(globalThis[Symbol.for("collective.import")] ??= (${made.trim()})(${JSON.stringify(options)}))`;
}

async function run(
  root: string,
  { file, args, shell }: TestCommand,
  {
    signal,
    env,
    list,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly list: string;
  },
): Promise<Pick<TestRun, "exitCode" | "output" | "timedOut">> {
  signal?.throwIfAborted();
  const preload = pathToFileURL(fileURLToPath(new URL("reads.js", PLAIN_JAVASCRIPT))).href;
  const child = spawn(file, [...args], {
    cwd: root,
    shell,
    // A group of its own, so that its workers are stopped with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...env,
      PATH: [...binaryFolders(root), dirname(process.execPath), env.PATH ?? ""].join(delimiter),
      // As in the sandbox: what is recorded has to come out the same there.
      TZ: "UTC",
      LANG: "en_US.UTF-8",
      LC_ALL: "en_US.UTF-8",
      CI: "1",
      NODE_OPTIONS: [env.NODE_OPTIONS, `--import=${preload}`].filter(Boolean).join(" "),
      COLLECTIVE_RECORD_FILES: list,
    },
  });
  let output = "";
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-importLimits.testOutput);
    });
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, importLimits.testMs);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    signal?.throwIfAborted();
    return { exitCode, output: stripVTControlCharacters(output), timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    stop();
  }
}
