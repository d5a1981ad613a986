import type { Json } from "@action-collective/protocol";
import type { SchemaObject } from "./annotations.ts";

/** The properties of an object type, in order. */
export interface Shape {
  readonly properties: Readonly<Record<string, Json>>;
  readonly required: readonly string[];
  /** What other keys hold; false where there may be none. */
  readonly rest: Json;
}

export function objectSchema({ properties, required, rest }: Shape): SchemaObject {
  return {
    type: "object",
    ...(Object.keys(properties).length === 0 && rest !== false ? {} : { properties: { ...properties } }),
    ...(required.length === 0 ? {} : { required: [...required] }),
    additionalProperties: rest,
  };
}

/** Undefined for a schema that is not one of `objectSchema`'s. */
export function shapeOf(schema: Json): Shape | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || schema.type !== "object")
    return undefined;
  return {
    properties: (schema.properties ?? {}) as Record<string, Json>,
    required: (schema.required ?? []) as string[],
    rest: schema.additionalProperties ?? true,
  };
}

/** What has all the properties of both. @param both what a property is that several have; the later one, if left out */
export function merged(
  shapes: readonly Shape[],
  both: (one: Json, other: Json) => Json = (_, later) => later,
): Shape {
  const properties = new Map<string, Json>();
  for (const shape of shapes)
    for (const [key, schema] of Object.entries(shape.properties)) {
      const before = properties.get(key);
      properties.set(key, before === undefined ? schema : both(before, schema));
    }
  return {
    properties: Object.fromEntries(properties),
    required: [...new Set(shapes.flatMap(({ required }) => required))],
    rest: shapes.find(({ rest }) => rest !== false)?.rest ?? false,
  };
}

export function picked(shape: Shape, keys: readonly string[], keep: boolean): Shape {
  const wanted = (key: string) => keys.includes(key) === keep;
  return {
    ...shape,
    properties: Object.fromEntries(Object.entries(shape.properties).filter(([key]) => wanted(key))),
    required: shape.required.filter(wanted),
  };
}

/** One schema for several, in the shortest form that says the same: a list of values, a list of types, or `anyOf`. */
export function unionSchema(members: readonly Json[]): Json {
  const different = [...new Map(members.map((member) => [JSON.stringify(member), member])).values()];
  const [only] = different;
  if (only !== undefined && different.length === 1) return only;
  const values = different.map(valuesOf);
  if (values.every((one) => one !== undefined)) return enumSchema(values.flat());
  const types = different.map(plainType);
  if (types.every((one) => one !== undefined)) return { type: [...new Set(types.flat())] };
  return { anyOf: different };
}

/** The type is named beside the values: some readers of schemas want one always. */
export function enumSchema(values: readonly Json[]): SchemaObject {
  const unique = [...new Set(values)];
  const types = [...new Set(unique.map((value) => (value === null ? "null" : typeof value)))];
  const [type] = types;
  const [value] = unique;
  return {
    type: types.length === 1 && type !== undefined ? type : types,
    ...(unique.length === 1 && value !== undefined ? { const: value } : { enum: unique }),
  };
}

function valuesOf(schema: Json): Json[] | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  if (schema.type === "null" && Object.keys(schema).length === 1) return [null];
  if (Array.isArray(schema.enum)) return schema.enum;
  return schema.const === undefined ? undefined : [schema.const];
}

/** The type of a schema that says nothing else. */
function plainType(schema: Json): string[] | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  const { type, ...more } = schema;
  if (Object.keys(more).length > 0 || type === undefined) return undefined;
  return Array.isArray(type) ? (type as string[]) : [type as string];
}

/** The texts that a schema lists. */
export function textsOf(schema: Json | undefined): string[] | undefined {
  const values = schema === undefined ? undefined : valuesOf(schema);
  return values !== undefined && values.length > 0 && values.every((value) => typeof value === "string")
    ? values
    : undefined;
}

/** The schema without null. */
export function withoutNull(schema: Json): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  if (Array.isArray(schema.anyOf)) return unionSchema(schema.anyOf.filter((one) => !isNull(one)));
  if (!Array.isArray(schema.type)) return schema;
  const { type, enum: values, ...rest } = schema;
  const types = (type as Json[]).filter((one) => one !== "null");
  if (Array.isArray(values)) return { ...rest, ...enumSchema(values.filter((value) => value !== null)) };
  return { ...rest, type: types.length === 1 && types[0] !== undefined ? types[0] : types };
}

function isNull(schema: Json): boolean {
  return valuesOf(schema)?.every((value) => value === null) === true;
}
