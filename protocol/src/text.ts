import { UnsafeTextError } from "./errors.ts";
import type { Json } from "./json.ts";

/**
 * Code points that strangers' text must not contain (SPEC §7), as inclusive ranges. The list is explicit, not
 * Unicode properties, so that peers with different Unicode versions agree. Tab and newline are judged by the field.
 */
const FORBIDDEN_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x08], // C0 controls without tab and newline
  [0x0b, 0x1f],
  [0x7f, 0x9f], // delete and C1 controls
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // combining grapheme joiner
  [0x61c, 0x61c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers: invisible
  [0x17b4, 0x17b5], // Khmer inherent vowels: invisible
  [0x180b, 0x180f], // Mongolian variation selectors
  [0x200b, 0x200f], // zero-width characters and direction marks
  [0x2028, 0x202e], // line and paragraph separators, direction overrides
  [0x2060, 0x206f], // invisible operators, direction isolates
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // lone surrogates
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // half-width Hangul filler
  [0xfff0, 0xfffc], // interlinear annotation, object replacement
  [0xfffe, 0xffff], // noncharacters
  [0x1bca0, 0x1bca3], // shorthand format controls
  [0x1d159, 0x1d159], // musical null note head: invisible
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0xe0fff], // tag characters and supplementary variation selectors
];

/** The same as a table, for SPEC §7 and for peers in other languages. */
export const forbiddenRanges = FORBIDDEN_RANGES;

const FORBIDDEN = new RegExp(
  `[${FORBIDDEN_RANGES.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join("")}]`,
  "gu",
);

/** `most` counts code points. */
export type TextRule = { readonly most: number; readonly lines: "one" | "many" };

/** Most text is plain ASCII, for which every rule but the length is settled by one cheap test. */
const PLAIN = { one: /^[\x20-\x7e]*$/, many: /^[\t\n\x20-\x7e]*$/ };

/** Undefined when `text` may be shown as it stands, else why not. Pure; used for every field a stranger fills. */
export function textProblem(text: string, rule: TextRule): string | undefined {
  if (text.length <= rule.most && PLAIN[rule.lines].test(text)) return undefined;
  if (text.length > rule.most * 2 || [...text].length > rule.most)
    return `is longer than ${rule.most} characters`;
  if (!text.isWellFormed()) return "contains half of a surrogate pair";
  if (text.normalize("NFC") !== text) return "is not in Unicode normalisation form C";
  if (text.search(FORBIDDEN) !== -1) return "contains control, direction-changing or invisible characters";
  if (rule.lines === "one" && /[\n\t]/.test(text)) return "contains a line break or tab";
  return undefined;
}

/** @throws {UnsafeTextError} */
export function assertText(text: string, rule: TextRule, what: string): void {
  const problem = textProblem(text, rule);
  if (problem !== undefined) throw new UnsafeTextError(`${what} ${problem}`);
}

/** Makes any text showable: normalises, replaces what is forbidden with "?", and cuts. For logs and outputs of strangers. */
export function cleanText(text: string, most: number): string {
  // Normalising can lengthen text, and cutting can split a pair: both come before the last word on either.
  const normal = text
    .slice(0, 4 * most)
    .toWellFormed()
    .normalize("NFC");
  const cut =
    normal.length > most || text.length > 4 * most ? `${normal.slice(0, most).toWellFormed()}…` : normal;
  return cut.replace(FORBIDDEN, "?").normalize("NFC");
}

/**
 * JSON text in which every forbidden code point is written as \\uXXXX: still JSON, still the same value, and nothing in
 * it is invisible. How the data of cases is shown to people and models (SPEC §7.3).
 */
export function visibleJson(value: Json, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(FORBIDDEN, (character) => {
    let escaped = "";
    for (let i = 0; i < character.length; i++)
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    return escaped;
  });
}
