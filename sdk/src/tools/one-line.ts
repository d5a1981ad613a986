import { cleanText } from "@action-collective/protocol";

/**
 * What begins the control marks of chat templates: `<|im_start|>`, `<s>`, `</tool>`, `[INST]`. Some servers take such
 * marks for their own wherever they stand, in tool definitions and answers too.
 */
const MARK_BEGINNINGS = /<(?=[^\s\d=])|\[(?=\/?[A-Z_]{3,}\])/g;

/** A stranger's prose as one line of at most `most` characters: nothing invisible, and no such mark whole. */
export function oneLine(text: string, most: number): string {
  const line = cleanText(text, 4 * most)
    .replace(/\s+/g, " ")
    .trim();
  return cleanText(line.replace(MARK_BEGINNINGS, "$& "), most);
}

/** Such a mark, whole enough to work. Brackets count only around a word in capitals: patterns are full of `[A-Z]`. */
const MARK = /<[|/\p{L}_｜]|\[\/?[A-Z_]{3,}\]/u;

export function holdsMark(text: string): boolean {
  return MARK.test(text);
}
