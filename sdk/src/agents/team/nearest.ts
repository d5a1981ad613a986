/** Longer words are compared no further: a slip of the finger leaves a word about as long as it was. */
const MOST_CHARACTERS = 64;

/**
 * The word that somebody meant who wrote another one, or undefined where none is near: at most a third of its letters differ. Case
 * does not count. Pure.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const word = written.slice(0, MOST_CHARACTERS).toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const other = one.slice(0, MOST_CHARACTERS).toLowerCase();
    const allowed = Math.max(1, Math.floor(Math.max(word.length, other.length) / 3));
    // Told by their lengths alone, in files with thousands of names.
    if (Math.abs(word.length - other.length) > allowed) continue;
    const differing = distance(word, other);
    if (differing <= allowed && differing < least) [best, least] = [one, differing];
  }
  return best;
}

/** Letters put in, left out, changed, or swapped with the next one (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      next.push(cost);
    }
    [before, last] = [last, next];
  }
  return last[b.length] ?? 0;
}

/** `: did you mean "x"?`, or nothing. */
export function meant(written: string, known: Iterable<string>): string {
  const near = nearest(written, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}
