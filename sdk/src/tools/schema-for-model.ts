import { cleanText, isJsonObject, type Json, type JsonObject, limits } from "@action-collective/protocol";
import { holdsMark, oneLine } from "./one-line.ts";
import type { ObjectSchema } from "./types.ts";

/** Of one description inside a schema: enough to say what a parameter is, too little for a speech. */
const DESCRIPTION_CHARACTERS = 240;
/** An enum's value is a word; a longer one is a text in disguise. */
const VALUE_CHARACTERS = 80;
/** Keywords whose values are maps from the author's own names, or patterns of names, to schemas. */
const NAMED = new Set([
  ...["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependentRequired"],
]);
/** Keywords whose values are words of JSON Schema. */
const WORDS = new Set(["type", "format", "contentEncoding", "contentMediaType"]);
const WORD = /^[\w.+/-]{1,40}$/;
const REFERENCES = new Set(["$ref", "$dynamicRef"]);
const REFERENCE = /^#[\w.$%~/-]{0,200}$/;
/** Shown as they are where they are short. */
const VALUES = new Set(["const", "enum", "default"]);
/** What else says what a schema accepts. Decorations and keywords that nobody defined are places for prose. */
const SHOWN = new Set([
  ...["description", "pattern", "required", "additionalProperties", "propertyNames", "unevaluatedProperties"],
  ...["minProperties", "maxProperties", "items", "prefixItems", "additionalItems", "unevaluatedItems"],
  ...["contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems", "contentSchema"],
  ...["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "minLength", "maxLength"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "deprecated"],
]);
/** What interfaces for tools take as the name of a parameter. */
const PARAMETER_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

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
    if (safe !== undefined) kept[key] = safe;
  }
  return kept;
}

function keyword(key: string, value: Json, levels: number): Json | undefined {
  if (VALUES.has(key)) return isShort(value) ? value : undefined;
  if (WORDS.has(key)) return [value].flat().every((word) => isLike(WORD, word)) ? value : undefined;
  if (REFERENCES.has(key)) return isLike(REFERENCE, value) ? value : undefined;
  if (key === "pattern") return typeof value === "string" && !holdsMark(value) ? value : undefined;
  if (key === "required" && Array.isArray(value)) return value.map(nameOf);
  if (NAMED.has(key) && isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [nameOf(name), shown(inner, levels - 2)]),
    );
  return SHOWN.has(key) ? shown(value, levels - 1) : undefined;
}

/**
 * Whether its author named nothing in a way that interfaces for tools refuse, or that says more than a name. In an answer
 * any name is marked as a stranger's; in a tool's definition nothing marks it.
 */
export function hasPlainNames(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(hasPlainNames);
  if (!isJsonObject(schema)) return true;
  return Object.entries(schema).every(([key, value]) => {
    if (VALUES.has(key)) return true;
    if (key === "required") return arePlainNames(value);
    if (!NAMED.has(key) || !isJsonObject(value)) return hasPlainNames(value);
    const inside = key === "dependentRequired" ? arePlainNames : hasPlainNames;
    return arePlainNames(Object.keys(value)) && Object.values(value).every(inside);
  });
}

function arePlainNames(names: Json): boolean {
  return Array.isArray(names) && names.every((name) => isLike(PARAMETER_NAME, name));
}

function isLike(form: RegExp, value: Json): boolean {
  return typeof value === "string" && form.test(value);
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
