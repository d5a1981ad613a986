import type { Class, Node } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import { type ActionFunction, functionOfMember } from "./find-action.ts";
import { keyName } from "./literal-value.ts";
import type { SourceModule } from "./source-module.ts";

/** Names that stand for names. */
const MOST_STEPS = 8;

/** A method that others may call, as far as the text tells. */
export interface Method {
  readonly name: string;
  readonly action: ActionFunction;
  /** It is written with a star: what it yields is what it answers. */
  readonly generator: boolean;
}

/** The class that a module declares by that name, or default-exports. Pure. */
export function findClass(module: SourceModule, name: string): Class | undefined {
  for (const statement of module.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const found = classOf(declaration, module);
      if (found !== undefined && (name === "default" || found.id?.name === name)) return found;
    }
    if (statement.type !== "ExportNamedDeclaration" || statement.source !== null) continue;
    for (const { local, exported } of statement.specifiers)
      if (nameOf(exported) === name && nameOf(local) !== name) return named(nameOf(local) ?? "", module);
  }
  return name === "default" ? undefined : named(name, module);
}

/** Its public methods and function properties, in the order of the text; the last of one name is what counts. Pure. */
export function methodsOf(found: Class, module: SourceModule): Method[] {
  const methods = new Map<string, Method>();
  /** Signatures without a body, by name, with the comment of the first that has one. */
  const signatures = new Map<string, DocComment | undefined>();
  for (const member of found.body.body) {
    if (member.type !== "MethodDefinition" && member.type !== "PropertyDefinition") continue;
    if (member.static || member.accessibility === "private" || member.accessibility === "protected") continue;
    if (member.type === "MethodDefinition" && member.kind !== "method") continue;
    // `["name"]` is written out, `[name]` is computed.
    const plain = member.computed ? member.key.type === "Literal" : member.key.type !== "PrivateIdentifier";
    const name = plain ? keyName(member.key) : undefined;
    if (name === undefined || name.startsWith("_")) continue;
    const before = signatures.has(name);
    if (member.value?.type === "TSEmptyBodyFunctionExpression") {
      signatures.set(name, signatures.get(name) ?? module.docBefore(member.start));
      // A declaration file has no bodies.
      if (found.declare !== true) continue;
    }
    const action = functionOfMember(member, name, module);
    if (action === undefined) continue;
    methods.set(name, {
      name,
      action: { ...action, overloaded: before, doc: action.doc ?? signatures.get(name) },
      generator: member.value?.type === "FunctionExpression" && member.value.generator,
    });
  }
  return [...methods.values()];
}

function named(name: string, module: SourceModule, steps = 0): Class | undefined {
  const declared = steps > MOST_STEPS ? undefined : module.declarations.get(name);
  return declared === undefined ? undefined : classOf(declared, module, steps + 1);
}

function classOf(node: Node, module: SourceModule, steps = 0): Class | undefined {
  switch (node.type) {
    case "ClassDeclaration":
    case "ClassExpression":
      return node;
    case "Identifier":
      return named(node.name, module, steps);
    case "VariableDeclarator":
      return node.init === null ? undefined : classOf(node.init, module, steps);
    default:
      return undefined;
  }
}

function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
