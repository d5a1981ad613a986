import type { Command } from "commander";
import { askedNote } from "../asked-text.ts";
import { cardTable, explanationLines } from "../card-text.ts";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { addSearchOptions, type SearchFlags, searchOptionsOf } from "../search-options.ts";

export function addSearch(program: Command, { client, output }: CommandContext): void {
  const command = program
    .command("search")
    .description("find actions by what they do")
    .argument("<query...>", "what the action should do, in your own words");
  addSearchOptions(command, Date.now)
    .addHelpText(
      "after",
      `\nFilters are exact: whatever passes all of them can be found. Near-duplicates share one line, which says how many\nthere are.\n${example(
        'collective search "multiply two matrices"',
        "collective search csv --verified --pure",
        'collective search "send an email" --may net --may secrets --score 0.5',
        'collective search "how far apart are two places" --explain',
      )}`,
    )
    .action(async (words: readonly string[], flags: SearchFlags) => {
      const query = words.join(" ");
      const peer = client();
      const answer = await peer.find(query, searchOptionsOf(flags));
      const { cards } = answer;
      output.data(answer, () => {
        if (cards.length === 0) return [];
        if (flags.explain === true)
          return cards.flatMap((card) => ["", ...explanationLines(output, card)]).slice(1);
        return cardTable(output, cards);
      });
      if (cards.length === 0) output.note(`No action found for "${oneLine(query, 200)}".`);
      if (cards.length === 0 && (await peer.status()).actions.known === 0) {
        output.note(
          "This peer knows no action yet; it hears of them from other peers, and of the library a moment after the start.",
        );
      }
      const note = askedNote(answer, flags.ask);
      if (note !== undefined) output.note(note);
    });
}
