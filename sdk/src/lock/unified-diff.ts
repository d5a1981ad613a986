/** Differing lines up to which the shortest difference is looked for; beyond, the middle is shown as replaced. */
const MOST_EDITS = 600;
/** Equal lines around a difference. */
const CONTEXT = 3;
/** Lines of one difference that are written. */
const MOST_LINES = 400;

export interface TextDifference {
  readonly added: number;
  readonly removed: number;
  /** In the unified format, without file names; empty where nothing differs. */
  readonly lines: readonly string[];
  /** Lines that are not among them. */
  readonly more: number;
}

type Edit = { readonly kind: " " | "-" | "+"; readonly line: string };

/** The difference of two texts, line by line. Pure and bounded: 64 KiB of code take milliseconds. */
export function unifiedDiff(before: string, after: string): TextDifference {
  const edits = editsOf(linesOf(before), linesOf(after));
  const lines = hunksOf(edits);
  return {
    added: edits.filter(({ kind }) => kind === "+").length,
    removed: edits.filter(({ kind }) => kind === "-").length,
    lines: lines.slice(0, MOST_LINES),
    more: Math.max(0, lines.length - MOST_LINES),
  };
}

/** The end of the last line ends it, and begins no other. */
function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const equal = (line: string): Edit => ({ kind: " ", line });
  return [
    ...before.slice(0, start).map(equal),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(equal),
  ];
}

/** E. W. Myers, An O(ND) Difference Algorithm and Its Variations, 1986: the greedy form, with every step remembered. */
function middle(before: readonly string[], after: readonly string[]): Edit[] {
  const replaced = () => [
    ...before.map((line): Edit => ({ kind: "-", line })),
    ...after.map((line): Edit => ({ kind: "+", line })),
  ];
  const most = Math.min(MOST_EDITS, before.length + after.length);
  const furthest = new Int32Array(2 * most + 3);
  const at = (diagonal: number) => diagonal + most + 1;
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    steps.push(furthest.slice());
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = isDown(furthest, at(diagonal), diagonal, edits)
        ? (furthest[at(diagonal + 1)] ?? 0)
        : (furthest[at(diagonal - 1)] ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest[at(diagonal)] = x;
      if (x >= before.length && x - diagonal >= after.length) return tracedBack(before, after, steps, at);
    }
  }
  return replaced();
}

function isDown(furthest: Int32Array, place: number, diagonal: number, edits: number): boolean {
  return (
    diagonal === -edits || (diagonal !== edits && (furthest[place - 1] ?? 0) < (furthest[place + 1] ?? 0))
  );
}

function tracedBack(
  before: readonly string[],
  after: readonly string[],
  steps: readonly Int32Array[],
  at: (diagonal: number) => number,
): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [before.length, after.length];
  for (let step = steps.length - 1; step >= 0; step--) {
    const furthest = steps[step] ?? new Int32Array();
    const diagonal = x - y;
    const down = isDown(furthest, at(diagonal), diagonal, step);
    const from = down ? diagonal + 1 : diagonal - 1;
    const startX = step === 0 ? 0 : (furthest[at(from)] ?? 0);
    const startY = step === 0 ? 0 : startX - from;
    while (x > startX && y > startY && before[x - 1] === after[y - 1]) {
      x--;
      y--;
      edits.push({ kind: " ", line: before[x] ?? "" });
    }
    if (step === 0) break;
    if (down) edits.push({ kind: "+", line: after[--y] ?? "" });
    else edits.push({ kind: "-", line: before[--x] ?? "" });
  }
  return edits.reverse();
}

function hunksOf(edits: readonly Edit[]): string[] {
  const shown = edits.map(() => false);
  edits.forEach(({ kind }, i) => {
    if (kind !== " ") shown.fill(true, Math.max(0, i - CONTEXT), i + CONTEXT + 1);
  });
  const lines: string[] = [];
  let [old, now] = [1, 1];
  for (let i = 0; i < edits.length; i++) {
    if (shown[i] === true && shown[i - 1] !== true) {
      const next = shown.indexOf(false, i);
      const hunk = edits.slice(i, next === -1 ? edits.length : next);
      const count = (skip: Edit["kind"]) => hunk.filter(({ kind }) => kind !== skip).length;
      lines.push(`@@ -${old},${count("+")} +${now},${count("-")} @@`);
    }
    const edit = edits[i];
    if (edit === undefined) break;
    if (shown[i] === true) lines.push(`${edit.kind}${edit.line}`);
    if (edit.kind !== "+") old++;
    if (edit.kind !== "-") now++;
  }
  return lines;
}
