import { forbiddenRanges, type Json, visibleJson } from "@action-collective/protocol";
import { humanLimits } from "./limits.ts";

const HIDDEN = new RegExp(
  `[${forbiddenRanges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join("")}]`,
  "gu",
);
/** Colours the emoji before it, and nothing else: without it, that one is still there. */
const EMOJI_VARIANT = /(?<=\p{Extended_Pictographic})\ufe0f/gu;

/**
 * An agent's text for a person: what would be invisible, move the cursor or change the direction stands there as `\u{202e}`,
 * and what is too long is cut and says so.
 */
export function shownText(text: string, most: number = humanLimits.shownCharacters): string {
  const cut =
    text.length > most ? `${text.slice(0, most)}\n[cut: ${text.length - most} more characters]` : text;
  return cut
    .replace(/\r\n?/g, "\n")
    .replace(EMOJI_VARIANT, "")
    .toWellFormed()
    .replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Content of a message for a person: a string as it is, other values as JSON. */
export function shownContent(content: Json): string {
  return typeof content === "string" ? shownText(content) : shownText(visibleJson(content, 2));
}

/** One line of it, for subjects. */
export function shownLine(text: string, most: number): string {
  const line = shownText(text, most * 2)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}

/** Each line marked, so that no line of an agent's text passes for one of the program's own. */
export function quotedLines(text: string, mark = "| "): string {
  return text
    .split("\n")
    .map((line) => `${mark}${line}`.trimEnd())
    .join("\n");
}
