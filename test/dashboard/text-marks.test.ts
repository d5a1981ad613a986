import { forbiddenRanges } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { plainText, textParts } from "../../dashboard/src/text-marks.ts";

describe("strangers' text on the pages", () => {
  it("tells each character that is invisible or changes the direction of text, in its place", () => {
    expect(textParts("safe\u202etxt.exe\u200b!", "one")).toEqual([
      { text: "safe" },
      { mark: "U+202E" },
      { text: "txt.exe" },
      { mark: "U+200B" },
      { text: "!" },
    ]);
    expect(textParts("\u{e0041}tag", "many")).toEqual([{ mark: "U+E0041" }, { text: "tag" }]);
  });

  it("lets none of the characters pass that SPEC §7 forbids", () => {
    const all = forbiddenRanges.flat().map((point) => String.fromCodePoint(point));
    for (const character of all)
      expect(textParts(`a${character}b`, "many")).toEqual([
        { text: "a" },
        { mark: expect.stringMatching(/^U\+[0-9A-F]{4,5}$/) },
        { text: "b" },
      ]);
  });

  it("leaves letters of every script, markup and line breaks of longer text as they are", () => {
    const text = "<img onerror=x>\n\tשלום ünï 日本 🎉";
    expect(textParts(text, "many")).toEqual([{ text }]);
    expect(textParts("a\r\nb", "many")).toEqual([{ text: "a\nb" }]);
    expect(textParts("a\nb\tc", "one").filter((part) => "mark" in part)).toEqual([
      { mark: "U+000A" },
      { mark: "U+0009" },
    ]);
    expect(textParts("", "one")).toEqual([{ text: "" }]);
  });

  it("stays short, and still hides nothing, when nearly all is invisible", () => {
    const parts = textParts("\u200b\u202ea".repeat(10_000), "many");
    expect(parts.length).toBeLessThan(500);
    const shown = parts.map((part) => ("text" in part ? part.text : "")).join("");
    expect(shown).toBe("a".repeat(10_000));
  });

  it("writes the same for places that hold nothing but text", () => {
    expect(plainText("a\u202eb\n")).toBe("a[U+202E]b[U+000A]");
  });
});
