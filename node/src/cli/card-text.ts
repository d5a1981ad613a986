import type { Card } from "action-collective";
import type { Output } from "./output.ts";
import { oneLine } from "./output.ts";
import { shortIds } from "./short-id.ts";
import { standingStyle } from "./standing.ts";
import { table } from "./table.ts";

/** Ids of near-duplicates that an explanation names. */
const SIMILAR_SHOWN = 8;

/** Cards as a table, one line each. */
export function cardTable(output: Output, cards: readonly Card[]): string[] {
  const short = shortIds(cards.map((card) => card.id));
  const headings = ["ID", "NAME", "TEST HERE", "SCORE", "MATCH", "SUMMARY"];
  return table(
    output,
    headings,
    cards.map((card) => rowOf(card, short)),
  );
}

function rowOf(card: Card, short: (id: string) => string) {
  const { net = [], secrets = [] } = card.permissions;
  const needs = [...net, ...secrets];
  const notes = [
    ...(needs.length === 0 ? [] : [`[needs ${needs.join(", ")}] `]),
    ...(card.similar === 0 ? [] : [`[and ${card.similar} like it] `]),
  ];
  return [
    { text: short(card.id), style: "cyan" },
    { text: card.name, style: "bold" },
    { text: card.standing, style: standingStyle(card.standing) },
    { text: card.score.toFixed(2) },
    { text: card.match.toFixed(2) },
    { text: notes.join("") + card.summary },
  ] as const;
}

/** What a card's place rests on, under its name. */
export function explanationLines(output: Output, card: Card): string[] {
  const { explanation } = card;
  const heading = `${output.paint("bold", oneLine(card.name))}  match ${three(card.match)}`;
  if (explanation === undefined) return [heading];
  const { keyword, vector, cosine, alpha, relevance, reputation, verdicts, author, filters, similar } =
    explanation;
  const meaning = vector === null ? "no vector yet" : `${three(vector)} (cosine ${three(cosine ?? 0)})`;
  const rest = similar.length - SIMILAR_SHOWN;
  return [
    heading,
    `  words      ${three(keyword)} of the best`,
    `  meaning    ${meaning === "no vector yet" ? meaning : `${meaning}, weighs ${alpha} beside the words' 1`}`,
    `  relevance  ${three(relevance)}`,
    `  factors    reputation ${three(reputation)}, verdicts ${three(verdicts)}`,
    ...(author < 1 ? [`  moved back ${three(author)}: its author has several results before it`] : []),
    ...filters.map((filter) => `  filter     ${oneLine(filter)}`),
    ...similar.slice(0, SIMILAR_SHOWN).map((id) => `  like it    ${oneLine(id)}`),
    ...(rest > 0 ? [`             … and ${rest} more`] : []),
  ];
}

function three(value: number): string {
  return value.toFixed(3);
}
