import type { Command } from "commander";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { summaryOf } from "../verification-text.ts";

/** Near-duplicates named beside the answer. */
const SHOWN = 5;

export function addPublish(program: Command, { client, output }: CommandContext): void {
  program
    .command("publish")
    .description("verify the action in a folder here, then sign, keep and announce it; prints its id")
    .argument("<folder>", "holds action.json, action.ts or .js, and perhaps action.test.ts or .js")
    .addHelpText("after", example("collective publish ./my-action/"))
    .action(async (folder: string) => {
      const published = await client().publishFolder(folder);
      output.data(published, () => [oneLine(published.id)]);
      const { name, fresh, recipients, verification, similar, advice } = published;
      output.note(
        `${fresh ? "Published" : "Had already published"} ${oneLine(name)}: ${summaryOf(verification)}; told ${recipients} ${recipients === 1 ? "peer" : "peers"}.`,
      );
      if (similar.length > 0) {
        output.note(
          `The collective has ${similar.length === 1 ? "an action" : `${similar.length} actions`} much like it already; a search shows one for all:`,
        );
        for (const card of similar.slice(0, SHOWN))
          output.note(`  ${oneLine(card.id)}  ${oneLine(card.name)}: ${oneLine(card.summary)}`);
      }
      for (const hint of advice) output.note(`Hint: ${oneLine(hint)}`);
    });
}
