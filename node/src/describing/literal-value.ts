import type { Json } from "@action-collective/protocol";
import type { Node } from "oxc-parser";

/** Levels of a written value; data nests no deeper. */
const MOST_DEPTH = 24;

/** The JSON value that an expression writes out; undefined for one that computes anything. Pure. */
export function literalValue(node: Node, depth = 0): Json | undefined {
  if (depth > MOST_DEPTH) return undefined;
  switch (node.type) {
    case "Literal": {
      const { value } = node;
      if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
      return value === null || typeof value === "string" || typeof value === "boolean"
        ? "regex" in node && node.regex !== undefined
          ? undefined
          : value
        : undefined;
    }
    case "TemplateLiteral":
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case "UnaryExpression": {
      const value = literalValue(node.argument, depth + 1);
      return node.operator === "-" && typeof value === "number" ? -value : undefined;
    }
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "ParenthesizedExpression":
      return literalValue(node.expression, depth + 1);
    case "ArrayExpression": {
      const items = node.elements.map((element) =>
        element === null || element.type === "SpreadElement" ? undefined : literalValue(element, depth + 1),
      );
      return items.includes(undefined) ? undefined : (items as Json[]);
    }
    case "ObjectExpression":
      return objectValue(node.properties, depth);
    default:
      return undefined;
  }
}

function objectValue(properties: readonly Node[], depth: number): Json | undefined {
  const entries: [string, Json][] = [];
  for (const property of properties) {
    if (property.type !== "Property" || property.computed || property.kind !== "init") return undefined;
    const key = keyName(property.key);
    const value = literalValue(property.value, depth + 1);
    if (key === undefined || value === undefined) return undefined;
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

/** The name of a property that is written out: `a`, `"a"` or `1`. */
export function keyName(key: Node): string | undefined {
  if (key.type === "Identifier") return key.name;
  if (key.type !== "Literal") return undefined;
  return typeof key.value === "string" || typeof key.value === "number" ? String(key.value) : undefined;
}
