import type { Output, Style } from "./output.ts";
import { oneLine } from "./output.ts";

export interface Cell {
  readonly text: string;
  readonly style?: Style | undefined;
}

const GAP = "  ";
/** A last column is not cut shorter than this, however narrow the terminal. */
const LEAST_LAST = 20;

/** Aligned columns under dim headings; the last column is cut to the terminal's width. Texts are made safe to show. */
export function table(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
): string[] {
  const cells = rows.map((row) => row.map((cell) => ({ ...cell, text: oneLine(cell.text) })));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.text.length ?? 0)),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const last = Math.max(LEAST_LAST, output.columns - before);
  const line = (row: readonly Cell[]) =>
    row
      .map(({ text, style }, column) => {
        const isLast = column === headings.length - 1;
        const fitted = isLast ? cut(text, last) : text.padEnd(widths[column] ?? 0);
        return style === undefined ? fitted : output.paint(style, fitted);
      })
      .join(GAP)
      .trimEnd();
  return [line(headings.map((text) => ({ text, style: "dim" }))), ...cells.map(line)];
}

/** `label  value` lines; a value of several lines is indented under its first. Undefined values are left out. */
export function pairs(output: Output, values: Readonly<Record<string, string | undefined>>): string[] {
  const shown = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown.flatMap(([label, value]) =>
    value
      .split("\n")
      .map((line, i) =>
        `${output.paint("dim", (i === 0 ? label : "").padEnd(width))}${GAP}${line}`.trimEnd(),
      ),
  );
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
