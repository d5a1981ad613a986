import type { Node } from "oxc-parser";
import { constantText } from "./constant-text.ts";

/** Names of the global object. */
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);

/** An expression without the brackets, assertions and comma sequences around it: `(0, eval)` is `eval`. */
export function bare(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case "ParenthesizedExpression":
      case "ChainExpression":
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
        inner = inner.expression;
        break;
      case "SequenceExpression": {
        const last = inner.expressions.at(-1);
        if (last === undefined) return inner;
        inner = last;
        break;
      }
      default:
        return inner;
    }
  }
}

export function isGlobalObject(node: Node, declared: ReadonlySet<string>): boolean {
  const inner = bare(node);
  if (inner.type !== "Identifier" || !GLOBAL_OBJECTS.has(inner.name)) return false;
  return inner.name === "globalThis" || !declared.has(inner.name);
}

/** The name of the property that a member expression reads; undefined when it is computed from what is not constant. */
export function propertyName(node: Extract<Node, { type: "MemberExpression" }>): string | undefined {
  if (node.computed) return constantText(node.property);
  return node.property.type === "Identifier" ? node.property.name : undefined;
}

/** `Date.now` for `Date.now`, `globalThis.Date["now"]` and `(Date).now`; undefined for what is no such path. */
export function pathOf(node: Node, declared: ReadonlySet<string>): string | undefined {
  const names: string[] = [];
  let inner = bare(node);
  while (inner.type === "MemberExpression") {
    const name = propertyName(inner);
    if (name === undefined) return undefined;
    names.push(name);
    inner = bare(inner.object);
  }
  if (inner.type !== "Identifier") return undefined;
  if (names.length === 0 || !isGlobalObject(inner, declared)) names.push(inner.name);
  return names.reverse().join(".");
}

/** Is this identifier a use of a variable, not the name of a property, label, type or declaration? */
export function isReference(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed || parent.object === node;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed || parent.value === node;
    case "TSTypeReference":
    case "TSQualifiedName":
    case "TSTypeQuery":
    case "LabeledStatement":
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return false;
    default:
      return true;
  }
}

/** Does this identifier declare a variable or parameter? */
export function isDeclaration(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id === node;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return parent.body !== node;
    case "ArrayPattern":
    case "RestElement":
    case "CatchClause":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return true;
    case "AssignmentPattern":
      return parent.left === node;
    default:
      return false;
  }
}
