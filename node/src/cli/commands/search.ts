import type { Card } from "action-collective";
import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, example } from "../command.ts";
import { oneLine } from "../output.ts";
import { shortIds } from "../short-id.ts";
import { standingStyle } from "../standing.ts";
import { table } from "../table.ts";

interface SearchFlags {
  readonly limit: number;
  readonly verified?: boolean;
  readonly tag?: readonly string[];
}

/** The contract's own bound. */
const MOST = 50;

export function addSearch(program: Command, { client, output }: CommandContext): void {
  program
    .command("search")
    .description("find actions by what they do")
    .argument("<query...>", "what the action should do, in your own words")
    .option("--limit <number>", `how many to show, 1 to ${MOST}`, parseLimit, 10)
    .option("--verified", "only actions whose test passed on this machine")
    .option("--tag <tag>", "only actions with this tag; may be repeated", (tag, before: string[] = []) => [
      ...before,
      tag,
    ])
    .addHelpText(
      "after",
      example('collective search "multiply two matrices"', "collective search csv --verified"),
    )
    .action(async (words: readonly string[], { limit, verified, tag }: SearchFlags) => {
      const query = words.join(" ");
      const cards = await client().search(query, { limit, verified, tags: tag });
      output.data({ cards }, () => {
        const short = shortIds(cards.map((card) => card.id));
        const headings = ["ID", "NAME", "TEST HERE", "SCORE", "MATCH", "SUMMARY"];
        return cards.length === 0
          ? []
          : table(
              output,
              headings,
              cards.map((card) => rowOf(card, short)),
            );
      });
      if (cards.length === 0) output.note(`No action found for "${oneLine(query, 200)}".`);
    });
}

function rowOf(card: Card, short: (id: string) => string) {
  const { net = [], secrets = [] } = card.permissions;
  const needs = [...net, ...secrets];
  return [
    { text: short(card.id), style: "cyan" },
    { text: card.name, style: "bold" },
    { text: card.standing, style: standingStyle(card.standing) },
    { text: card.score.toFixed(2) },
    { text: card.match.toFixed(2) },
    { text: (needs.length === 0 ? "" : `[needs ${needs.join(", ")}] `) + card.summary },
  ] as const;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
  return limit;
}
