type SplitSentencesInput = { text: string; abbreviations?: string[] };
type Sentence = { text: string; start: number; end: number };
type SplitSentencesOutput = { sentences: Sentence[] };

/** Marks with the quotes that close after them; in East Asian scripts no space follows; an empty line ends everything. */
const END = /(?<![.!?…])[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]+["”’」』）]*|\n\s*\n/gu;
/** After these a sentence never ends. */
const TITLES = words("mr mrs ms mx dr prof rev hon gen col capt lt sgt gov sen rep st messrs vs cf viz mt");
/** Before a number these belong to it. */
const NUMBERED = words(
  "no nos fig figs p pp vol ch sec art eq ca approx jan feb mar apr jun jul aug sep sept oct nov dec",
);
const COMPANIES = words("inc ltd co corp jr sr al bros dept est");
/** What begins sentences rather than names: it decides after U.S., p.m. or Inc. */
const STARTERS = words(
  "a an the this that these those he she it they we you i his her its their our my there here but and or so if when while as after before in on at by for from with however although because since yet then now what who why how",
);
const LOOK = 60;

/** Sentences of running text with their places; full stops of abbreviations, initials and numbers end none. */
export default function splitSentences({
  text,
  abbreviations = [],
}: SplitSentencesInput): SplitSentencesOutput {
  const never = new Set([...TITLES, ...abbreviations.map((word) => word.toLowerCase().replace(/\.$/, ""))]);
  const sentences: Sentence[] = [];
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(END)) {
    const end = index + mark.length;
    if (!isEnd(text, start, index, mark, never)) continue;
    sentences.push(...trimmed(text, start, end));
    start = end;
  }
  return { sentences: [...sentences, ...trimmed(text, start, text.length)] };
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

function trimmed(text: string, from: number, to: number): Sentence[] {
  const part = text.slice(from, to);
  const sentence = part.trim();
  const start = from + part.length - part.trimStart().length;
  return sentence === "" ? [] : [{ text: sentence, start, end: start + sentence.length }];
}

function isEnd(
  text: string,
  start: number,
  index: number,
  mark: string,
  never: ReadonlySet<string>,
): boolean {
  if (/^[\s。！？]/.test(mark)) return true;
  const end = index + mark.length;
  const next = /[^\s"'“‘«([]+/.exec(text.slice(end, end + LOOK))?.[0] ?? "";
  if (/^\p{Ll}/u.test(next)) return false;
  if (!/^\.[^.]*$/.test(mark)) return true;
  const before = /[^\s"'“‘«([]*$/.exec(text.slice(Math.max(start, index - LOOK), index))?.[0] ?? "";
  const word = before.toLowerCase();
  if (never.has(word) || /^(?!I)\p{Lu}$/u.test(before)) return false;
  if (NUMBERED.has(word)) return !/^\p{N}/u.test(next);
  if (COMPANIES.has(word) || /^\p{L}+(?:\.\p{L}+)+$/u.test(before))
    return next === "" || STARTERS.has(next.toLowerCase());
  // The number of an item in a list.
  return !/^\p{N}+$/u.test(before) || text.slice(start, index).trim() !== before;
}
