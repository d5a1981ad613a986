import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { scoreExplanation, scoreLine } from "../score-text.ts";

export function addScore(program: Command, { client, output }: CommandContext): void {
  program
    .command("score")
    .description("show an action's score here: a cautious estimate, 0 to 1, that its next run will serve")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--explain", "show whose word it rests on, through whom, and what would change it")
    .addHelpText(
      "after",
      `\nThere is no global score: another peer, which trusts others, computes another one.\n${example("collective score ID", "collective score ID --explain")}`,
    )
    .action(async (ref: string, flags: { explain?: boolean }) => {
      const peer = client();
      const score = await peer.score(ref);
      if (flags.explain && !output.json) {
        const trust = await peer.trust();
        output.data(score, () => scoreExplanation(output, score, trust));
        return;
      }
      output.data(score, () => [scoreLine(output, score)]);
      if (!flags.explain) output.note("Add --explain to see what it rests on.");
    });
}
