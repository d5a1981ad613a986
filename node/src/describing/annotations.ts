import type { Json } from "@action-collective/protocol";
import { type DocComment, lineOf } from "./doc-comment.ts";

/** A schema under construction. */
export type SchemaObject = { [keyword: string]: Json };

type Kind = "number" | "pattern" | "text" | "flag" | "JSON";

/** JSDoc tags that say what a type cannot, with the kind of value each has. They are JSON Schema's own words. */
const KEYWORDS: Readonly<
  Record<string, { readonly kind: Kind; readonly of?: "number" | "string" | "array" }>
> = {
  minimum: { kind: "number", of: "number" },
  maximum: { kind: "number", of: "number" },
  exclusiveMinimum: { kind: "number", of: "number" },
  exclusiveMaximum: { kind: "number", of: "number" },
  multipleOf: { kind: "number", of: "number" },
  minLength: { kind: "number", of: "string" },
  maxLength: { kind: "number", of: "string" },
  pattern: { kind: "pattern", of: "string" },
  format: { kind: "text", of: "string" },
  minItems: { kind: "number", of: "array" },
  maxItems: { kind: "number", of: "array" },
  uniqueItems: { kind: "flag", of: "array" },
  default: { kind: "JSON" },
};
/** TSDoc's word for one of them. */
const SYNONYMS: Readonly<Record<string, string>> = { defaultValue: "default" };
const CALLED = { number: "a number", string: "a string", array: "a list" };

/**
 * Adds to a schema what the comment beside its type says: the description, and bounds such as `@minimum 0`, `@integer`,
 * `@pattern ^[a-z]+$`. What a tag says that is no such value, or does not belong to the type, is told through `problem`.
 * Pure.
 */
export function annotated(
  schema: SchemaObject,
  doc: DocComment | undefined,
  problem: (text: string) => void,
): SchemaObject {
  if (doc === undefined) return schema;
  const added: SchemaObject = {};
  const description = lineOf(doc.description);
  if (description !== "") added.description = description;
  const types = [schema.type].flat();
  for (const { tag, text } of doc.tags) {
    if (tag === "integer" && types.includes("number")) {
      const whole = types.map((type) => (type === "number" ? "integer" : type)) as string[];
      added.type = whole.length === 1 ? "integer" : whole;
    }
    const word = SYNONYMS[tag] ?? tag;
    const keyword = Object.hasOwn(KEYWORDS, word) ? KEYWORDS[word] : undefined;
    if (keyword === undefined) continue;
    const { kind, of } = keyword;
    const value = taggedValue(kind, lineOf(text));
    if (of !== undefined && !types.includes(of)) problem(`@${tag} belongs to ${CALLED[of]}`);
    else if (value === undefined) problem(`@${tag} says "${lineOf(text).slice(0, 60)}", which is no ${kind}`);
    else added[word] = value;
  }
  return { ...schema, ...added };
}

function taggedValue(kind: Kind, line: string): Json | undefined {
  switch (kind) {
    case "flag":
      return line === "" || line === "true" ? true : undefined;
    case "text":
      return line === "" ? undefined : line;
    case "pattern":
      return line !== "" && isPattern(line) ? line : undefined;
    case "number":
      return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(line) ? Number(line) : undefined;
    case "JSON":
      return jsonIn(line.replace(/^`(.*)`$/, "$1").replace(/^'([^'"\\]*)'$/, '"$1"'));
  }
}

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
