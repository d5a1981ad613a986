import { TestsNotRunError } from "../../importing/errors.ts";
import { type FoundPackage, recordCalls } from "../../importing/import-package.ts";
import type { RecordedCalls } from "../../importing/recorded-calls.ts";
import { type TestCommand, testCommand } from "../../importing/test-command.ts";
import { askYes, isInteractive } from "../ask-yes.ts";
import type { CommandContext } from "../command.ts";
import { manyLines, oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import type { ImportOptions } from "./import-options.ts";
import type { ImportReport } from "./import-text.ts";

const NO_TESTS =
  "Give --yes to run them, --test-command for others, or --no-tests to take cases from comments alone.";

/** What the tests show; nothing without them. @throws {UsageError | TestsNotRunError} */
export async function recorded(
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
