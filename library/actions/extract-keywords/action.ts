type ExtractKeywordsInput = {
  text: string;
  limit?: number;
  maxWords?: number;
  minCount?: number;
  ignore?: string[];
};
type Keyword = { phrase: string; count: number; score: number };
type ExtractKeywordsOutput = { keywords: Keyword[] };
/** A phrase with how often it stands inside longer ones, and in how many different ones. */
type Candidate = { phrase: string; words: number; count: number; inside: number; longer: number };

const LIMIT = 10;
const MAX_WORDS = 3;
/** Words that bind others together and say nothing about a text's subject. */
const STOP_WORDS = new Set(
  (
    "a about above after again against all almost along already also although always am among an and another any are around as at away be " +
    "became because become been before behind being below between both but by came can cannot come could did do does doing done down during " +
    "each either else enough even ever every few for from further get gets give given go goes going gone got had has have having he hence her " +
    "here hers herself him himself his how however i if in indeed instead into is it its itself just keep kept last least less let like made " +
    "make makes many may maybe me might mine more most much must my myself neither never next no nor not nothing now of off often on once one " +
    "only onto or other others otherwise our ours ourselves out over own per perhaps put quite rather really same see seem seems seen several " +
    "shall she should since so some still such take taken than that the their theirs them themselves then there therefore these they this " +
    "those though through thus to together too toward two under until up upon us use used uses using very via was way we well were what " +
    "whatever when where whether which while who whole whom whose why will with within without would yes yet you your yours yourself don't " +
    "doesn't didn't isn't aren't wasn't can't won't it's that's i'm you're we're they're"
  ).split(" "),
);

/** Phrases between stop words and marks, ranked by length and by how often they stand alone (the C-value method). */
export default function extractKeywords(input: ExtractKeywordsInput): ExtractKeywordsOutput {
  const stops = new Set([...STOP_WORDS, ...(input.ignore ?? []).map((word) => word.toLowerCase())]);
  const candidates = new Map<string, Candidate>();
  for (const run of runsOf(input.text, stops)) collect(candidates, run, input.maxWords ?? MAX_WORDS);
  countInside(candidates);
  const keywords = [...candidates.values()]
    .filter(({ count }) => count >= (input.minCount ?? 1))
    .map((candidate) => ({ phrase: candidate.phrase, count: candidate.count, score: scoreOf(candidate) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return { keywords: keywords.slice(0, input.limit ?? LIMIT) };
}

/** The longest sequences of words that say something, without marks between them. */
function runsOf(text: string, stops: ReadonlySet<string>): string[][] {
  const runs: string[][] = [];
  let run: string[] = [];
  for (const [piece] of text
    .replaceAll("’", "'")
    .matchAll(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]|\n\s*\n/gu)) {
    if (/\p{L}\p{L}/u.test(piece) && !stops.has(piece.toLowerCase())) {
      run.push(piece.replace(/'s$/i, ""));
      continue;
    }
    runs.push(run);
    run = [];
  }
  return [...runs, run];
}

function collect(candidates: Map<string, Candidate>, run: string[], maxWords: number): void {
  for (const start of run.keys()) {
    for (let words = 1; words <= Math.min(maxWords, run.length - start); words += 1) {
      const phrase = run.slice(start, start + words).join(" ");
      const key = keyOf(phrase);
      const candidate = candidates.get(key) ?? { phrase, words, count: 0, inside: 0, longer: 0 };
      candidate.count += 1;
      candidates.set(key, candidate);
    }
  }
}

/** Case and a plural ending make no other phrase. */
function keyOf(phrase: string): string {
  return phrase
    .toLowerCase()
    .replace(/ies$/, "y")
    .replace(/(?<![siu])s$/, "");
}

function countInside(candidates: ReadonlyMap<string, Candidate>): void {
  for (const { phrase, words, count } of candidates.values()) {
    const all = phrase.split(" ");
    const parts = new Set<string>();
    for (let length = 1; length < words; length += 1) {
      for (let start = 0; start + length <= words; start += 1)
        parts.add(keyOf(all.slice(start, start + length).join(" ")));
    }
    for (const key of parts) {
      const part = candidates.get(key);
      if (part === undefined) continue;
      part.inside += count;
      part.longer += 1;
    }
  }
}

/** What stands mostly inside longer phrases is a piece of them. */
function scoreOf({ words, count, inside, longer }: Candidate): number {
  return Math.log2(words + 1) * (count - (longer === 0 ? 0 : inside / longer));
}
