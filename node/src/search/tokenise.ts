import { STOP_WORDS } from "./stop-words.ts";

/** Longer "words" are keys, hashes or noise; cutting them keeps the keyword index small. */
const MAX_WORD_CHARACTERS = 64;

/** camelCase and digits: `base64Encode` → `base64 Encode`. */
const LOWER_THEN_UPPER = /([\p{Ll}\p{N}])(\p{Lu})/gu;
/** Acronyms: `parseHTMLPage` → `parse HTML Page`. */
const ACRONYM_THEN_WORD = /(\p{Lu})(\p{Lu}\p{Ll})/gu;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * The one rule for what a word is, for documents and queries alike: identifiers are split at case changes
 * and punctuation, everything is lower case. Stems are made of the words afterwards (words/porter.ts), on both sides.
 */
export function words(text: string): string[] {
  const spaced = splitCases(text.normalize("NFC")).toLowerCase();
  return (spaced.match(WORD) ?? []).map((word) => word.slice(0, MAX_WORD_CHARACTERS));
}

/** Identifiers as words: `parseHTMLPage` → `parse HTML Page`. */
export function splitCases(text: string): string {
  return text.replace(LOWER_THEN_UPPER, "$1 $2").replace(ACRONYM_THEN_WORD, "$1 $2");
}

/** The words that carry meaning; all of them where no word does. */
export function contentWords(text: string): string[] {
  const all = words(text);
  const content = all.filter((word) => !STOP_WORDS.has(word));
  return content.length > 0 ? content : all;
}
