import type { Mark } from "@action-collective/protocol";

/** A piece of a line, and the marks that it lies under. */
export interface Segment {
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface CodeLine {
  /** From 1. */
  readonly number: number;
  readonly segments: readonly Segment[];
  /** Those of the whole line, then those of its parts. */
  readonly marks: readonly Mark[];
}

/** Text line by line, each cut where a mark begins or ends. Marks beside the text are left out. */
export function codeLines(text: string, marks: readonly Mark[]): CodeLine[] {
  const byLine = Map.groupBy(marks, ({ line }) => line);
  // A last line without anything in it is the end of the one before.
  const lines = text.replace(/\r?\n$/, "").split(/\r\n|\n/);
  return lines.map((line, at) => {
    const ofLine = byLine.get(at + 1) ?? [];
    const inLine = ofLine.filter(({ length, column }) => length > 0 && column < line.length);
    const whole = ofLine.filter(({ length }) => length === 0);
    return { number: at + 1, segments: segmentsOf(line, inLine), marks: [...whole, ...inLine] };
  });
}

function segmentsOf(line: string, marks: readonly Mark[]): Segment[] {
  const ends = marks.flatMap(({ column, length }) => [column, Math.min(column + length, line.length)]);
  const cuts = [...new Set([0, ...ends, line.length])].sort((a, b) => a - b);
  const segments = cuts.slice(0, -1).map((from, at) => {
    const to = cuts[at + 1] ?? line.length;
    return {
      text: line.slice(from, to),
      marks: marks.filter(({ column, length }) => column <= from && to <= column + length),
    };
  });
  return segments.filter(({ text }) => text !== "");
}
