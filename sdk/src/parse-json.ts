/** Where a text stops being JSON. Lines and columns begin at 1. */
export interface JsonSyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids just these in a string
  /[ \t\r\n]*(?:(?<string>"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(?<atom>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])|(?<mark>[[\]{},:]))/y;

type Want = "value" | "value or ]" | "key or }" | "key" | ":" | ", or ]" | ", or }" | "end";

const WORDS: Record<Want, string> = {
  value: "a value",
  "value or ]": "a value or ]",
  "key or }": 'a key in double quotes or "}"',
  key: "a key in double quotes (no comma may stand before a closing brace)",
  ":": 'a ":"',
  ", or ]": 'a "," or "]"',
  ", or }": 'a "," or "}"',
  end: "nothing after the value",
};

/** The value of a JSON text, or where it stops being one. */
export function parseJson(
  text: string,
): { readonly value: unknown } | { readonly problem: JsonSyntaxProblem } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: jsonSyntaxProblem(text) ?? { line: 1, column: 1, expected: WORDS.value } };
  }
}

/**
 * Finds where `text` breaks RFC 8259: the engines' own messages often give no place.
 * Iterative, so that nesting cannot overflow the stack. Undefined when the text is JSON.
 */
function jsonSyntaxProblem(text: string): JsonSyntaxProblem | undefined {
  const open: ("[" | "{")[] = [];
  const afterValue = (): Want => {
    const inside = open.at(-1);
    return inside === undefined ? "end" : inside === "[" ? ", or ]" : ", or }";
  };
  let want: Want = "value";
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(at).search(/[^ \t\r\n]/);
      if (rest === -1 && want === "end") return undefined;
      return problemAt(text, rest === -1 ? text.length : at + rest, want);
    }
    const next = step(want, match.groups ?? {}, open, afterValue);
    if (next === undefined) return problemAt(text, TOKEN.lastIndex - match[0].trimStart().length, want);
    want = next;
    at = TOKEN.lastIndex;
  }
}

function step(
  want: Want,
  token: Record<string, string | undefined>,
  open: ("[" | "{")[],
  afterValue: () => Want,
): Want | undefined {
  const { string, atom, mark } = token;
  const closes =
    want === "value or ]" || want === ", or ]" ? "]" : want === "key or }" || want === ", or }" ? "}" : "";
  if (mark !== undefined && mark === closes) {
    open.pop();
    return afterValue();
  }
  if (want === "value" || want === "value or ]") {
    if (mark === "[" || mark === "{") {
      open.push(mark);
      return mark === "[" ? "value or ]" : "key or }";
    }
    return string !== undefined || atom !== undefined ? afterValue() : undefined;
  }
  if (want === "key" || want === "key or }") return string === undefined ? undefined : ":";
  if (want === ":") return mark === ":" ? "value" : undefined;
  if (want === ", or ]") return mark === "," ? "value" : undefined;
  if (want === ", or }") return mark === "," ? "key" : undefined;
  return undefined;
}

function problemAt(text: string, offset: number, want: Want): JsonSyntaxProblem {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, expected: WORDS[want] };
}
