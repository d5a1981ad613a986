import { CollectiveError } from "@action-collective/protocol";
import { findFunctions, makeOfPackage } from "../../importing/import-package.ts";
import { isSkillFolder } from "../../importing/skills/read-skill.ts";
import type { CommandContext } from "../command.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import { finishImport } from "./finish-import.ts";
import type { ImportOptions } from "./import-options.ts";
import { importServer } from "./import-server.ts";
import { importSkill } from "./import-skill.ts";
import { counter } from "./progress.ts";
import { recorded } from "./record-project.ts";

/** What `collective import` does, whatever lies at the path; ends with a clear word when a person stops it. */
export function importAnything(
  path: string | undefined,
  command: readonly string[],
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  return whileInterruptible((signal) => importWhatItIs(path, command, options, context, signal));
}

async function importWhatItIs(
  path: string | undefined,
  command: readonly string[],
  options: ImportOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  if (options.mcp !== undefined) return importServer({ url: options.mcp }, options, context, signal);
  if (path === "mcp" && command.length > 0) return importServer({ command }, options, context, signal);
  if (path === undefined || command.length > 0)
    throw new UsageError(
      "one folder or module is imported at a time",
      "Give its path; a server is `collective import mcp -- COMMAND`, or --mcp URL.",
    );
  if (isSkillFolder(path)) return importSkill(path, options, context, signal);
  return importPath(path, options, context, signal);
}

/** The ways in which a person ends a command: Ctrl-C, `kill`, and closing the terminal, which children in groups of their own outlive. */
const ENDINGS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Stops the tests and what is being proved, and leaves nothing behind. */
async function whileInterruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort(new ImportStoppedError());
  for (const ending of ENDINGS) process.once(ending, stop);
  try {
    await work(abort.signal);
  } finally {
    for (const ending of ENDINGS) process.off(ending, stop);
  }
}

class ImportStoppedError extends CollectiveError {
  constructor() {
    super("stopped", "The import was stopped", "What was proved so far is kept; run it again for the rest.");
  }
}

async function importPath(
  path: string,
  options: ImportOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { output } = context;
  const found = findFunctions(path, options.only);
  const { project, functions } = found;
  if (options.only !== undefined && functions.length === 0)
    throw new UsageError(
      `--only: ${path} exports no function of that name`,
      "Names are those of the exports.",
    );
  output.note(`${oneLine(project.name || path)} exports ${functions.length} functions.`);
  for (const line of found.skipped) output.note(`Not read: ${oneLine(line)}`);
  const licence = options.licence ?? project.licence;
  if (licence === undefined)
    throw new UsageError(
      "package.json names no licence",
      "Say under which others may use them: --licence MIT.",
    );
  // Before the tests run: without a peer nothing can be proved.
  const peer = context.client();
  await peer.status({ signal });
  const { calls, tests } = await recorded(found, options, context, signal);
  const making = counter(context, "Made", functions.length);
  const made = await makeOfPackage(found, calls, { licence, signal, progress: making.progress });
  making.end();
  await finishImport(
    {
      name: project.name,
      count: functions.length,
      what: "exported functions",
      made,
      ...(tests === undefined ? {} : { tests }),
    },
    options,
    context,
    signal,
  );
}
