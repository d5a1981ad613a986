import type { Json } from "@action-collective/protocol";
import { type DocComment, lineOf } from "./doc-comment.ts";

/** A schema under construction. */
export type SchemaObject = { [keyword: string]: Json };

/** JSDoc tags that say what a type cannot, with the kind of value each has. They are JSON Schema's own words. */
const KEYWORDS: Readonly<Record<string, "number" | "text" | "flag" | "json">> = {
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  multipleOf: "number",
  minLength: "number",
  maxLength: "number",
  minItems: "number",
  maxItems: "number",
  uniqueItems: "flag",
  pattern: "text",
  format: "text",
  default: "json",
};

/**
 * Adds to a schema what the comment beside its type says: the description, and bounds such as `@minimum 0`, `@integer`,
 * `@pattern ^[a-z]+$`. What a tag says that is no such value is told through `problem`. Pure.
 */
export function annotated(
  schema: SchemaObject,
  doc: DocComment | undefined,
  problem: (text: string) => void,
): SchemaObject {
  if (doc === undefined) return schema;
  // What stands beside a reference would be lost on readers of older drafts, and the type it names is shared.
  const added: SchemaObject = {};
  const description = lineOf(doc.description);
  if (description !== "") added.description = description;
  let { type } = schema;
  for (const { tag, text } of doc.tags) {
    if (tag === "integer" && type === "number") type = "integer";
    const kind = KEYWORDS[tag];
    if (kind === undefined) continue;
    const value = taggedValue(kind, text);
    if (value === undefined) problem(`@${tag} says "${lineOf(text).slice(0, 60)}", which is no ${kind}`);
    else added[tag] = value;
  }
  return { ...schema, ...(type === undefined ? {} : { type }), ...added };
}

function taggedValue(kind: "number" | "text" | "flag" | "json", text: string): Json | undefined {
  const line = lineOf(text);
  switch (kind) {
    case "flag":
      return line === "" || line === "true" ? true : undefined;
    case "text":
      return line === "" ? undefined : line;
    case "number":
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(line) ? Number(line) : undefined;
    case "json":
      try {
        return JSON.parse(line) as Json;
      } catch {
        return undefined;
      }
  }
}
