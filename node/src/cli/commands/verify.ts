import { failures } from "@action-collective/protocol";
import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { explain, summaryOf } from "../verification-text.ts";

const STYLES = {
  pass: "green",
  passed: "green",
  fail: "red",
  failed: "red",
  skipped: "dim",
  unknown: "yellow",
} as const;

export function addVerify(program: Command, { client, output, end }: CommandContext): void {
  const paintOutcome = (word: keyof typeof STYLES) => output.paint(STYLES[word], word);
  program
    .command("verify")
    .description("run an action's unit test on this machine now; ends with 6 unless it passes")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--explain", "show every case and test, with what was expected and what came")
    .addHelpText("after", example("collective verify ID --explain"))
    .action(async (ref: string, flags: { explain?: boolean }) => {
      const verification = await client().verify(ref);
      output.data(verification, () => [
        `${paintOutcome(verification.outcome)}  ${summaryOf(verification)}`,
        ...(flags.explain ? explain(verification, paintOutcome) : []),
      ]);
      if (verification.outcome !== "pass") {
        if (!flags.explain) output.note("Add --explain to see every case.");
        end(failures["verification-failed"].exit);
      }
    });
}
