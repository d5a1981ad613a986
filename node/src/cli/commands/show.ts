import type { ActionView } from "action-collective";
import type { Command } from "commander";
import { countText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { jsonText, manyLines, type Output, oneLine } from "../output.ts";
import { reportedText } from "../score-text.ts";
import { standingStyle } from "../standing.ts";
import { pairs } from "../table.ts";

/** Cases and verdicts printed for a person; `--json` gives all. */
const SHOWN = 5;

export function addShow(program: Command, { client, output }: CommandContext): void {
  program
    .command("show")
    .description("show everything known about one action")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--code", "print its code instead")
    .option("--test", "print its test module instead")
    .addHelpText("after", example("collective show ID", "collective show ID --code > action.ts"))
    .action(async (ref: string, { code, test }: { code?: boolean; test?: boolean }) => {
      if (!code && !test) {
        const action = await client().show(ref);
        output.data(action, () => describeAction(action, output));
        return;
      }
      const source = await client().source(ref);
      const texts = [
        ...(code ? [source.code] : []),
        ...(test && source.test !== undefined ? [source.test] : []),
      ];
      output.data(source, () => texts.map((text) => sourceText(text, output.terminal)));
      if (test && source.test === undefined)
        output.note("This action has no test module; its cases are its test.");
    });
}

/** A terminal gets no control characters of a stranger; a file gets the code as it is. */
function sourceText(text: string, terminal: boolean): string {
  return (terminal ? manyLines(text) : text).replace(/\n$/, "");
}

function describeAction(action: ActionView, output: Output): string[] {
  const { score, permissions, cases, verdicts } = action;
  const { runs, succeeded, useful, useless, peers } = score.feedback;
  const needs = [...(permissions.net ?? []), ...(permissions.secrets ?? [])];
  const list = (lines: readonly string[]) => lines.map((line) => oneLine(line)).join("\n") || undefined;
  const reason = ["", action.standing].includes(action.reason) ? "" : ` (${oneLine(action.reason)})`;
  const { strength } = action;
  const noticed =
    strength === undefined
      ? ""
      : `; its test notices ${strength.killed} of ${strength.mutants} changes to the code`;
  const here = `${action.standing}${reason}${noticed}`;
  return [
    output.paint("bold", oneLine(action.name)),
    manyLines(action.description),
    "",
    ...pairs(output, {
      id: oneLine(action.id),
      "test here": output.paint(standingStyle(action.standing), here),
      score: [
        `${score.value.toFixed(2)}: ${reportedText(score)}`,
        ...(peers === 0
          ? []
          : [
              `${countText(runs, "run")} by ${countText(peers, "peer")}, ${succeeded} succeeded; ${useful} found it useful, ${useless} did not`,
            ]),
      ].join("; "),
      "use when": list(action.useWhen),
      tags: list([action.tags.join(", ")]),
      language: action.language,
      licence: oneLine(action.licence),
      needs: oneLine(needs.join(", ")) || "nothing but its input",
      publishers: list(action.publishers),
      withdrawn: action.withdrawn
        ? output.paint("yellow", "withdrawn by its publisher; others may keep their copies")
        : undefined,
      "like it": list(action.similar.slice(0, SHOWN).map(({ id, name }) => `${id}  ${name}`)),
      input: jsonText(action.input, 0),
      output: jsonText(action.output, 0),
      cases: list([
        `${cases.length}${action.hasTest ? ", and a test module" : ""}`,
        ...cases
          .slice(0, SHOWN)
          .map(
            (one) =>
              `${jsonText(one.input, 0)} → ${"error" in one ? `error: ${one.error}` : jsonText(one.output, 0)}`,
          ),
      ]),
      verdicts: list(
        verdicts
          .slice(0, SHOWN)
          .map(
            (verdict) =>
              `${verdict.outcome} by ${verdict.own ? "this peer" : verdict.author}, ${new Date(verdict.created).toISOString().slice(0, 10)}${verdict.reason === "" ? "" : `: ${verdict.reason}`}`,
          ),
      ),
    }),
  ];
}
