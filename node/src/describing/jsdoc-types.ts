import { type DocTag, parseDocComment } from "./doc-comment.ts";

/** `@param {T} [input.n=1] - text`, and `@property` likewise. */
export interface Param {
  /** `input.list[].name` is `["input", "list", "name"]`; empty where no name stands. */
  readonly path: readonly string[];
  readonly type: string | undefined;
  readonly optional: boolean;
  readonly text: string;
}

export function paramOf({ type, text }: DocTag): Param {
  const bracketed = text.startsWith("[");
  const end = bracketed ? closing(text) : text.search(/\s/);
  const written = end === -1 ? text : text.slice(0, end);
  const [name = ""] = (bracketed ? written.slice(1) : written).split("=", 1);
  const named = /^[\p{ID_Continue}$.[\]]+$/u.test(name.trim());
  const rest = named ? text.slice(written.length + (bracketed ? 1 : 0)) : text;
  return {
    path: named ? pathOf(name) : [],
    type,
    optional: bracketed || type?.endsWith("=") === true,
    text: rest.replace(/\s+/g, " ").trim().replace(/^-\s?/, ""),
  };
}

function pathOf(name: string): string[] {
  return name
    .trim()
    .replaceAll("[]", "")
    .split(".")
    .filter((part) => part !== "");
}

/** Where the bracket that a text begins with is closed; defaults may hold some. */
function closing(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") depth++;
    else if (text[at] === "]" && --depth === 0) return at;
  }
  return -1;
}

/** An object whose properties are said one by one. */
export function isBareObject(type: string | undefined): boolean {
  return type === undefined || /^[oO]bject=?$/.test(type.trim());
}

/** A type as JSDoc has it, in the words of TypeScript. */
export function typeScriptOf(text: string): string {
  const bare = text
    .trim()
    .replace(/=$/, "")
    .replace(/^!/, "")
    .replaceAll(".<", "<")
    .replace(/\bObject</g, "Record<")
    .replace(/^Object$/, "object")
    .replace(/^(String|Number|Boolean)(?=$|\[)/, (name) => name.toLowerCase());
  if (bare === "*" || bare === "?") return "unknown";
  return bare.startsWith("?") ? `(${bare.slice(1)}) | null` : bare;
}

/** `@typedef {T} Name`, and `@typedef {Object} Name` with its `@property` tags, of one comment. */
export function typedefsIn(comment: string): { readonly name: string; readonly type: string }[] {
  if (!comment.includes("@typedef")) return [];
  const tags = parseDocComment(comment)?.tags ?? [];
  const typedef = tags.find(({ tag }) => tag === "typedef");
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(typedef?.text ?? "")?.[0];
  if (typedef === undefined || name === undefined) return [];
  const properties = tags.filter(({ tag }) => tag === "property" || tag === "prop").map(paramOf);
  if (properties.length === 0 || !isBareObject(typedef.type))
    return typedef.type === undefined ? [] : [{ name, type: typeScriptOf(typedef.type) }];
  return [{ name, type: objectTypeOf(properties, 0) }];
}

/** The object type of parameters that are said one by one, as text; what lies deeper belongs to what holds it. */
export function objectTypeOf(params: readonly Param[], depth: number): string {
  const members = params.flatMap(({ path, type, optional, text }, index) => {
    const key = path[depth];
    if (key === undefined || path.length !== depth + 1) return [];
    const deeper = params
      .slice(index + 1)
      .filter((one) => one.path.length > depth + 1 && one.path[depth] === key);
    const list = /^(?:[oO]bject\[\]|Array\.?<[oO]bject>)=?$/.test(type ?? "");
    if (type === undefined && deeper.length === 0) return [];
    let written = typeScriptOf(type ?? "unknown");
    if (deeper.length > 0 && (list || isBareObject(type)))
      written = `${objectTypeOf(deeper, depth + 1)}${list ? "[]" : ""}`;
    // A star and a slash would end the comment that it stands in.
    const doc = text === "" ? "" : `/** ${text.replaceAll("*/", "* /")} */ `;
    return [`${doc}${JSON.stringify(key)}${optional ? "?" : ""}: ${written};`];
  });
  return `{ ${members.join(" ")} }`;
}
