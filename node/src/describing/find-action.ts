import type { MethodDefinition, Node, PropertyDefinition, TSType } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import type { SourceModule } from "./source-module.ts";

/** The function that a module default-exports, as far as its text tells. */
export interface ActionFunction {
  readonly name: string | undefined;
  readonly parameters: readonly Node[];
  /** The type of its first parameter, and what it returns; undefined where none is written. */
  readonly input: TSType | undefined;
  readonly output: TSType | undefined;
  /** It has several signatures. */
  readonly overloaded: boolean;
  readonly doc: DocComment | undefined;
}

/** Names that stand for names. */
const MOST_STEPS = 8;

/** Undefined when the module default-exports no function that can be seen. Pure. */
export function findAction(module: SourceModule): ActionFunction | undefined {
  for (const statement of module.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration, start } = statement;
      return functionOf(declaration, undefined, start, module);
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const { local, exported } of statement.specifiers)
      if (nameOf(exported) === "default" && statement.source === null)
        return named(nameOf(local) ?? "", statement.start, module);
  }
  return undefined;
}

/** @param start where the comment may be, if there is none where it is declared */
function named(name: string, start: number, module: SourceModule, steps = 0): ActionFunction | undefined {
  const found = steps > MOST_STEPS ? undefined : module.functions.get(name);
  if (found === undefined) return undefined;
  const action = functionOf(found.node, name, found.start, module, steps + 1);
  return action === undefined ? undefined : { ...action, doc: action.doc ?? module.docBefore(start) };
}

/** What a class holds under one name. */
export function functionOfMember(
  member: MethodDefinition | PropertyDefinition,
  name: string,
  module: SourceModule,
): ActionFunction | undefined {
  const type = member.type === "PropertyDefinition" ? annotationOf(member) : undefined;
  const doc = module.docBefore(member.start);
  if (member.value === null) {
    // In a declaration file, or set later.
    if (type?.type !== "TSFunctionType") return undefined;
    const declared = { name, parameters: type.params, input: undefined, output: undefined };
    return withType({ ...declared, overloaded: false, doc }, type, module);
  }
  const found = functionOf(member.value, name, member.start, module);
  return withType(found === undefined ? undefined : { ...found, doc: doc ?? found.doc }, type, module);
}

function functionOf(
  node: Node,
  name: string | undefined,
  start: number,
  module: SourceModule,
  steps = 0,
): ActionFunction | undefined {
  const inside = (inner: Node) => functionOf(inner, name, start, module, steps + 1);
  switch (node.type) {
    case "Identifier":
      return named(node.name, start, module, steps);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "TSDeclareFunction":
    case "TSEmptyBodyFunctionExpression":
    case "ArrowFunctionExpression": {
      const own = node.type === "ArrowFunctionExpression" ? undefined : node.id?.name;
      // TypeScript's `this` is no parameter.
      const parameters = node.params.filter((one) => one.type !== "Identifier" || one.name !== "this");
      const [first] = parameters;
      return {
        name: name ?? own,
        parameters,
        input: first === undefined ? undefined : annotationOf(first),
        output: node.returnType?.typeAnnotation,
        overloaded: node.type === "TSDeclareFunction",
        doc: module.docBefore(start),
      };
    }
    case "VariableDeclarator":
      // `const f: (input: A) => B = …`
      return node.init === null ? undefined : withType(inside(node.init), annotationOf(node.id), module);
    case "TSSatisfiesExpression":
      return withType(inside(node.expression), node.typeAnnotation, module);
    case "ParenthesizedExpression":
    case "TSAsExpression":
      return inside(node.expression);
    default:
      return undefined;
  }
}

/** What the type of the whole function says of parts that have none of their own. */
function withType(
  action: ActionFunction | undefined,
  written: TSType | undefined,
  { declarations }: SourceModule,
): ActionFunction | undefined {
  let type = written;
  if (type?.type === "TSTypeReference" && type.typeName.type === "Identifier") {
    const alias = declarations.get(type.typeName.name);
    if (alias?.type === "TSTypeAliasDeclaration" && alias.typeParameters === null)
      type = alias.typeAnnotation;
  }
  if (action === undefined || type?.type !== "TSFunctionType") return action;
  const [first] = type.params;
  return {
    ...action,
    input: action.input ?? (first === undefined ? undefined : annotationOf(first)),
    output: action.output ?? type.returnType.typeAnnotation,
  };
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
