import { failures, type Receipt } from "@action-collective/protocol";
import type { Approval } from "action-collective";
import type { Command } from "commander";
import { askYes, isInteractive } from "../ask-yes.ts";
import { type CommandContext, example } from "../command.ts";
import { jsonText, manyLines, oneLine } from "../output.ts";
import { readInput } from "../read-input.ts";

export function addRun(program: Command, { client, output, io, end }: CommandContext): void {
  program
    .command("run")
    .description("run an action in the sandbox; prints its output as JSON")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .requiredOption("--input <json>", "the input: JSON, @file, or - for stdin")
    .option("--yes", "say yes to this one run, should the peer have doubts")
    .addHelpText(
      "after",
      `\nWhere the peer has doubts (permissions that were not granted, a low score, your policy), a terminal is asked; a\nprogram is refused and ends with 7. \`collective policy approve ID\` says yes for good.\n${example(`collective run ID --input '{"a":[[1]],"b":[[2]]}'`, "collective run ID --input @input.json")}`,
    )
    .action(async (ref: string, { input, yes }: { input: string; yes?: boolean }) => {
      const value = await readInput(input, io.stdin);
      // Who pipes the input in cannot type an answer.
      const canAsk = !output.json && input !== "-" && isInteractive(io);
      let declined = false;
      const ask: Approval = async ({ id, message }) => {
        io.stderr.write(`${manyLines(message)}\n${oneLine(id)}\n`);
        const said = await askYes(io, "Run it this once?");
        declined = !said;
        return said;
      };
      const approve = yes ? "once" : canAsk ? ask : undefined;
      const receipt = await client()
        .run(ref, value, { approve })
        .catch((error: unknown) => {
          // Whoever said no need not be told why it did not run.
          if (declined) return undefined;
          throw error;
        });
      if (receipt === undefined) {
        output.note("It was not run.");
        end(failures["approval-needed"].exit);
        return;
      }
      for (const line of receipt.logs) output.note(output.paintError("dim", `log: ${oneLine(line)}`));
      output.data(receipt, () => [jsonText(receipt.output)]);
      output.note(
        `${oneLine(receipt.name)} ran in ${receipt.durationMs.toFixed(0)} ms${rightNote(receipt)}.`,
      );
    });
}

/** Where it took more than the rules: whose yes it was. */
function rightNote({ permitted }: Pick<Receipt, "permitted">): string {
  if (permitted === "approved-before") return ", because you approved it";
  return permitted === undefined || permitted === "unasked" ? "" : ", because of your yes";
}
