type Encoding = "none" | "html" | "json" | "url";
type OnMissing = "keep" | "empty" | "error";
type FillTemplateInput = {
  template: string;
  values: Record<string, unknown>;
  onMissing?: OnMissing;
  encode?: Encoding;
};
type FillTemplateOutput = { text: string; missing: string[]; unused: string[] };

const PLACEHOLDER = /\\?\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g;
const MAX_LENGTH = 500_000;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Puts values in for `{{name}}`, `{{order.items.0.title}}` or `{{name|default}}`; a backslash before keeps one as it is. */
export default function fillTemplate(input: FillTemplateInput): FillTemplateOutput {
  const { template, values, onMissing = "keep", encode = "none" } = input;
  const missing = new Set<string>();
  const used = new Set<string>();
  let length = template.length;
  const text = template.replace(PLACEHOLDER, (whole: string, name: string, fallback?: string) => {
    if (whole.startsWith("\\")) return whole.slice(1);
    const path = name.trim();
    if (path === "")
      throw new Error(`The placeholder ${whole} has no name: write {{name}}, or \\{{ to keep the braces`);
    used.add(path.split(".")[0] ?? "");
    const value = lookUp(values, path);
    if (value === undefined && fallback === undefined) missing.add(path);
    const filled =
      encoded(asText(value) ?? fallback?.trim() ?? (onMissing === "empty" ? "" : undefined), encode) ?? whole;
    length += filled.length - whole.length;
    if (length > MAX_LENGTH)
      throw new Error(`The filled text is longer than ${MAX_LENGTH} characters: use shorter values`);
    return filled;
  });
  if (onMissing === "error" && missing.size > 0)
    throw new Error(`No value for ${[...missing].join(", ")}: add to values`);
  return { text, missing: [...missing], unused: Object.keys(values).filter((key) => !used.has(key)) };
}

/** Undefined where the path leads nowhere, or to null; only what the values hold themselves counts. */
function lookUp(values: unknown, path: string): unknown {
  let value = values;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = new Map<string, unknown>(Object.entries(value)).get(step);
  }
  return value ?? undefined;
}

function asText(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

function encoded(text: string | undefined, encode: Encoding): string | undefined {
  if (text === undefined || encode === "none") return text;
  if (encode === "url") return encodeURIComponent(text.toWellFormed());
  if (encode === "json") return JSON.stringify(text).slice(1, -1);
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
