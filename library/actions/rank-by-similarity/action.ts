type RankInput = { query: string; candidates: string[]; limit?: number; minimumScore?: number };
type Match = { candidate: string; index: number; score: number };
type RankOutput = { matches: Match[] };

const DEFAULT_LIMIT = 5;
/** The same words in another order are a little less alike than the same text. */
const WORD_ORDER_WEIGHT = 0.95;
/** All words of the query found among others in the candidate: good, but the candidate says more. */
const CONTAINED_WORDS_WEIGHT = 0.9;
/** Scores are compared and shown to this many decimals: finer differences mean nothing. */
const DECIMALS = 4;

/** Ranks texts by likeness to a query, tolerant of typing errors, case, accents, punctuation and word order. */
export default function rankBySimilarity(input: RankInput): RankOutput {
  const query = wordsOf(input.query);
  if (query.length === 0) throw new Error("The query has no letter or digit to compare");
  const minimumScore = input.minimumScore ?? 0;
  const matches = input.candidates
    .map((candidate, index) => ({ candidate, index, score: round(score(query, wordsOf(candidate))) }))
    .filter((match) => match.score >= minimumScore)
    .sort((a, b) => b.score - a.score); // stable: equal scores keep the order of the input
  return { matches: matches.slice(0, input.limit ?? DEFAULT_LIMIT) };
}

function score(query: string[], candidate: string[]): number {
  return Math.max(
    likeness(query.join(" "), candidate.join(" ")),
    WORD_ORDER_WEIGHT * likeness(query.toSorted().join(" "), candidate.toSorted().join(" ")),
    CONTAINED_WORDS_WEIGHT * containment(query, candidate),
  );
}

/** How well each word of the query is found in the candidate; longer words weigh more. */
function containment(query: string[], candidate: string[]): number {
  let found = 0;
  let total = 0;
  for (const word of query) {
    found += word.length * Math.max(0, ...candidate.map((other) => likeness(word, other)));
    total += word.length;
  }
  return found / total;
}

function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** 1 for equal texts, 0 for texts with nothing in common. */
function likeness(a: string, b: string): number {
  return 1 - editDistance([...a], [...b]) / Math.max([...a].length, [...b].length);
}

/** Fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string[], b: string[]): number {
  let beforeLast: number[] = [];
  let last = [0, ...b.map((_, index) => index + 1)];
  for (const [i, charA] of a.entries()) {
    const row = [i + 1];
    for (const [j, charB] of b.entries()) {
      const replaced = at(last, j) + (charA === charB ? 0 : 1);
      let least = Math.min(replaced, at(last, j + 1) + 1, at(row, j) + 1);
      if (charA === b[j - 1] && charB === a[i - 1]) least = Math.min(least, at(beforeLast, j - 1) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

function round(value: number): number {
  return Number(value.toFixed(DECIMALS));
}
