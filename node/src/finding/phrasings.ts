import { contentWords } from "../search/tokenise.ts";
import { plainWords } from "./likeness.ts";

/** From so many phrasings on, more help little: one raises nDCG@10 by 4 to 19 points, five by 8 to 29. */
const ENOUGH = 3;
/** Words that a phrasing must have which neither the name, the description nor another phrasing has. */
const NEW_WORDS = 1;

interface Described {
  readonly name: string;
  readonly description: string;
  readonly useWhen: readonly string[];
}

/**
 * What would make an action easier to find, each as one sentence with a way to do it; empty when there is nothing to
 * say. Pure. A phrasing is worth as much as the words in it that nothing else of the action has.
 */
export function phrasingAdvice({ name, description, useWhen }: Described): string[] {
  const how =
    'Add to "useWhen" in action.json, or after @useWhen in the comment, what somebody would ask who does not know the action, each in other words, with a value or two as they come in real requests.';
  if (useWhen.length === 0) return [`It has no phrasings, and those help most to find an action. ${how}`];
  const known = new Set(meaningful(`${name} ${description}`));
  const idle = useWhen.filter((phrasing) => {
    const fresh = meaningful(phrasing).filter((word) => !known.has(word));
    for (const word of fresh) known.add(word);
    return fresh.length < NEW_WORDS;
  });
  if (idle.length === useWhen.length)
    return [`Its phrasings only repeat the words of its name and description. ${how}`];
  if (useWhen.length - idle.length < ENOUGH && idle.length > 0)
    return [`Of its ${useWhen.length} phrasings, ${idle.length} bring no new word. ${how}`];
  if (useWhen.length < ENOUGH)
    return [`It has ${useWhen.length} of the ${ENOUGH} or more phrasings that help to find it. ${how}`];
  return [];
}

function meaningful(text: string): string[] {
  return plainWords(contentWords(text).join(" "));
}
