/**
 * Porter's stemmer (M. F. Porter, "An algorithm for suffix stripping", 1980), as FTS5 has it, by which it is tested:
 * "multiplying" and "multiplied" become one word.
 */
export function stem(word: string): string {
  // Accents first: who types "credito" means "crédito".
  const plain = PLAIN.test(word) ? word : word.normalize("NFD").replace(ACCENTS, "").normalize("NFC");
  // Other scripts have other rules; words of one or two letters are left alone.
  if (plain.length < 3 || !PLAIN.test(plain)) return plain;
  return step5(step4(step3(step2(step1c(step1b(step1a(plain)))))));
}

const PLAIN = /^[a-z0-9]+$/;
const ACCENTS = /[\u0300-\u036f]/g;

const VOWELS = "aeiou";

function isConsonant(word: string, at: number): boolean {
  const letter = word[at] ?? "";
  if (VOWELS.includes(letter)) return false;
  return letter !== "y" || at === 0 || !isConsonant(word, at - 1);
}

/** How often a vowel is followed by a consonant: the m of [C](VC)^m[V]. */
function measure(stemmed: string): number {
  let count = 0;
  let afterVowel = false;
  for (let at = 0; at < stemmed.length; at++) {
    const consonant = isConsonant(stemmed, at);
    if (consonant && afterVowel) count += 1;
    afterVowel = !consonant;
  }
  return count;
}

function hasVowel(stemmed: string): boolean {
  for (let at = 0; at < stemmed.length; at++) if (!isConsonant(stemmed, at)) return true;
  return false;
}

/** A doubled y counts, vowel or not: as in FTS5. */
function endsInDouble(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && !VOWELS.includes(word[last] ?? "");
}

/** Consonant, vowel, consonant that is not w, x or y: the stem of "hoping", which wants its e back. */
function endsInShortSyllable(word: string): boolean {
  const last = word.length - 1;
  if (last < 2 || "wxy".includes(word[last] ?? "")) return false;
  return isConsonant(word, last) && !isConsonant(word, last - 1) && isConsonant(word, last - 2);
}

function step1a(word: string): string {
  if (word.endsWith("sses") || word.endsWith("ies")) return word.slice(0, -2);
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

function step1b(word: string): string {
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  for (const suffix of ["ed", "ing"]) {
    if (!word.endsWith(suffix)) continue;
    const rest = word.slice(0, -suffix.length);
    return hasVowel(rest) ? mend(rest) : word;
  }
  return word;
}

function mend(rest: string): string {
  if (/(at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (endsInDouble(rest) && !/[lsz]$/.test(rest)) return rest.slice(0, -1);
  return measure(rest) === 1 && endsInShortSyllable(rest) ? `${rest}e` : rest;
}

function step1c(word: string): string {
  return word.endsWith("y") && hasVowel(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word;
}

type Rules = readonly (readonly [suffix: string, replacement: string])[];

/** The first suffix that fits decides, whether its stem is long enough to be replaced or not. */
function replace(word: string, rules: Rules, least: number): string {
  for (const [suffix, replacement] of rules) {
    if (!word.endsWith(suffix)) continue;
    const rest = word.slice(0, -suffix.length);
    return measure(rest) > least ? rest + replacement : word;
  }
  return word;
}

const STEP_2: Rules = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["logi", "log"],
  ["bli", "ble"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
];
const STEP_3: Rules = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];
const STEP_4: Rules = "al ance ence er ic able ible ant ement ment ent ou ism ate iti ous ive ize"
  .split(" ")
  .map((suffix) => [suffix, ""] as const);

function step2(word: string): string {
  return replace(word, STEP_2, 0);
}

function step3(word: string): string {
  return replace(word, STEP_3, 0);
}

function step4(word: string): string {
  if (/[st]ion$/.test(word)) return replace(word, [["ion", ""]], 1);
  return replace(word, STEP_4, 1);
}

function step5(word: string): string {
  let rest = word;
  if (rest.endsWith("e")) {
    const shorter = rest.slice(0, -1);
    const size = measure(shorter);
    if (size > 1 || (size === 1 && !endsInShortSyllable(shorter))) rest = shorter;
  }
  return rest.endsWith("ll") && measure(rest) > 1 ? rest.slice(0, -1) : rest;
}
