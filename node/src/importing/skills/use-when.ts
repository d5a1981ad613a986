import { cleanText, limits } from "@action-collective/protocol";

const WHEN = /^(?:use|invoke|apply|trigger|choose|call)\b.{0,60}?\b(?:when(?:ever)?|if|for)\b/i;

/** Tells the sentences of a skill's description that say what it does from those that say when to use it. Pure. */
export function splitUseWhen(text: string): {
  readonly description: string;
  readonly useWhen: readonly string[];
} {
  const sentences = text
    .replace(/\s+/g, " ")
    .trim()
    .split(/(?<=[.!?])\s+(?=[\p{Lu}"“(])/u)
    .filter((one) => one !== "");
  const when = sentences.filter((one) => WHEN.test(one));
  const what = sentences.filter((one) => !WHEN.test(one));
  return {
    description: (what.length > 0 ? what : sentences).join(" "),
    useWhen: when
      .map((one) => cleanText(one, limits.useWhenCharacters - 1))
      .filter((one) => one !== "")
      .slice(0, limits.useWhen),
  };
}
