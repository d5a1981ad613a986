import { cleanText, forbiddenRanges, skeleton, visibleJson } from "@action-collective/protocol";

const rules = { line: { most: 10, lines: "one" }, prose: { most: 10, lines: "many" } };

const good: [string, "line" | "prose", string][] = [
  ["plain", "line", "abc"],
  ["exactly ten characters", "line", "0123456789"],
  ["ten characters of two UTF-16 units each", "line", "𝒳".repeat(10)],
  ["composed letter", "line", "é"],
  ["right-to-left script", "line", "שלום"],
  ["emoji", "line", "🙂"],
  ["line breaks and tabs", "prose", "a\n\tb"],
];

const bad: [string, "line" | "prose", string][] = [
  ["eleven characters", "line", "01234567890"],
  ["line break", "line", "a\nb"],
  ["tab", "line", "a\tb"],
  ["carriage return", "prose", "a\r\nb"],
  ["NUL", "prose", "a\0"],
  ["escape", "prose", "\u001b[0m"],
  ["C1 control", "prose", "\u0085"],
  ["decomposed letter", "line", "e\u0301"],
  ["zero-width space", "line", "a\u200bb"],
  ["zero-width joiner", "line", "a\u200db"],
  ["right-to-left mark", "line", "a\u200f"],
  ["direction override", "line", "a\u202eb"],
  ["direction isolate", "line", "a\u2066b"],
  ["soft hyphen", "line", "a\u00adb"],
  ["byte order mark", "line", "\ufeffa"],
  ["variation selector", "line", "a\ufe0f"],
  ["tag characters", "line", "\u{e0041}\u{e0042}"],
  ["Hangul filler", "line", "\u3164"],
];

const names = [
  "parseCsv",
  "parse-csv",
  "parse_csv",
  "parseCSV",
  "modern",
  "modem",
  "vvord",
  "word",
  "clone",
  "done",
];
const lookAlikes = [
  "validateIban",
  "validatelban",
  "va1idate1ban",
  "b0x",
  "box",
  "8ox",
  "rnap",
  "map",
  "sort",
  "5ort",
];

export function textVectors(): unknown {
  return {
    spec: "§7",
    forbidden: forbiddenRanges.map(([from, to]) => [from, to]),
    rules,
    good: good.map(([name, rule, text]) => ({ name, rule, text })),
    bad: bad.map(([name, rule, text]) => ({ name, rule, text })),
    cleaned: ["a\u202eb", "e\u0301", "0123456789abc", "\u{e0041}x"].map((text) => ({
      text,
      most: 10,
      cleaned: cleanText(text, 10),
    })),
    visible: ["a\u200bb", "\u{e0041}", 'é"\n'].map((value) => ({ value, json: visibleJson(value) })),
    skeletons: [...names, ...lookAlikes].map((name) => ({ name, skeleton: skeleton(name) })),
  };
}
