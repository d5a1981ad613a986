import type { Node, TSType } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import type { SourceModule } from "./source-module.ts";

/** The function that a module default-exports, as far as its text tells. */
export interface ActionFunction {
  readonly name: string | undefined;
  readonly parameters: readonly Node[];
  /** The type of its first parameter, and what it returns; undefined where none is written. */
  readonly input: TSType | undefined;
  readonly output: TSType | undefined;
  readonly doc: DocComment | undefined;
}

/** Undefined when the module default-exports no function that can be seen. Pure. */
export function findAction(module: SourceModule): ActionFunction | undefined {
  for (const statement of module.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration, start } = statement;
      if (declaration.type === "Identifier") return named(declaration.name, module);
      return functionOf(declaration, undefined, start, module);
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const { local, exported } of statement.specifiers)
      if (nameOf(exported) === "default" && statement.source === null)
        return named(nameOf(local) ?? "", module);
  }
  return undefined;
}

function named(name: string, module: SourceModule): ActionFunction | undefined {
  const found = module.functions.get(name);
  return found === undefined ? undefined : functionOf(found.node, name, found.start, module);
}

function functionOf(
  node: Node,
  name: string | undefined,
  start: number,
  module: SourceModule,
): ActionFunction | undefined {
  const doc = module.docBefore(start);
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      const own = node.type === "ArrowFunctionExpression" ? undefined : node.id?.name;
      const [first] = node.params;
      return {
        name: name ?? own,
        parameters: node.params,
        input: first === undefined ? undefined : annotationOf(first),
        output: node.returnType?.typeAnnotation,
        doc,
      };
    }
    case "VariableDeclarator": {
      if (node.init === null) return undefined;
      const inner = functionOf(node.init, name, start, module);
      const type = annotationOf(node.id);
      if (inner === undefined || type?.type !== "TSFunctionType") return inner;
      // `const f: (input: A) => B = …`
      const [first] = type.params;
      return {
        ...inner,
        input: inner.input ?? (first === undefined ? undefined : annotationOf(first)),
        output: inner.output ?? type.returnType.typeAnnotation,
      };
    }
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return functionOf(node.expression, name, start, module);
    default:
      return undefined;
  }
}

/** The type written beside a parameter, also one with a default value. */
function annotationOf(parameter: Node): TSType | undefined {
  if (parameter.type === "AssignmentPattern") return annotationOf(parameter.left);
  if ("typeAnnotation" in parameter && parameter.typeAnnotation?.type === "TSTypeAnnotation")
    return parameter.typeAnnotation.typeAnnotation;
  return undefined;
}

function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
