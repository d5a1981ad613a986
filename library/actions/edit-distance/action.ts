type Method = "levenshtein" | "osa";
type EditDistanceInput = { a: string; b: string; method?: Method; ignoreCase?: boolean };
type EditDistanceOutput = { distance: number; similarity: number; longest: number };

/** How many single-character edits turn one text into the other, and how alike they are from 0 to 1. */
export default function editDistance(input: EditDistanceInput): EditDistanceOutput {
  const a = charactersOf(input.a, input.ignoreCase ?? false);
  const b = charactersOf(input.b, input.ignoreCase ?? false);
  const distance = measure(a, b, input.method === "osa");
  const longest = Math.max(a.length, b.length);
  return { distance, similarity: longest === 0 ? 1 : 1 - distance / longest, longest };
}

/** Whole characters, not halves of an emoji; é is the same however it is encoded. */
function charactersOf(text: string, ignoreCase: boolean): string[] {
  const normal = text.normalize("NFC");
  return [...(ignoreCase ? normal.toLowerCase() : normal)];
}

/** The table of all prefixes, of which only the last three rows are kept. */
function measure(a: string[], b: string[], withSwaps: boolean): number {
  let beforeLast: number[] = [];
  let last = [...b.keys(), b.length];
  for (const [row, character] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const cost = character === other ? 0 : 1;
      let least = Math.min(at(last, column) + cost, at(last, column + 1) + 1, at(current, column) + 1);
      const isSwap = character === b[column - 1] && other === a[row - 1];
      if (withSwaps && isSwap) least = Math.min(least, at(beforeLast, column - 1) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: number[], column: number): number {
  return row[column] ?? 0;
}
