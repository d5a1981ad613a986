import { DROPPED, PUNCTUATION } from "./character-classes.ts";

const dropped = new RegExp(`[${classOf(DROPPED)}]+`, "gu");
const words = new RegExp(`[${classOf(PUNCTUATION)}]|[^ ${classOf(PUNCTUATION)}]+`, "gu");
/** The ideographs that BERT takes for a word each; 2B920 is how its tokenizer has it. */
const ideographs = new RegExp(
  `[${classOf("3400-4dbf 4e00-9fff f900-faff 20000-2a6df 2a700-2b81f 2b920-2ceaf 2f800-2fa1f")}]`,
  "gu",
);
const spaces = /\p{White_Space}/gu;
const plain = /^[ -~]*$/;

/** As BERT's uncased tokenizer sees a text: no control characters, no accents, lower case, ideographs apart. */
export function normaliseText(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  return (
    text
      // Half a surrogate pair becomes U+FFFD, which is dropped.
      .toWellFormed()
      .replaceAll(dropped, "")
      .replaceAll(spaces, " ")
      .replaceAll(ideographs, " $& ")
      .normalize("NFD")
      .replaceAll(dropped, "")
      // Lower case is taken letter by letter there, so a sigma at a word's end is like any other.
      .replaceAll("Σ", "σ")
      .toLowerCase()
  );
}

/** Runs of letters and digits, and each punctuation character, in order. */
export function* wordsOf(normalised: string): Generator<string> {
  for (const [word] of normalised.matchAll(words)) yield word;
}

/** "61-7a e9" → "\u{61}-\u{7a}\u{e9}" */
function classOf(ranges: string): string {
  return ranges
    .trim()
    .replaceAll(/[0-9a-f]+/g, "\\u{$&}")
    .replaceAll(/\s+/g, "");
}
