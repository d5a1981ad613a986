import type { Json } from "@action-collective/protocol";
import type { Node, TSType } from "oxc-parser";
import type { Shape } from "./object-schema.ts";

export function mayBeUndefined(type: TSType): boolean {
  return type.type === "TSUnionType" && type.types.some((member) => member.type === "TSUndefinedKeyword");
}

export function tupleElement(element: Node): { type: TSType; optional: boolean; many: boolean } {
  switch (element.type) {
    case "TSNamedTupleMember": {
      const inner = tupleElement(element.elementType);
      return { ...inner, optional: element.optional || inner.optional };
    }
    case "TSOptionalType":
      return { type: element.typeAnnotation, optional: true, many: false };
    case "TSRestType":
      return { type: element.typeAnnotation as TSType, optional: true, many: true };
    default:
      return { type: element as TSType, optional: false, many: false };
  }
}

export function shapeOfArray(schema: Json): Json | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  return schema.type === "array" ? schema.items : undefined;
}

export function patternOf(schema: Json): string | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return undefined;
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : schema.const === undefined
      ? undefined
      : [schema.const];
  if (values !== undefined)
    return `(?:${values.map((value) => String(value).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|")})`;
  if (schema.type === "number") return "-?[0-9.e+-]+";
  return schema.type === "string" && schema.pattern === undefined ? ".*" : undefined;
}

export function propertyOf(shape: Shape | undefined, key: string): Json | undefined {
  return shape !== undefined && Object.hasOwn(shape.properties, key) ? shape.properties[key] : undefined;
}

export function referenceTo(label: string): { $ref: string } {
  return { $ref: `#/$defs/${encodeURIComponent(label)}` };
}

/** Whether a schema refers to one by that name without anything around it, in a union or not. */
export function leadsTo(schema: Json, reference: string): boolean {
  const { $ref, anyOf, allOf } = schema as { $ref?: Json; anyOf?: Json[]; allOf?: Json[] };
  return $ref === reference || [...(anyOf ?? []), ...(allOf ?? [])].some((one) => leadsTo(one, reference));
}

/** Ends as soon as it is: parts that stand in many places are written many times. */
export function isLongerThan(value: Json, most: number): boolean {
  let left = most;
  const fits = (one: Json): boolean => {
    left -= typeof one === "string" ? one.length : 2;
    if (left < 0) return false;
    if (typeof one !== "object" || one === null) return true;
    if (Array.isArray(one)) return one.every(fits);
    return Object.entries(one).every(([key, inner]) => {
      left -= key.length;
      return fits(inner);
    });
  };
  return !fits(value);
}
