/** Words further apart than this are no misspellings of each other. */
const MAX_EDITS = 2;
/** No option is longer, and the comparison grows with the length of both. */
const MAX_LENGTH = 32;

/** The choice that takes the fewest edits to become, when there is one close by. */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const ranked = choices
    .map((choice) => ({ choice, edits: distance(word, choice) }))
    .sort((one, other) => one.edits - other.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= MAX_EDITS ? best.choice : undefined;
}

/** Levenshtein's: letters inserted, removed or exchanged. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, wanted] of [...to].entries()) {
      const exchanged = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
