import { forbiddenRanges } from "../../protocol/src/text.ts";

/** A piece of text as it stands, or a character that nobody would see and that is told instead. */
export type TextPart = { readonly text: string } | { readonly mark: string };

const HIDDEN = new RegExp(
  `[${forbiddenRanges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join("")}]`,
  "gu",
);
const MARKS = 200;

/** Splits text at every invisible, control or direction-changing character. `one`: line breaks and tabs are told as well. */
export function textParts(value: string, lines: "one" | "many"): TextPart[] {
  const text = lines === "many" ? value.replaceAll("\r\n", "\n") : value;
  const parts: TextPart[] = [];
  let from = 0;
  const told = lines === "one" ? new RegExp(`${HIDDEN.source}|[\\n\\t]`, "gu") : HIDDEN;
  for (const match of text.matchAll(told)) {
    if (parts.length > 2 * MARKS) {
      // More marks than that help nobody; what is left is shown without the characters.
      parts.push({ text: `${text.slice(from).replace(told, "")}` });
      return parts;
    }
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ mark: codePoint(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from) });
  return parts;
}

/** The text for places that hold nothing but text: titles, labels of options. */
export const plainText = (value: string): string =>
  textParts(value, "one")
    .map((part) => ("text" in part ? part.text : `[${part.mark}]`))
    .join("");

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
