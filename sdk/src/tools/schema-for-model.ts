import { cleanText, isJsonObject, type Json, type JsonObject, limits } from "@action-collective/protocol";
import { holdsMark, oneLine } from "./one-line.ts";
import type { ObjectSchema } from "./types.ts";

/** Of one description inside a schema: enough to say what a parameter is, too little for a speech. */
const DESCRIPTION_CHARACTERS = 160;
/** An enum's value is a word; a longer one is a text in disguise. */
const VALUE_CHARACTERS = 80;
/** Prose that tells a model nothing which the rest does not. */
const LEFT_OUT = new Set(["$schema", "$comment", "title", "examples"]);
/** Keys whose values are names of the schema's author, not keywords. */
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

/**
 * A stranger's JSON Schema as a model may see it: its structure whole, its prose short, clean and in one line, its
 * decorations left out. What it accepts stays the same, but for values too long to be words, which are no longer listed:
 * the peer checks the input against the real schema anyway.
 */
export function schemaForModel(schema: Json): Json {
  return shown(schema, limits.schemaDepth);
}

/** The same for what must be an object, as parameters of a tool must. */
export function objectSchemaForModel(schema: Json): ObjectSchema {
  const safe = schemaForModel(schema);
  return isJsonObject(safe) ? { ...safe, type: "object" } : { type: "object" };
}

function shown(schema: Json, levels: number): Json {
  if (levels < 0) return {};
  if (Array.isArray(schema)) return schema.map((entry) => shown(entry, levels - 1));
  if (!isJsonObject(schema))
    return typeof schema === "string" ? oneLine(schema, DESCRIPTION_CHARACTERS) : schema;
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    const safe = keyword(key, value, levels);
    if (safe !== undefined) kept[nameOf(key)] = safe;
  }
  return kept;
}

function keyword(key: string, value: Json, levels: number): Json | undefined {
  if (LEFT_OUT.has(key)) return undefined;
  if (key === "const" || key === "enum" || key === "default") return isShort(value) ? value : undefined;
  if (key === "pattern" || key === "$ref" || key === "$dynamicRef")
    return typeof value === "string" && !holdsMark(value) ? value : undefined;
  if (key === "required" && Array.isArray(value)) return value.map(nameOf);
  if (NAMED.has(key) && isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [nameOf(name), shown(inner, levels - 2)]),
    );
  return shown(value, levels - 1);
}

/** Names of properties must stay what the action reads; honest ones are not changed by this. */
function nameOf(name: Json): string {
  return typeof name === "string" ? cleanText(name, limits.schemaKeyCharacters) : "";
}

function isShort(value: Json): boolean {
  const values = Array.isArray(value) ? value : [value];
  return values.every((entry) => {
    const text = JSON.stringify(entry);
    return text.length <= VALUE_CHARACTERS && !holdsMark(text);
  });
}
