import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { firstIssue } from "./manifest.ts";

/** Says what is wrong with a value; undefined when nothing is. */
export type ContentCheck = (value: Json) => string | undefined;

/** Keywords that say something of one type only, and what Zod makes of them only where that type is written. */
const OF_TYPE: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "patternProperties", "minProperties"]],
  ["array", ["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"]],
  ["string", ["minLength", "maxLength", "pattern"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];
/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = ["items", "additionalProperties", "contains"] as const;
const LISTS = ["anyOf", "oneOf", "allOf", "prefixItems"] as const;
const NAMED = ["properties", "patternProperties", "$defs", "definitions"] as const;

/**
 * Checks values against a JSON Schema of one's own: it is compiled as it is, so one of a stranger does not belong here.
 * @throws {Error} for what is no JSON Schema, and for one that would be checked in part only
 */
export function contentCheck(schema: Json): ContentCheck {
  const compiled = z.fromJSONSchema(whole(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  return (value) => {
    const parsed = compiled.safeParse(value);
    return parsed.success ? undefined : firstIssue(parsed.error);
  };
}

/** The schema so that Zod overlooks nothing of it: it does not ask for a required property that is not described. */
function whole(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const untyped = OF_TYPE.find(
    ([, keywords]) => schema.type === undefined && keywords.some((keyword) => keyword in schema),
  );
  if (untyped !== undefined) throw new Error(`a schema that describes one needs type: "${untyped[0]}"`);
  const result: JsonObject = { ...schema };
  for (const keyword of ONE) if (keyword in result) result[keyword] = whole(result[keyword] as Json);
  for (const keyword of LISTS) {
    const list = result[keyword];
    if (Array.isArray(list)) result[keyword] = list.map(whole);
  }
  for (const keyword of NAMED) {
    const named = result[keyword];
    if (isJsonObject(named))
      result[keyword] = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, whole(part)]));
  }
  if (Array.isArray(result.required)) result.properties = withRequired(result, result.required);
  return result;
}

function withRequired(
  { properties = {}, additionalProperties: others = true }: JsonObject,
  names: Json[],
): Json {
  if (!isJsonObject(properties)) return properties;
  const missing = names.filter((name) => typeof name === "string" && !Object.hasOwn(properties, name));
  const described = others === false ? { not: {} } : isJsonObject(others) ? others : {};
  return { ...properties, ...Object.fromEntries(missing.map((name) => [name, described])) };
}
