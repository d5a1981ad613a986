import type { Json } from "@action-collective/protocol";

/** What a schema asks for, as a form sees it. One level: what lies below is looked at when it is shown, so schemas may recurse. */
export type Field =
  | { readonly kind: "object"; readonly properties: readonly Property[] }
  | { readonly kind: "array"; readonly items: Json; readonly least: number; readonly most: number }
  | { readonly kind: "text" }
  | {
      readonly kind: "number";
      readonly integer: boolean;
      readonly least?: number | undefined;
      readonly most?: number | undefined;
    }
  | { readonly kind: "truth" }
  | { readonly kind: "choice"; readonly values: readonly Json[] }
  /** Any of several shapes. */
  | { readonly kind: "ways"; readonly ways: readonly Json[] }
  /** Whatever a form cannot say. */
  | { readonly kind: "json" };

export interface Property {
  readonly name: string;
  readonly schema: Json;
  readonly required: boolean;
}

export type JsonObject = { readonly [key: string]: Json };
const JSON_FIELD: Field = { kind: "json" };
/** References that lead to references; a longer chain is a circle. */
const REFERENCES = 8;
/** Keywords that give a schema a shape of its own. */
const SHAPING = ["type", "properties", "items", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Follows `$ref` inside of `root`; undefined where it leads nowhere or in a circle. */
export function resolved(schema: Json, root: Json): JsonObject | undefined {
  let at: Json | undefined = schema;
  for (let hops = 0; hops <= REFERENCES; hops++) {
    if (at === true) return {};
    if (!isObject(at)) return undefined;
    const { $ref: to, ...beside }: JsonObject = at;
    if (typeof to !== "string") return at;
    const target = pointed(to, root);
    at = isObject(target) ? { ...target, ...beside } : target;
  }
  return undefined;
}

function pointed(reference: string, root: Json): Json | undefined {
  if (!reference.startsWith("#")) return undefined;
  let at: Json | undefined = root;
  for (const step of reference.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

export function fieldOf(given: Json, root: Json): Field {
  const schema = resolved(given, root);
  if (schema === undefined) return JSON_FIELD;
  if (schema.const !== undefined) return { kind: "choice", values: [schema.const] };
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return { kind: "choice", values: schema.enum };
  const ways = waysOf(schema);
  if (ways !== undefined) return ways.length === 0 ? JSON_FIELD : { kind: "ways", ways };
  return ofType(schema);
}

/** The shapes between which a schema lets choose: undefined when there is no choice, empty when it is none for a form. */
function waysOf(schema: JsonObject): readonly Json[] | undefined {
  const { anyOf, oneOf, allOf, type, ...rest } = schema;
  if (Array.isArray(allOf)) return [];
  if (Array.isArray(anyOf) && Array.isArray(oneOf)) return [];
  const listed = anyOf ?? oneOf;
  const beside: JsonObject = type === undefined ? rest : { ...rest, type };
  if (Array.isArray(listed)) {
    // `anyOf: [{ required: ["a"] }, { required: ["b"] }]` is no shape of its own: the peer checks it.
    const shaped = listed.some((way) => isObject(way) && SHAPING.some((word) => Object.hasOwn(way, word)));
    if (!shaped && SHAPING.some((word) => Object.hasOwn(beside, word))) return undefined;
    if (Object.hasOwn(rest, "properties")) return [];
    const { description: _, title: __, default: ___, ...kept } = beside;
    return listed.map((way) => (isObject(way) ? { ...kept, ...way } : way));
  }
  if (Array.isArray(type)) return type.map((one) => ({ ...rest, type: one }));
  return undefined;
}

function ofType(schema: JsonObject): Field {
  switch (typeOf(schema)) {
    case "object":
      return objectField(schema);
    case "array": {
      const { items, prefixItems, minItems, maxItems } = schema;
      if (items === undefined || typeof items === "boolean" || prefixItems !== undefined) return JSON_FIELD;
      return {
        kind: "array",
        items,
        least: numberOr(minItems, 0),
        most: numberOr(maxItems, Number.POSITIVE_INFINITY),
      };
    }
    case "string":
      return { kind: "text" };
    case "number":
    case "integer": {
      const { minimum, maximum } = schema;
      const bounds = { least: numberOr(minimum, undefined), most: numberOr(maximum, undefined) };
      return { kind: "number", integer: schema.type === "integer", ...bounds };
    }
    case "boolean":
      return { kind: "truth" };
    case "null":
      return { kind: "choice", values: [null] };
    default:
      return JSON_FIELD;
  }
}

function objectField({ properties, required }: JsonObject): Field {
  if (!isObject(properties) || Object.keys(properties).length === 0) return JSON_FIELD;
  const needed = Array.isArray(required) ? required : [];
  const all = Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    required: needed.includes(name),
  }));
  // Manifests keep no order: what is needed comes first.
  return { kind: "object", properties: all.sort((a, b) => Number(b.required) - Number(a.required)) };
}

const typeOf = ({ type, properties, items }: JsonObject): Json | undefined =>
  type ?? (properties !== undefined ? "object" : items !== undefined ? "array" : undefined);

const numberOr = <Other>(value: Json | undefined, other: Other): number | Other =>
  typeof value === "number" ? value : other;
