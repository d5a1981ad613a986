import type { Command } from "commander";
import { countText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { UsageError } from "../report-failure.ts";

export function addFeedback(program: Command, { client, output }: CommandContext): void {
  program
    .command("feedback")
    .description("say whether an action was useful; it counts towards the score that others see")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--useful", "it did what was needed")
    .option("--not-useful", "it did not")
    .addHelpText("after", example("collective feedback ID --useful"))
    .action(async (ref: string, { useful, notUseful }: { useful?: boolean; notUseful?: boolean }) => {
      if (useful === notUseful) throw new UsageError("give either --useful or --not-useful");
      const total = await client().feedback(ref, { useful: useful === true });
      output.data(total, () => [
        `${countText(total.runs, "run")}, ${total.succeeded} succeeded; useful ${countText(total.useful, "time")}, not useful ${countText(total.useless, "time")}`,
      ]);
    });
}
