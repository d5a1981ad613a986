import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { jsonText, oneLine } from "../output.ts";
import { readInput } from "../read-input.ts";

export function addRun(program: Command, { client, output, io }: CommandContext): void {
  program
    .command("run")
    .description("run an action in the sandbox; prints its output as JSON")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .requiredOption("--input <json>", "the input: JSON, @file, or - for stdin")
    .addHelpText(
      "after",
      example(`collective run ID --input '{"a":[[1]],"b":[[2]]}'`, "collective run ID --input @input.json"),
    )
    .action(async (ref: string, { input }: { input: string }) => {
      const receipt = await client().run(ref, await readInput(input, io.stdin));
      for (const line of receipt.logs) output.note(output.paintError("dim", `log: ${oneLine(line)}`));
      output.data(receipt, () => [jsonText(receipt.output)]);
      output.note(`${oneLine(receipt.name)} ran in ${receipt.durationMs.toFixed(0)} ms.`);
    });
}
