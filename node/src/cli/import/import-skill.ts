import { readGivenInputs } from "../../importing/skills/given-inputs.ts";
import { findSkill, makeOfSkill } from "../../importing/skills/import-skill.ts";
import { testCommand } from "../../importing/test-command.ts";
import type { CommandContext } from "../command.ts";
import { oneLine } from "../output.ts";
import { UsageError } from "../report-failure.ts";
import { askToRun } from "./ask-to-run.ts";
import { finishImport } from "./finish-import.ts";
import type { ImportOptions } from "./import-options.ts";
import { counter } from "./progress.ts";
import { recorded } from "./record-project.ts";

/** Imports the functions and command lines of an Agent Skill. */
export async function importSkill(
  path: string,
  options: ImportOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { output, io } = context;
  const given = options.inputs === undefined ? [] : readGivenInputs(options.inputs);
  const found = await findSkill(path, options.only);
  const { skill, count, commandLines } = found;
  const { functions, project } = found.found;
  if (options.only !== undefined && count === 0)
    throw new UsageError(
      `--only: the skill ${oneLine(skill.name)} has none of that name`,
      "Names are those of exported functions, and of scripts by their path: scripts/convert.mjs.",
    );
  output.note(
    `The skill ${oneLine(skill.name)} has ${skill.scripts.length} scripts, which export ${functions.length} functions.`,
  );
  for (const line of found.found.skipped) output.note(`Not read: ${oneLine(line)}`);
  const licence = options.licence ?? skill.licence;
  if (licence === undefined)
    throw new UsageError("SKILL.md names no licence", "Say under which others may use them: --licence MIT.");
  // Before anything runs: without a peer nothing can be proved.
  await context.client().status({ signal });
  const hasTests = functions.length > 0 && testCommand(project, options.testCommand) !== undefined;
  const { calls, tests } = hasTests
    ? await recorded(found.found, options, context, signal)
    : { calls: [], tests: undefined };
  const names = commandLines.map(({ script }) => oneLine(script.path));
  const mayRun =
    options.tests &&
    names.length > 0 &&
    (options.yes === true ||
      (await askToRun(
        `The skill's own scripts will be run with the command lines that SKILL.md shows, with all that they do: ${names.join(", ")} in ${oneLine(skill.root)}`,
        "Run them?",
        "Give --yes to run them, or --no-tests to leave them out.",
        context,
      )));
  const making = counter(context, "Made", count);
  const made = await makeOfSkill(found, calls, {
    licence,
    given,
    mayRun,
    path: io.env.PATH,
    signal,
    progress: making.progress,
  });
  making.end();
  await finishImport(
    {
      name: skill.name,
      count,
      what: "functions and scripts",
      made,
      ...(tests === undefined ? {} : { tests }),
    },
    options,
    context,
    signal,
  );
}
