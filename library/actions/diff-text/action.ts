type DiffTextInput = {
  before: string;
  after: string;
  context?: number;
  ignoreWhitespace?: boolean;
  beforeName?: string;
  afterName?: string;
};
type DiffTextOutput = { equal: boolean; added: number; removed: number; diff: string };
/** Kept, removed or added. */
type Mark = " " | "-" | "+";
type Edit = { mark: Mark; line: string };
/** How far down a diagonal a script of edits comes: a mark, then so many lines kept. */
type Path = { x: number; mark: Mark | undefined; kept: number; previous: Path | undefined };

const CONTEXT = 3;
/** Beyond so many edits the search would take too long: then everything between the common ends is replaced. */
const MAX_EDITS = 1_000;

/** Line by line, in the unified format that patch and git read. */
export default function diffText(input: DiffTextInput): DiffTextOutput {
  const before = linesOf(input.before);
  const after = linesOf(input.after);
  const edits = compare(before, after, input.ignoreWhitespace ? squeeze : (line) => line);
  const count = (mark: Mark) => edits.filter((edit) => edit.mark === mark).length;
  const [added, removed] = [count("+"), count("-")];
  const equal = added + removed === 0;
  const names = `--- ${input.beforeName ?? "before"}\n+++ ${input.afterName ?? "after"}\n`;
  const diff = equal ? "" : names + hunks(edits, input.context ?? CONTEXT);
  return { equal, added, removed, diff };
}

/** Lines keep their line break, so that a missing one at the end is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function squeeze(line: string): string {
  return line.trim().replace(/\s+/g, " ");
}

function compare(before: string[], after: string[], key: (line: string) => string): Edit[] {
  const [a, b] = [before.map(key), after.map(key)];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const kept = (line: string): Edit => ({ mark: " ", line });
  const middle = script(a.slice(start, a.length - end), b.slice(start, b.length - end));
  let [oldLine, newLine] = [start, start];
  const changed = middle.map((mark): Edit => {
    const line = (mark === "-" ? before[oldLine] : after[newLine]) ?? "";
    if (mark !== "+") oldLine += 1;
    if (mark !== "-") newLine += 1;
    return { mark, line };
  });
  return [...after.slice(0, start).map(kept), ...changed, ...after.slice(after.length - end).map(kept)];
}

/** The greedy search for a shortest script of edits along diagonals (method of Myers, 1986). */
function script(a: string[], b: string[]): Mark[] {
  const furthest = new Map<number, Path>();
  for (let edits = 0; edits <= MAX_EDITS; edits += 1) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const added = furthest.get(diagonal + 1);
      const removed = furthest.get(diagonal - 1);
      const isAdded = removed === undefined || (added !== undefined && removed.x < added.x);
      const previous = isAdded ? added : removed;
      const mark = isAdded ? "+" : "-";
      const from = previous === undefined ? 0 : previous.x + (isAdded ? 0 : 1);
      let x = from;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      const path = { x, mark: previous && mark, kept: x - from, previous } as const;
      furthest.set(diagonal, path);
      if (x >= a.length && x - diagonal >= b.length) return marksOf(path);
    }
  }
  return [...a.map(() => "-" as const), ...b.map(() => "+" as const)];
}

function marksOf(end: Path): Mark[] {
  const marks: Mark[] = [];
  for (let path: Path | undefined = end; path !== undefined; path = path.previous) {
    for (let kept = 0; kept < path.kept; kept += 1) marks.push(" ");
    if (path.mark !== undefined) marks.push(path.mark);
  }
  return marks.reverse();
}

/** Changes with the lines around them; where those touch, they make one hunk. */
function hunks(edits: Edit[], context: number): string {
  const ranges: { start: number; end: number }[] = [];
  for (const [index, { mark }] of edits.entries()) {
    if (mark === " ") continue;
    const last = ranges.at(-1);
    const start = Math.max(0, index - context);
    if (last !== undefined && start <= last.end) last.end = index + context + 1;
    else ranges.push({ start, end: index + context + 1 });
  }
  let [at, oldLine, newLine, text] = [0, 0, 0, ""];
  for (const { start, end } of ranges) {
    const part = edits.slice(start, end);
    oldLine += start - at;
    newLine += start - at;
    const oldLength = part.filter(({ mark }) => mark !== "+").length;
    const newLength = part.filter(({ mark }) => mark !== "-").length;
    text += `@@ -${span(oldLine, oldLength)} +${span(newLine, newLength)} @@\n${part.map(lineOf).join("")}`;
    oldLine += oldLength;
    newLine += newLength;
    at = end;
  }
  return text;
}

/** As in the format: an empty span names the line before it, and a length of one goes without saying. */
function span(linesBefore: number, length: number): string {
  if (length === 1) return `${linesBefore + 1}`;
  return `${length === 0 ? linesBefore : linesBefore + 1},${length}`;
}

function lineOf({ mark, line }: Edit): string {
  return mark + line + (line.endsWith("\n") ? "" : "\n\\ No newline at end of file\n");
}
