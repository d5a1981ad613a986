import { describe, expect, it } from "vitest";
import type { Mutant } from "../../../node/src/analysis/types.ts";
import { mutatedCode, survivorOf } from "../../../node/src/strength/mutated-code.ts";

const edit = (start: number, end: number, replacement: string): Mutant => ({
  operator: "x",
  start,
  end,
  replacement,
  line: 1,
});

describe("a mutated program", () => {
  const code = "0123456789";
  const first = (text: string) => text.split("\n")[0];

  it("has the change and all guards that the change leaves", () => {
    const guards = [edit(0, 0, "a"), edit(2, 2, "b"), edit(3, 3, "c"), edit(5, 5, "d"), edit(10, 10, "e")];
    expect(first(mutatedCode(code, guards, 1))).toBe("a01b2c34d56789e");
    expect(first(mutatedCode(code, guards, 1, edit(2, 5, "!")))).toBe("a01b!d56789e");
    expect(first(mutatedCode(code, guards, 1, edit(9, 10, "")))).toBe("a01b2c34d5678e");
  });

  it("stops after so many steps, wherever they are counted", () => {
    const program = mutatedCode("for (;;) { $countStep$(); seen(); }", [], 7);
    let seen = 0;
    const run = new Function("seen", program);
    expect(() => run(() => seen++)).toThrow("took more than 7 steps");
    expect(seen).toBe(7);
  });
});

describe("a survivor", () => {
  it("shows its line before and after", () => {
    const code = "let a;\n  if (a < 0) return;\nend";
    const mutant = { operator: "boundary", start: 15, end: 16, replacement: "<=", line: 2 };
    expect(survivorOf(code, mutant)).toEqual({
      operator: "boundary",
      line: 2,
      original: "if (a < 0) return;",
      replacement: "if (a <= 0) return;",
    });
  });

  it("shows one showable line of a change over many, however long", () => {
    const code = `${"x".repeat(500)} + [\n1,\n\u202e2] + ${"y".repeat(500)}`;
    const { original, replacement } = survivorOf(code, edit(503, 511, "[]"));
    expect(original).toMatch(/^…x+ \+ \[ 1, .*…$/);
    expect(original.length).toBeLessThanOrEqual(101);
    expect(replacement).toContain("x + [] + y");
    expect(original).not.toContain("\u202e");
  });
});
