import type { Mark } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { codeLines } from "../../dashboard/src/code-lines.ts";

const mark = (line: number, column: number, length: number, kind: Mark["kind"] = "net"): Mark => ({
  ...{ kind, line, column, length },
  message: `${kind} ${line}:${column}`,
});

describe("code with its marks", () => {
  it("cuts a line where marks begin and end, also where they overlap", () => {
    const marks = [mark(2, 6, 5), mark(2, 9, 6, "uses")];
    const [first, second] = codeLines("one\nawait fetch(url)\n", marks);
    expect(first).toEqual({ number: 1, segments: [{ text: "one", marks: [] }], marks: [] });
    expect(second?.segments).toEqual([
      { text: "await ", marks: [] },
      { text: "fet", marks: [marks[0]] },
      { text: "ch", marks: marks },
      { text: "(url", marks: [marks[1]] },
      { text: ")", marks: [] },
    ]);
  });

  it("loses no character, whatever the marks say", () => {
    const text = "a\r\nbcd\n\ne\u202ef";
    const marks = [mark(1, 0, 99), mark(2, 50, 3), mark(9, 0, 1), mark(3, 0, 0, "finding"), mark(4, 1, 1)];
    const lines = codeLines(text, marks);
    expect(lines.map(({ segments }) => segments.map((segment) => segment.text).join(""))).toEqual([
      "a",
      "bcd",
      "",
      "e\u202ef",
    ]);
    expect(lines.map((line) => line.marks.length)).toEqual([1, 0, 1, 1]);
  });
});
