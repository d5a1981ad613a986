import type { Json } from "@action-collective/protocol";
import type { Node } from "oxc-parser";
import type { DocTag } from "./doc-comment.ts";
import type { ActionFunction } from "./find-action.ts";
import { isBareObject, objectTypeOf, type Param, paramOf } from "./jsdoc-types.ts";
import { keyName, literalValue } from "./literal-value.ts";
import { shapeOf } from "./object-schema.ts";

/**
 * What the `@param` tags say of an action's input. Names of destructured properties are the properties'; what is said of the
 * second parameter, the context, is left out. Pure.
 */
export function inputParams(tags: readonly DocTag[], { parameters }: ActionFunction): Param[] {
  const [first, second] = parameters;
  const keys = new Set(destructured(first));
  const context = second?.type === "Identifier" ? second.name : undefined;
  return tags
    .filter(({ tag }) => tag === "param")
    .map(paramOf)
    .flatMap((param) => {
      const [root] = param.path;
      if (root !== undefined && keys.has(root)) return [{ ...param, path: ["input", ...param.path] }];
      return root !== undefined && root === context ? [] : [param];
    });
}

/** The type of the input, where only `@param` tags say one. */
export function writtenType(params: readonly Param[]): string | undefined {
  const whole = params.find(({ path }) => path.length <= 1);
  const parts = params.filter(({ path, type }) => path.length > 1 && type !== undefined);
  return parts.length > 0 && isBareObject(whole?.type)
    ? objectTypeOf(
        params.filter(({ path }) => path.length > 1),
        1,
      )
    : whole?.type;
}

/** Puts the texts of `@param input.list.name text` where they belong, unless something is written there already. */
export function withTexts(schema: Json, params: readonly Param[]): Json {
  let result = schema;
  for (const { path, text } of params)
    if (text !== "" && path.length > 0) result = describedAt(result, path.slice(1), text);
  return result;
}

function describedAt(schema: Json, path: readonly string[], text: string): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const [key, ...rest] = path;
  if (key === undefined) return schema.description === undefined ? { ...schema, description: text } : schema;
  if (schema.items !== undefined && shapeOf(schema) === undefined)
    return { ...schema, items: describedAt(schema.items, path, text) };
  const properties = schema.properties as Record<string, Json> | undefined;
  const property = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (property === undefined) return schema;
  return { ...schema, properties: { ...properties, [key]: describedAt(property, rest, text) } };
}

/** `({ n = 1 }: { n?: number })`: what is written as a default is one. */
export function withDefaults(schema: Json, parameter: Node): Json {
  const shape = shapeOf(schema);
  const pattern = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
  if (shape === undefined || pattern.type !== "ObjectPattern") return schema;
  const properties = { ...shape.properties };
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.value.type !== "AssignmentPattern") continue;
    const key = keyName(property.key);
    const value = literalValue(property.value.right);
    const known = key === undefined || !Object.hasOwn(properties, key) ? undefined : properties[key];
    if (key === undefined || value === undefined || typeof known !== "object" || known === null) continue;
    if (!Array.isArray(known) && known.default === undefined && known.$ref === undefined)
      properties[key] = { ...known, default: value };
  }
  return { ...(schema as Record<string, Json>), properties };
}

function destructured(parameter: Node | undefined): string[] {
  const pattern = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
  if (pattern?.type !== "ObjectPattern") return [];
  return pattern.properties.flatMap((property) =>
    property.type === "Property" ? (keyName(property.key) ?? []) : [],
  );
}
