import type { Json } from "@action-collective/protocol";
import { MOST_COMBINED } from "./limits.ts";
import { merged, objectSchema, shapeOf, unionSchema } from "./object-schema.ts";

/**
 * What fits all of several schemas, as `A & B` does. Objects are closed, so it is one object with the properties of all, and
 * a union's members are combined one by one. Undefined where that cannot be told. Pure.
 */
export function intersectionOf(parts: readonly Json[]): Json | undefined {
  let combined: Json[][] = [[]];
  for (const part of parts) {
    const members = membersOf(part);
    if (combined.length * members.length > MOST_COMBINED) return undefined;
    combined = combined.flatMap((before) => members.map((member) => [...before, member]));
  }
  const results: Json[] = [];
  for (const members of combined) {
    const result = together(members);
    if (result === undefined) return undefined;
    if (result !== NEVER) results.push(result);
  }
  return results.length === 0 ? undefined : unionSchema(results);
}

const NEVER = Symbol("no value fits");
const PRIMITIVES = ["string", "number", "integer", "boolean"];

/** One of each union. */
function together(members: readonly Json[]): Json | typeof NEVER | undefined {
  const [first, ...more] = [
    ...new Map(members.map((member) => [JSON.stringify(member), member])).values(),
  ].filter((member) => !isAny(member));
  if (first === undefined) return {};
  if (more.length === 0) return first;
  const all = [first, ...more];
  const shapes = all.flatMap((member) => shapeOf(member) ?? []);
  if (shapes.length === all.length) return objectSchema(merged(shapes, both));
  const others = all.filter((member) => shapeOf(member) === undefined);
  const types = new Set(others.map(typeOf));
  const [type] = types;
  if (type === undefined || types.size > 1) return types.has(undefined) ? undefined : NEVER;
  // `string & { __brand: "Mail" }` is a string in JSON; `null & { … }` is nothing.
  if (shapes.length > 0 && !PRIMITIVES.includes(type)) return NEVER;
  return others.length === 1 && others[0] !== undefined ? others[0] : sameType(others);
}

/** Of one type: listed values are the narrower. */
function sameType(all: readonly Json[]): Json | typeof NEVER {
  const lists = all.flatMap((one) => {
    const { enum: values, const: value } = one as { enum?: Json[]; const?: Json };
    return values !== undefined ? [values] : value !== undefined ? [[value]] : [];
  });
  const [first, ...more] = lists;
  if (first === undefined) return { allOf: [...all] };
  const left = first.filter((value) => more.every((values) => values.includes(value)));
  return left.length === 0 ? NEVER : unionSchema(left.map((value) => ({ type: typeof value, const: value })));
}

function both(one: Json, other: Json): Json {
  return intersectionOf([one, other]) ?? { allOf: [one, other] };
}

function membersOf(schema: Json): Json[] {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [schema];
  if (Array.isArray(schema.anyOf)) return schema.anyOf;
  if (!Array.isArray(schema.type)) return [schema];
  const { type, enum: values, ...rest } = schema;
  if (Array.isArray(values))
    return values.map((value) => ({ ...rest, type: value === null ? "null" : typeof value, const: value }));
  return (type as string[]).map((one) => ({ ...rest, type: one }));
}

function isAny(schema: Json): boolean {
  return typeof schema === "object" && schema !== null && Object.keys(schema).length === 0;
}

function typeOf(schema: Json): string | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  return typeof schema.type === "string" ? schema.type : undefined;
}
