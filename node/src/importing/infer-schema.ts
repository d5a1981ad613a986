import { isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";

/** Objects with more keys than this are tables, whose keys are data. */
const MOST_KEYS = 16;
/** Values that are looked at. */
const MOST_VALUES = 400;
const MOST_DEPTH = 6;

/**
 * A permissive schema that all of these values fit: types, and the properties that every object of a place has. Pure.
 * @param isDate whether texts at a path (keys, null for items) are dates
 */
export function inferSchema(
  values: readonly Json[],
  isDate: (path: readonly (string | null)[]) => boolean = () => false,
  path: readonly (string | null)[] = [],
): JsonObject {
  const seen = values.slice(0, MOST_VALUES);
  if (seen.length === 0 || path.length > MOST_DEPTH) return {};
  const types = new Set(seen.map(typeOf));
  // What takes many kinds takes anything.
  if (types.size > 4) return {};
  const schema: JsonObject = { type: types.size === 1 ? ([...types][0] ?? "null") : [...types].toSorted() };
  // A date that is none is the text that JavaScript has for it.
  if (types.has("string") && isDate(path) && !seen.includes("Invalid Date")) schema.format = "date-time";
  const lists = seen.filter((value) => Array.isArray(value));
  if (lists.length > 0) {
    const items = inferSchema(lists.flat(), isDate, [...path, null]);
    if (Object.keys(items).length > 0) schema.items = items;
  }
  const objects = seen.filter((value) => isJsonObject(value));
  if (objects.length > 0) Object.assign(schema, ofObjects(objects, isDate, path));
  return schema;
}

function ofObjects(
  objects: readonly JsonObject[],
  isDate: (path: readonly (string | null)[]) => boolean,
  path: readonly (string | null)[],
): JsonObject {
  const keys = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const shared = keys.filter((key) => objects.every((one) => Object.hasOwn(one, key)));
  // One record of fields, or a table: fields recur.
  if (
    keys.length > MOST_KEYS ||
    shared.length === 0 ||
    keys.some((key) => key === "__proto__" || key.length > 64)
  )
    return {};
  const properties = Object.fromEntries(
    keys.map((key) => {
      const inner = objects.flatMap((one) => (Object.hasOwn(one, key) ? [one[key] as Json] : []));
      return [key, inferSchema(inner, isDate, [...path, key])];
    }),
  );
  return objects.length < 2 ? { properties } : { properties, required: shared };
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
