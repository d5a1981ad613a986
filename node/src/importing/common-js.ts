import type { Node, Program } from "oxc-parser";

/** What a CommonJS module exports under a name, or as a whole ("default"). */
export interface CommonJsExport {
  readonly value: Node;
}

/** `module.exports = { a, b() {} }`, `module.exports = f`, `exports.a = …`, `module.exports.a = …`, at the top of a module. Pure. */
export function commonJsExports(program: Program): Map<string, CommonJsExport> {
  const found = new Map<string, CommonJsExport>();
  for (const statement of program.body) {
    if (statement.type !== "ExpressionStatement") continue;
    let { expression }: { expression: Node } = statement;
    // `exports.a = exports.b = f`
    while (expression.type === "AssignmentExpression" && expression.operator === "=") {
      const target = exportedBy(expression.left);
      const value = lastValue(expression.right);
      if (target === "") {
        if (value.type === "ObjectExpression")
          for (const property of value.properties) {
            if (property.type !== "Property" || property.computed || property.key.type !== "Identifier")
              continue;
            found.set(property.key.name, { value: property.value });
          }
        else found.set("default", { value });
      } else if (target !== undefined) found.set(target, { value });
      expression = expression.right;
    }
  }
  return found;
}

/** `require("./x")`, and `require("./x").name`. */
export function requiredBy(node: Node): { readonly specifier: string; readonly name: string } | undefined {
  if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
    const whole = requiredBy(node.object);
    return whole?.name === "default" ? { specifier: whole.specifier, name: node.property.name } : undefined;
  }
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require")
    return undefined;
  const [first] = node.arguments;
  return first?.type === "Literal" && typeof first.value === "string"
    ? { specifier: first.value, name: "default" }
    : undefined;
}

/** `const x = require("./x")`, and `const { a, b: c } = require("./x")`, by the names they get. Pure. */
export function requiredNames(
  program: Program,
): Map<string, { readonly specifier: string; readonly name: string }> {
  const names = new Map<string, { specifier: string; name: string }>();
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      const from = init === null ? undefined : requiredBy(init);
      if (from === undefined) continue;
      if (id.type === "Identifier") names.set(id.name, from);
      if (id.type === "ObjectPattern" && from.name === "default")
        for (const property of id.properties)
          if (
            property.type === "Property" &&
            property.key.type === "Identifier" &&
            property.value.type === "Identifier"
          )
            names.set(property.value.name, { specifier: from.specifier, name: property.key.name });
    }
  }
  return names;
}

/** "" for `module.exports`, a name for a property of it; undefined for anything else. */
function exportedBy(node: Node): string | undefined {
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier")
    return undefined;
  const { object, property } = node;
  if (object.type === "Identifier") {
    if (object.name === "module" && property.name === "exports") return "";
    return object.name === "exports" ? property.name : undefined;
  }
  return exportedBy(object) === "" ? property.name : undefined;
}

function lastValue(node: Node): Node {
  return node.type === "AssignmentExpression" ? lastValue(node.right) : node;
}
