/** Says on which line, from 1, a place in a text stands. */
export function lineCounter(code: string): (at: number) => number {
  const starts = [0];
  for (let end = code.indexOf("\n"); end >= 0; end = code.indexOf("\n", end + 1)) starts.push(end + 1);
  return (at) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Where a place in a text stands: its line from 1, its column from 0, and where that line ends. UTF-16 code units. */
export function placeFinder(
  code: string,
): (at: number) => { readonly line: number; readonly column: number; readonly lineEnd: number } {
  const lineOf = lineCounter(code);
  return (at) => {
    const start = at === 0 ? 0 : code.lastIndexOf("\n", at - 1) + 1;
    const end = code.indexOf("\n", at);
    return { line: lineOf(at), column: at - start, lineEnd: end < 0 ? code.length : end };
  };
}
