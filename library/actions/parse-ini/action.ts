type Value = string | null | (string | null)[];
type ParseIniInput = { text: string; repeated?: "last" | "list" };
type Values = Record<string, Value>;
type ParseIniOutput = { values: Values; sections: Record<string, Values> };

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Sections of keys and values, as in configuration files; all values are texts, and a key alone has none. */
export default function parseIni({ text, repeated = "last" }: ParseIniInput): ParseIniOutput {
  const top = new Map<string, Value>();
  const sections = new Map<string, Map<string, Value>>();
  let current = top;
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || /^[;#]/.test(line)) continue;
    if (line.startsWith("[")) {
      const name = /^\[([^\]]*)\]\s*(?:[;#].*)?$/.exec(line)?.[1]?.trim();
      if (name === undefined)
        throw new Error(`Line ${index + 1}: write a section as [name], with nothing after it`);
      current = sections.get(name) ?? new Map();
      sections.set(name, current);
      continue;
    }
    const [, key = "", value] = /((?:(?!\s[;#])[^=:])*)(?:[=:](.*))?/.exec(line) ?? [];
    const isList = key.trimEnd().endsWith("[]");
    const name = (isList ? key.replace("[]", "") : key).trim();
    if (name === "") throw new Error(`Line ${index + 1}: a value has no key before it`);
    const before = current.get(name);
    const fresh = value === undefined ? null : readValue(value);
    const isMore = isList || (repeated === "list" && before !== undefined);
    if (!isMore) current.set(name, fresh);
    else if (Array.isArray(before)) before.push(fresh);
    else current.set(name, before === undefined ? [fresh] : [before, fresh]);
  }
  const entries = [...sections].map(([name, values]) => [name, Object.fromEntries(values)] as const);
  return { values: Object.fromEntries(top), sections: Object.fromEntries(entries) };
}

/** Quotes keep spaces and comment marks; only within double quotes a backslash means something. */
function readValue(raw: string): string {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:[;#].*)?$/.exec(raw.trim()) ?? [];
  if (double !== undefined)
    return double.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
  return single ?? withoutComment(raw);
}

/** A mark counts after a space only: colours and web addresses hold it too. */
function withoutComment(text: string): string {
  return text.replace(/(?:^|\s)[;#].*/, "").trim();
}
