import type { Command } from "commander";
import { countText } from "../amounts.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";

export function addWithdraw(program: Command, { client, output }: CommandContext): void {
  program
    .command("withdraw")
    .description("take back an action that this peer published; others may keep their copies")
    .argument("<ref>", "its id, an unambiguous beginning of it, or a name only it has")
    .option("--reason <text>", "why, for whoever looks at it; anybody can read it")
    .addHelpText(
      "after",
      `\nNobody can delete what was shared. Peers that respect a withdrawal stop offering the action; whoever has a copy may\nkeep it, and publishing it again makes it count again.\n${example('collective withdraw ID --reason "wrong for negative numbers"')}`,
    )
    .action(async (ref: string, { reason }: { reason?: string }) => {
      const withdrawn = await client().withdraw(ref, reason === undefined ? {} : { reason });
      output.data(withdrawn, () => [oneLine(withdrawn.id)]);
      output.note(
        `Withdrew ${oneLine(withdrawn.name)}; told ${countText(withdrawn.recipients, "peer")}. Others may keep their copies: nobody can delete what was shared.`,
      );
    });
}
