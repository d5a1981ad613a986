/** One tag of a JSDoc comment: `@param {T} name text` has all three parts, `@tag text` the last. */
export interface DocTag {
  readonly tag: string;
  readonly type?: string;
  readonly text: string;
}

/** A JSDoc comment, as people write it: prose first, then tags. */
export interface DocComment {
  readonly description: string;
  readonly tags: readonly DocTag[];
}

/** Lines of one comment that are looked at; nobody reads a longer one. */
const MOST_LINES = 400;
/** `{@link Name}`, `{@link Name text}`, `{@link Name | text}` */
const LINK = /\{@(?:link|linkcode|linkplain|code)\s([^{}]{1,200})\}/g;

/** Reads what stands between `/*` and its end. Undefined for a comment that is no JSDoc. Pure. */
export function parseDocComment(text: string): DocComment | undefined {
  if (!text.startsWith("*")) return undefined;
  const lines = text
    .slice(1)
    .replace(LINK, (_, inner: string) => linkText(inner.trim()))
    .split("\n", MOST_LINES)
    .map((line) => line.replace(/^[ \t]*\*? ?/, "").trimEnd());
  const description: string[] = [];
  const tags: { tag: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of lines) {
    if (line.trimStart().startsWith("```")) fenced = !fenced;
    // In a code block, an @ begins a decorator.
    const begin = fenced ? null : /^\s*@([a-zA-Z]+)\b ?(.*)$/.exec(line);
    if (begin !== null) tags.push({ tag: begin[1] ?? "", lines: [begin[2] ?? ""] });
    else (tags.at(-1)?.lines ?? description).push(line);
  }
  return {
    description: paragraphOf(description),
    tags: tags.map(({ tag, lines: own }) => {
      const all = own.join("\n");
      // What an example says is code; its lines count.
      return { tag, ...(tag === "example" ? { text: all } : typed(all.trim())) };
    }),
  };
}

/** What a tag says, in one line. */
export function lineOf(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The tags of one name, in their order. */
export function tagsOf(doc: DocComment | undefined, name: string): DocTag[] {
  return (doc?.tags ?? []).filter(({ tag }) => tag === name);
}

/** What the first tag of a name says; undefined where it says nothing. */
export function textOf(doc: DocComment | undefined, name: string): string | undefined {
  const text = lineOf(tagsOf(doc, name)[0]?.text ?? "");
  return text === "" ? undefined : text;
}

function linkText(inner: string): string {
  const [target = "", ...text] = inner.split(inner.includes("|") ? "|" : " ");
  return text.length === 0 ? target : text.join(" ").trim();
}

/** Lines of prose belong together; an empty line parts them. */
function paragraphOf(lines: readonly string[]): string {
  return lines
    .join("\n")
    .trim()
    .split(/\n\s*\n/)
    .map(lineOf)
    .join("\n\n");
}

/** `{type} rest`, with braces counted: a type may hold some. */
function typed(text: string): { type?: string; text: string } {
  if (!text.startsWith("{")) return { text };
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0)
      return { type: text.slice(1, at).trim(), text: text.slice(at + 1).trim() };
  }
  return { text };
}
