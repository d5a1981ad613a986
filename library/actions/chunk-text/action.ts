type ChunkTextInput = { text: string; maxCharacters?: number; overlap?: number };
type Chunk = { text: string; start: number; end: number };
type ChunkTextOutput = { chunks: Chunk[] };

const MAX_CHARACTERS = 1_000;
/** Where a text may be cut, best first: paragraphs, lines, sentences, words. Every cut comes after its match. */
const BORDERS = [/\n\s*\n/g, /\n/g, /[.!?…]["'”’)\]]*\s+|(?<=[。！？])(?=.)/gs, /\s+/g];
const SECOND_HALF_OF_PAIR = /[\udc00-\udfff]/;

/** Chunks as long as the budget allows that end at natural borders, each beginning with the last words of the one before. */
export default function chunkText({
  text,
  maxCharacters = MAX_CHARACTERS,
  overlap = 0,
}: ChunkTextInput): ChunkTextOutput {
  if (overlap > maxCharacters / 2) throw new Error("The overlap may be at most half of maxCharacters");
  const chunks: Chunk[] = [];
  let start = skipSpace(text, 0);
  let fresh = start;
  while (fresh < text.length) {
    const cut = findCut(text, start, fresh, maxCharacters);
    const chunk = text.slice(start, cut).trimEnd();
    const end = start + chunk.length;
    chunks.push({ text: chunk, start, end });
    fresh = skipSpace(text, cut);
    const repeated = overlapStart(text, end - overlap, end);
    // After a very wide gap there is no room for the overlap beside anything new.
    start = overlap > 0 && fresh < repeated + maxCharacters ? repeated : fresh;
  }
  return { chunks };
}

function skipSpace(text: string, from: number): number {
  const rest = text.slice(from);
  return text.length - rest.trimStart().length;
}

/** The last of the best borders in the second half of the budget; a cut lies behind what is fresh, or nothing would be. */
function findCut(text: string, start: number, fresh: number, maxCharacters: number): number {
  const limit = start + maxCharacters;
  if (limit >= text.length) return text.length;
  const from = Math.max(start + Math.ceil(maxCharacters / 2), fresh);
  // One character more: space at the border does not count.
  const window = text.slice(from, limit + 1);
  for (const border of BORDERS) {
    const last = [...window.matchAll(border)].at(-1);
    if (last !== undefined) return from + last.index + last[0].length;
  }
  return wholeCharacter(text, limit, -1);
}

/** The first word of the overlap, or the overlap's first character if it lies inside of one long word. */
function overlapStart(text: string, from: number, end: number): number {
  const word = /(?<=\s)\S/.exec(text.slice(Math.max(0, from - 1), end));
  return word === null ? wholeCharacter(text, from, 1) : Math.max(0, from - 1) + word.index;
}

/** Moves a place that would halve a pair of code units, as emoji have. */
function wholeCharacter(text: string, place: number, step: number): number {
  return SECOND_HALF_OF_PAIR.test(text.charAt(place)) ? place + step : place;
}
