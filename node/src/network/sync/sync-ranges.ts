import { type Bound, compareBounds, type ItemRange, SyncFrameError } from "@action-collective/protocol";

/**
 * Divides the ranges of a request, which are in order, at the place up to which its answer goes.
 * @throws {SyncFrameError} that place is none of theirs, or the answer does not lead on: the session could go round for ever.
 */
export function remainderOf(
  ranges: readonly ItemRange[],
  reached: Bound,
): { readonly covered: readonly ItemRange[]; readonly left: readonly ItemRange[] } {
  const covered: ItemRange[] = [];
  const left: ItemRange[] = [];
  for (const { lower, upper } of ranges) {
    if (compareBounds(reached, upper) >= 0) covered.push({ lower, upper });
    else if (compareBounds(reached, lower) <= 0) left.push({ lower, upper });
    else {
      covered.push({ lower, upper: reached });
      left.push({ lower: reached, upper });
    }
  }
  const last = ranges.at(-1);
  if (covered.length === 0) throw new SyncFrameError("it does not lead on");
  if (last !== undefined && compareBounds(reached, last.upper) > 0)
    throw new SyncFrameError("it goes beyond what was asked");
  return { covered, left };
}

/** In order; what touches becomes one. */
export function mergeNeighbours(ranges: readonly ItemRange[]): ItemRange[] {
  const merged: ItemRange[] = [];
  for (const range of ranges.toSorted((a, b) => compareBounds(a.lower, b.lower))) {
    const before = merged.at(-1);
    if (before !== undefined && compareBounds(before.upper, range.lower) === 0)
      merged[merged.length - 1] = { lower: before.lower, upper: range.upper };
    else merged.push(range);
  }
  return merged;
}

/** Removes the newest `most` pieces, so that what is pending stays small, and gives them in order of their ranges. */
export function takeLast<Piece extends { readonly range: ItemRange }>(
  pieces: Piece[],
  most: number,
): Piece[] {
  return pieces
    .splice(Math.max(0, pieces.length - most))
    .sort((a, b) => compareBounds(a.range.lower, b.range.lower));
}
