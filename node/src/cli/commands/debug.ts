import { lstat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CollectiveError } from "@action-collective/protocol";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { jsonText, manyLines, oneLine } from "../output.ts";

/** The report cannot be written there. */
export class ReportNotWrittenError extends CollectiveError {
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(
      "report-not-written",
      `The report could not be written to ${file}: ${why}`,
      "Name another file with --output; one that is there already is never replaced.",
      options,
    );
  }
}

/** Never in it, whatever stands in the report. */
const NEVER = "the key, tokens and capabilities, secrets, inputs and outputs of runs, the code of actions";

export function addDebug(program: Command, { io, home, output }: CommandContext): void {
  program
    .command("debug")
    .description(
      "write one file for a report of a defect: versions, diagnosis, status and log, without keys, names and addresses; nothing is sent",
    )
    .option("--output <file>", "where to (default: collective-debug-<time>.json in this folder)")
    .addHelpText("after", example("collective debug", "collective debug --output ~/report.json"))
    .action(async (flags: { output?: string }) => {
      const file = resolve(flags.output ?? fileName(Date.now()));
      await assertFree(file);
      // Only here: the other commands must start without the sandbox and its parts.
      const [{ collect, identityOf }, { debugReport }, { ReportRedactor }, { withoutKnownServices }] =
        await Promise.all([
          import("../../doctor/collect.ts"),
          import("../../doctor/report.ts"),
          import("../../redaction/report-redactor.ts"),
          import("../../redaction/second-look.ts"),
        ]);
      output.note("Looking at this machine as the doctor does…");
      const options = { home: home(), env: { ...io.env }, folder: process.cwd() };
      const redactor = new ReportRedactor(await identityOf(options));
      const parts = await collect(options);
      const report = debugReport(parts, redactor);
      const { text } = await withoutKnownServices(jsonText(report));
      await write(file, `${text}\n`);
      const leftOut = redactor.leftOut();
      output.data({ file, leftOut }, () => [oneLine(file)]);
      output.note(`Left out or renamed:\n${leftOut.map((line) => `  - ${manyLines(line)}`).join("\n")}`);
      output.note(`Never in it: ${NEVER}.`);
      output.note("Nothing was sent. Read the file before you give it to anybody.");
    });
}

function fileName(now: number): string {
  return `collective-debug-${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "")}.json`;
}

/** Said before the machine is looked at, which takes seconds. */
async function assertFree(file: string): Promise<void> {
  const isThere = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new ReportNotWrittenError(file, "it is there already");
}

/** For its owner's eyes, and never over something that is there. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new ReportNotWrittenError(file, error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
