import type { Likeness } from "./likeness.ts";

/**
 * Cosine of two cards from which their texts may mean the same. A guard beside the words, which decide: it is blind to
 * the one word that matters. Of 488 real actions, 15 pairs have this cosine and the same parameters, and 13 of them do
 * something else ("odd" and "even", "longest" and "shortest"); the rule below merges one of the other two. On 2,230
 * functions of BFCL it merges 2 pairs (the cosine and the parameters alone 39, of which 21 answer different
 * questions), on 4,076 of Seal-Tools 3 (17), on 6,829 commands of tldr-pages 113, one command on several systems.
 * Measured with all-MiniLM-L6-v2; from 0.8 to 0.95 the words decide nearly all of it.
 */
export const NEAR_COSINE = 0.9;
/**
 * Words that one text may have beyond the other. With two more, 3, 1 and 10 more pairs of BFCL, Seal-Tools and tldr-pages
 * merge, of which 2, 1 and 3 answer different questions.
 */
const EXTRA_WORDS = 1;
/** Cases with the same input and the same output, from which one name may be described in different words. */
const AGREEING_CASES = 2;

/** `if-near`: the texts allow it, and the vectors must say so too. */
export type Relation = "same" | "if-near" | "different";

/** Whether a reader who has seen one of the two has seen the other. Pure. */
export function relationOf(one: Likeness, other: Likeness): Relation {
  if (one.code === other.code) return "same";
  const sameShape = one.shape === other.shape;
  const sameTexts = sameWords(one.name, other.name) && sameWords(one.description, other.description);
  if (!sameTexts && !(sameShape && oneWithin(one.name, other.name))) return "different";
  const { agreeing, conflicting } = compareAnswers(one, other);
  // Proof that they are not the same, whatever their texts say.
  if (conflicting) return "different";
  // The same words over other parameters: another version, or another thing. The vectors have read the parameters.
  if (sameTexts) return sameShape ? "same" : "if-near";
  const sameWay = oneWithin(one.description, other.description) || agreeing >= AGREEING_CASES;
  return sameWay ? "if-near" : "different";
}

function compareAnswers(one: Likeness, other: Likeness): { agreeing: number; conflicting: boolean } {
  const [fewer, more] =
    one.answers().size <= other.answers().size
      ? [one.answers(), other.answers()]
      : [other.answers(), one.answers()];
  const agreed = new Set<string>();
  let agreeing = 0;
  for (const [input, output] of fewer) {
    const answer = more.get(input);
    if (answer === undefined) continue;
    if (answer !== output) return { agreeing: 0, conflicting: true };
    agreeing += 1;
    agreed.add(output);
  }
  // Two that say "true" to everything have only shown that they can say it.
  return { agreeing: agreed.size > 1 ? agreeing : 0, conflicting: false };
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

/**
 * Whether the longer text says all that the shorter one does, in its order, and little more. A word replaced ("add"
 * by "subtract") or a turned order ("from metres to feet") makes it another thing, however near the vectors are.
 */
function oneWithin(one: readonly string[], other: readonly string[]): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (longer.length - shorter.length > EXTRA_WORDS) return false;
  let found = 0;
  for (const word of longer) if (word === shorter[found]) found += 1;
  return found === shorter.length;
}
