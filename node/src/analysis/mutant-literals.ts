import { type Change, type Operator, type Place, replace } from "./mutant-change.ts";

export const literal: Operator = (place) => {
  const { node } = place;
  if (node.type !== "Literal" || isKey(place)) return [];
  if ("regex" in node) return pattern(node.raw ?? "", node.start);
  if ("bigint" in node) return [replace("number", node, `${BigInt(node.bigint) + 1n}n`)];
  switch (typeof node.value) {
    case "boolean":
      return [replace("boolean", node, String(!node.value))];
    case "number":
      return neighbours(node.value).map((value) => replace("number", node, String(value)));
    case "string":
      return [replace("text", node, node.value === "" ? '"?"' : '""')];
    default:
      return [];
  }
};

export const template: Operator = ({ node, parent }) =>
  node.type === "TemplateLiteral" && parent?.type !== "TaggedTemplateExpression" && node.end - node.start > 2
    ? [replace("text", node, "``")]
    : [];

export const collection: Operator = ({ node }) => {
  if (node.type === "ArrayExpression" && node.elements.length > 0) return [replace("collection", node, "[]")];
  if (node.type === "ObjectExpression" && node.properties.length > 0)
    return [replace("collection", node, "{}")];
  return [];
};

/** Off by one, to both sides where no sign is needed. */
function neighbours(value: number): number[] {
  if (!Number.isFinite(value) || value + 1 === value) return [];
  if (!Number.isInteger(value)) return [value + 1];
  return value >= 1 ? [value + 1, value - 1] : [value + 1];
}

/** A regular expression that matches in more places, or the other characters. */
function pattern(raw: string, start: number): Change[] {
  const end = raw.lastIndexOf("/");
  const body = raw.slice(1, end);
  const change = (from: number, to: number, replacement: string): Change => ({
    operator: "pattern",
    start: start + from,
    end: start + to,
    replacement,
  });
  const changes: Change[] = [];
  if (body.startsWith("^") && body.length > 1) changes.push(change(1, 2, ""));
  if (body.endsWith("$") && !body.endsWith("\\$") && body.length > 1) changes.push(change(end - 1, end, ""));
  const set = /(?<!\\)\[(\^?)/.exec(body);
  if (set !== null) {
    const from = 1 + set.index;
    changes.push(set[1] === "^" ? change(from, from + 2, "[") : change(from, from + 1, "[^"));
  }
  return changes;
}

/** A name rather than a value: `{ "a": … }`, `import … from "x"`, a directive. */
function isKey({ parent, key }: Place): boolean {
  switch (parent?.type) {
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "key" && !parent.computed;
    case "ExpressionStatement":
      return true;
    default:
      return key === "source";
  }
}
