type MeasureReadabilityInput = { text: string };
type MeasureReadabilityOutput = {
  fleschReadingEase: number;
  fleschKincaidGrade: number;
  gunningFog: number;
  sentences: number;
  words: number;
  letters: number;
  syllables: number;
  complexWords: number;
};

const WORD = /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu;
const SENTENCE_END = /(?<![.!?…])[.!?…]+["'”’)\]]*(?=\s|$)/g;
/** Their full stop ends no sentence. */
const ABBREVIATION = /(?<![\w.])(?:mr|mrs|ms|dr|prof|st|vs|no|[a-z]|[a-z](?:\.[a-z])+)\.(?=\s)/gi;
const SILENT_E =
  /(?:(?<=[^aeiouyl]|[aeiouy]l)e|(?<=[^aeiouylscgxz])es|(?<![sc]h)(?<=h)es|(?<=[^aeiouydt])ed)$/;
/** Two vowels that are said apart: radio, media, but nation, social and region. */
const HIATUS = /(?<=[^cglstx])i[aou]/g;
/** Words from here on count as complex. */
const COMPLEX = 3;

/** Flesch, Flesch–Kincaid and Gunning fog of an English text, with the counts they come from. */
export default function measureReadability({ text }: MeasureReadabilityInput): MeasureReadabilityOutput {
  const words = text.match(WORD) ?? [];
  if (words.length === 0) throw new Error("The text has no words: give some English text");
  const sentences = countSentences(text);
  const lengths = words.map(syllablesOf);
  const syllables = lengths.reduce((sum, length) => sum + length, 0);
  const complexWords = lengths.filter((length) => length >= COMPLEX).length;
  const perSentence = words.length / sentences;
  const perWord = syllables / words.length;
  return {
    fleschReadingEase: round(206.835 - 1.015 * perSentence - 84.6 * perWord),
    fleschKincaidGrade: round(0.39 * perSentence + 11.8 * perWord - 15.59),
    gunningFog: round(0.4 * (perSentence + (100 * complexWords) / words.length)),
    sentences,
    words: words.length,
    letters: words.join("").replace(/[^\p{L}\p{N}]/gu, "").length,
    syllables,
    complexWords,
  };
}

/** A block without a full stop, such as a heading, is a sentence too. */
function countSentences(text: string): number {
  const blocks = text
    .replace(ABBREVIATION, "")
    .split(/\n\s*\n/)
    .filter((block) => /[\p{L}\p{N}]/u.test(block));
  return blocks.reduce((sum, block) => sum + (block.trim().match(SENTENCE_END)?.length ?? 1), 0);
}

/** Groups of vowels, less the silent ones at the end: right for about nine words in ten. */
function syllablesOf(word: string): number {
  const parts = word
    .toLowerCase()
    .replace(/['’]/g, "")
    .split(/[^a-z]+/);
  return Math.max(
    1,
    parts.reduce((sum, part) => sum + vowelGroups(part), 0),
  );
}

function vowelGroups(part: string): number {
  if (!/[a-z]/.test(part)) return 0;
  const spoken = part.replace(/y(?=[aeiou])/g, "j");
  const groups = spoken.replace(SILENT_E, "").match(/[aeiouy]+/g)?.length ?? 0;
  return Math.max(1, groups + (spoken.match(HIATUS)?.length ?? 0));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
