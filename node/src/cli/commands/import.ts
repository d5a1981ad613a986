import { CollectiveError } from "@action-collective/protocol";
import type { Command } from "commander";
import { TestsNotRunError } from "../../importing/errors.ts";
import {
  type FoundPackage,
  findFunctions,
  makeOfPackage,
  recordCalls,
} from "../../importing/import-package.ts";
import { type ProvedAction, proveActions } from "../../importing/prove-actions.ts";
import type { RecordedCalls } from "../../importing/recorded-calls.ts";
import { type TestCommand, testCommand } from "../../importing/test-command.ts";
import { writeFolders } from "../../importing/write-folders.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { groupedReasons, type ImportReport, provedOf, reportLines } from "../import/import-text.ts";
import { counter } from "../import/progress.ts";
import { manyLines, oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";

interface ImportOptions {
  readonly only?: readonly string[];
  readonly tests: boolean;
  readonly testCommand?: string;
  readonly licence?: string;
  readonly out?: string;
  readonly publish?: boolean;
  readonly yes?: boolean;
}

const NO_TESTS =
  "Give --yes to run them, --test-command for others, or --no-tests to take cases from comments alone.";

export function addImport(program: Command, context: CommandContext): void {
  program
    .command("import")
    .description("make actions of the pure functions that a package or module of yours exports")
    .argument("<path>", "a folder with package.json, or one TypeScript or JavaScript module")
    .option("--only <names...>", "only functions of these names")
    .option(
      "--test-command <command>",
      "what runs the tests (default: vitest, jest or node:test, by package.json)",
    )
    .option("--no-tests", "run no tests; cases come from @example comments alone")
    .option("--licence <id>", "under which others may use them (default: that of package.json)")
    .option("--out <folder>", "write a folder for each proved action, as `collective publish` takes it")
    .option("--publish", "publish what was proved, after a yes")
    .option("--yes", "run the tests, and with --publish publish, without asking")
    .addHelpText(
      "after",
      `\nIt runs the project's own tests, as you do, and writes down what its functions are called with and what they return:\nthese become cases. No file of the project is changed. What is proved is kept by this peer and is not published, unless\nyou say so.\n${example("collective import ./my-library/", "collective import ./src/text.ts --only slugify --out ./actions/")}`,
    )
    .action((path: string, options: ImportOptions) =>
      whileInterruptible((signal) => importPath(path, options, context, signal)),
    );
}

/** Ctrl-C stops the tests and what is being proved. */
async function whileInterruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort(new ImportStoppedError());
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    await work(abort.signal);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

class ImportStoppedError extends CollectiveError {
  constructor() {
    super("stopped", "The import was stopped", "Run it again: what was proved already is proved quickly.");
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
  const proving = counter(context, "Proved", made.made.length);
  const began = performance.now();
  const { proved, refused } = await proveActions(
    made.made,
    ({ definition }, aborted) => peer.prove(definition, { keep: true, signal: aborted }),
    { signal, progress: proving.progress },
  );
  proving.end();
  const provedMs = Math.round(performance.now() - began);
  const folders = options.out === undefined ? undefined : await writeFolders(options.out, proved);
  const all = [...made.refused, ...refused];
  const report: ImportReport = {
    package: project.name,
    functions: functions.length,
    proved: proved.map(provedOf),
    refused: all,
    reasons: groupedReasons(all),
    ...(tests === undefined ? {} : { tests }),
    durationMs: { make: made.durationMs, prove: provedMs },
    ...(folders === undefined ? {} : { folders }),
  };
  const published = options.publish ? await publishAll(proved, options, context, signal) : undefined;
  output.data(published === undefined ? report : { ...report, published }, () => reportLines(report, output));
  if (folders !== undefined)
    output.note(
      `Wrote ${folders.length} ${folders.length === 1 ? "folder" : "folders"} to ${oneLine(options.out ?? "")}.`,
    );
  if (published === undefined && proved.length > 0)
    output.note(
      "This peer keeps them; nothing was published. --publish publishes them, or `collective publish FOLDER` one.",
    );
}

/** What the tests show; nothing without them. @throws {UsageError | TestsNotRunError} */
async function recorded(
  found: FoundPackage,
  { tests, testCommand: given, yes }: ImportOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<{ readonly calls: readonly RecordedCalls[]; readonly tests?: ImportReport["tests"] }> {
  const { output, io } = context;
  if (!tests) return { calls: [] };
  const command = testCommand(found.project, given);
  if (command === undefined)
    throw new UsageError("no test runner was found: neither vitest, jest nor node --test", NO_TESTS);
  if (!(yes || (await mayRun(command, found, context)))) {
    output.note("The tests were not run; cases come from comments alone.");
    return { calls: [] };
  }
  output.note(`Running the tests: ${oneLine(command.shown)} …`);
  const run = await recordCalls(found, command, { signal, env: io.env });
  const called = run.calls.filter(({ calls, unwritable }) => calls.length + unwritable.length > 0).length;
  if (called === 0) {
    output.note(manyLines(run.output.slice(-LAST_OUTPUT)));
    throw new TestsNotRunError(
      command.shown,
      run.timedOut ? "they took too long" : `they ended with ${run.exitCode}`,
    );
  }
  output.note(
    `They ended with ${run.exitCode} after ${(run.durationMs / 1000).toFixed(1)} s, and called ${called} of the functions.`,
  );
  return {
    calls: run.calls,
    tests: { command: command.shown, exitCode: run.exitCode, durationMs: run.durationMs },
  };
}

/** Of what failing tests printed. */
const LAST_OUTPUT = 2_000;

/** @throws {UsageError} there is nobody to ask */
async function mayRun(
  command: TestCommand,
  { project }: FoundPackage,
  { io, output }: CommandContext,
): Promise<boolean> {
  const what = `The project's own tests will be run, with all that they do: ${oneLine(command.shown)} in ${oneLine(project.root)}`;
  if (output.json || !isInteractive(io))
    throw new UsageError(`${what}. Nobody is there to say yes`, NO_TESTS);
  return await askYes(io, `${what}. Run them?`);
}

/** @returns the ids that were published; none without a yes */
async function publishAll(
  proved: readonly ProvedAction[],
  { yes }: ImportOptions,
  { io, output, client }: CommandContext,
  signal: AbortSignal,
): Promise<string[]> {
  const mayLeave = proved.filter(({ unpublishable }) => unpublishable === undefined);
  if (mayLeave.length === 0) return [];
  if (!yes) {
    if (output.json || !isInteractive(io))
      throw new UsageError("nobody is there to say yes to publishing", "Give --yes, or leave out --publish.");
    for (const { definition, from, similar } of mayLeave)
      io.stderr.write(
        `  ${oneLine(definition.name)} (${oneLine(definition.licence)}, ${oneLine(from)})${similar.length === 0 ? "" : `; much like ${similar.map(({ name }) => oneLine(name)).join(", ")}`}\n`,
      );
    const question = `Publish these ${mayLeave.length} actions, with their code and cases, to everybody?`;
    if (!(await askYes(io, question))) {
      output.note("Nothing was published.");
      return [];
    }
  }
  const ids: string[] = [];
  const peer = client();
  for (const { definition } of mayLeave) ids.push((await peer.publish(definition, { signal })).id);
  output.note(`Published ${ids.length} ${ids.length === 1 ? "action" : "actions"}.`);
  return ids;
}
