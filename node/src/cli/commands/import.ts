import { CollectiveError } from "@action-collective/protocol";
import type { Command } from "commander";
import { findFunctions, makeOfPackage } from "../../importing/import-package.ts";
import { isSkillFolder } from "../../importing/skills/read-skill.ts";
import { type CommandContext, example } from "../command.ts";
import { finishImport } from "../import/finish-import.ts";
import type { ImportOptions } from "../import/import-options.ts";
import { importServer } from "../import/import-server.ts";
import { importSkill } from "../import/import-skill.ts";
import { counter } from "../import/progress.ts";
import { recorded } from "../import/record-project.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";

export function addImport(program: Command, context: CommandContext): void {
  program
    .command("import")
    .description("make actions of the pure functions of a package, a module, an Agent Skill or an MCP server")
    .argument(
      "[path]",
      "a folder with package.json or SKILL.md, or one TypeScript or JavaScript module; `mcp` for a server",
    )
    .argument("[command...]", "after `mcp --`: what starts the server")
    .option("--only <names...>", "only functions, scripts or tools of these names")
    .option(
      "--test-command <command>",
      "what runs the tests (default: vitest, jest or node:test, by package.json)",
    )
    .option("--no-tests", "run no tests and no scripts; cases come from @example comments alone")
    .option("--mcp <url>", "the address of a running MCP server")
    .option("--source <module>", "the module that starts the MCP server, where the command does not name it")
    .option("--inputs <file>", 'lines of JSON to try scripts and tools with: {"name": …, "input": …}')
    .option("--licence <id>", "under which others may use them (default: that of package.json)")
    .option("--out <folder>", "write a folder for each proved action, as `collective publish` takes it")
    .option("--publish", "publish what was proved, after a yes")
    .option("--yes", "run the tests, scripts or server, and with --publish publish, without asking")
    .addHelpText(
      "after",
      `\nIt runs the project's own tests, as you do, and writes down what its functions are called with and what they return:\nthese become cases. No file of the project is changed. What is proved is kept by this peer and is not published, unless\nyou say so. Of an Agent Skill the scripts are run with the command lines that SKILL.md shows. Of an MCP server the tools\nwhose code is on this machine and pure are called; what they answer are the cases.\n${example("collective import ./my-library/", "collective import ./src/text.ts --only slugify --out ./actions/", "collective import ./my-skill/", "collective import mcp -- node ./server.js")}`,
    )
    .action((path: string | undefined, command: string[], options: ImportOptions) =>
      whileInterruptible((signal) => importWhatItIs(path, command, options, context, signal)),
    );
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
