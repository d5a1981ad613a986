import {
  areConfusable,
  assertText,
  cleanText,
  forbiddenRanges,
  skeleton,
  textProblem,
  UnsafeTextError,
  visibleJson,
} from "@action-collective/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { json } from "./arbitraries.ts";

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
});
const many = { most: 1000, lines: "many" } as const;

test("§7.1 both ends of every forbidden range are refused, and their neighbours judged by the table", () => {
  const inTable = (code: number) => forbiddenRanges.some(([from, to]) => from <= code && code <= to);
  for (const [from, to] of forbiddenRanges)
    for (const code of [from - 1, from, to, to + 1]) {
      if (code < 0) continue;
      const character = String.fromCodePoint(code);
      if (character.normalize("NFC") !== character) continue;
      expect(textProblem(`a${character}b`, many) !== undefined, code.toString(16)).toBe(inTable(code));
    }
});

test("§7.1 every default-ignorable and bidirectional control of Unicode is forbidden", () => {
  const hidden = /[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Cc}]/u;
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!hidden.test(character) || character === "\n" || character === "\t") continue;
    expect(textProblem(`a${character}b`, many), code.toString(16)).toBeTypeOf("string");
  }
});

test("§7.1 lengths count characters, not UTF-16 units", () => {
  expect(textProblem("𝒳".repeat(5), { most: 5, lines: "one" })).toBeUndefined();
  expect(textProblem("𝒳".repeat(6), { most: 5, lines: "one" })).toBe("is longer than 5 characters");
  expect(textProblem("a".repeat(6), { most: 5, lines: "one" })).toBe("is longer than 5 characters");
  expect(() => assertText("a\nb", { most: 5, lines: "one" }, "The name")).toThrow(
    new UnsafeTextError("The name contains a line break or tab"),
  );
});

test("§7.1 cleaned text is always safe, and safe text is left alone", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const cleaned = cleanText(text, 500);
      expect(textProblem(cleaned, many)).toBeUndefined();
      expect(cleanText(cleaned, 500)).toBe(cleaned);
      if (textProblem(text, many) === undefined) expect(cleaned).toBe(text);
    }),
    { numRuns: 2_000 },
  );
  expect(cleanText("abcdef", 3)).toBe("abc…");
});

test("§7.3 visible JSON is the same value, and nothing in it is hidden", () => {
  fc.assert(
    fc.property(json(5), anyText, (value, text) => {
      const both = [value, text] as Parameters<typeof visibleJson>[0];
      const shown = visibleJson(both);
      expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(both)));
      expect(textProblem(shown.normalize("NFC"), { most: 100_000, lines: "one" })).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("§7.2 names that look alike have one skeleton, others do not", () => {
  const alike = [
    ["parseCsv", "parse_csv"],
    ["validateIban", "validatelban"],
    ["modern", "modem"],
    ["box", "b0x"],
    ["vvord", "word"],
    ["clone", "done"],
    ["sort", "5ort"],
  ] as const;
  for (const [a, b] of alike) expect(areConfusable(a, b), `${a} ${b}`).toBe(true);
  for (const [a, b] of [
    ["parseCsv", "parseTsv"],
    ["sort", "sorted"],
    ["add", "odd"],
  ] as const)
    expect(areConfusable(a, b), `${a} ${b}`).toBe(false);
  expect(areConfusable("same", "same")).toBe(false);
  expect(skeleton("parse-CSV")).toBe("parsecsv");
});
