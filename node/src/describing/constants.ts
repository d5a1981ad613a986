import type { Json } from "@action-collective/protocol";
import type { Node } from "oxc-parser";
import { keyName, literalValue } from "./literal-value.ts";
import { enumSchema, objectSchema, unionSchema } from "./object-schema.ts";
import type { Declaration } from "./source-module.ts";

/** What `typeof` means of a constant that is written out; undefined for one that is computed. Pure. */
export function schemaOfConstant(node: Node): Json | undefined {
  const value = literalValue(node);
  return value === undefined ? undefined : schemaOfValue(value, isAsConst(node));
}

/** `keyof typeof` of an object that is written out, whatever its values are. Pure. */
export function keysOfConstant(node: Node): string[] | undefined {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "ParenthesizedExpression":
      return keysOfConstant(node.expression);
    case "ObjectExpression": {
      const keys = node.properties.map((property) =>
        property.type === "Property" && !property.computed ? keyName(property.key) : undefined,
      );
      return keys.length > 0 && keys.every((key) => key !== undefined) ? keys : undefined;
    }
    default:
      return undefined;
  }
}

/** The members of an enum with their values; undefined where one is computed. Pure. */
export function enumMembers({
  body,
}: Extract<Declaration, { type: "TSEnumDeclaration" }>): Map<string, Json | undefined> {
  const members = new Map<string, Json | undefined>();
  let next: number | undefined = 0;
  for (const { id, initializer } of body.members) {
    const value: Json | undefined = initializer === null ? next : literalValue(initializer);
    next = typeof value === "number" ? value + 1 : undefined;
    members.set(keyName(id) ?? "", value);
  }
  return members;
}

function isAsConst(node: Node): boolean {
  if (node.type === "TSSatisfiesExpression" || node.type === "ParenthesizedExpression")
    return isAsConst(node.expression);
  if (node.type !== "TSAsExpression" || node.typeAnnotation.type !== "TSTypeReference") return false;
  const { typeName } = node.typeAnnotation;
  return typeName.type === "Identifier" && typeName.name === "const";
}

function schemaOfValue(value: Json, exact: boolean): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => schemaOfValue(item, exact));
    return { type: "array", items: items.length === 0 ? {} : unionSchema(items) };
  }
  if (typeof value !== "object" || value === null)
    return exact || value === null ? enumSchema([value]) : { type: typeof value };
  const properties = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, schemaOfValue(inner, exact)]),
  );
  return objectSchema({ properties, required: Object.keys(properties), rest: false });
}
