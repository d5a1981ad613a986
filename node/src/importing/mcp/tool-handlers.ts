import type { ArrowFunctionExpression, Node, ObjectExpression, Function as OxcFunction } from "oxc-parser";
import { visitorKeys } from "oxc-parser";
import { propertyName } from "../../analysis/expressions.ts";
import { walk } from "../../analysis/walk.ts";
import type { ServerModule, ServerSource } from "./server-source.ts";

/** The function behind a tool, where a server's source registers it. */
export interface ToolHandler {
  readonly module: ServerModule;
  readonly handler: FunctionNode;
  /** It is given the arguments, or a whole request of which it looks at the name. */
  readonly takes: "arguments" | "request";
  /** The variable that holds the schema of its input, where there is one. */
  readonly schemaName: string | undefined;
  /** The variable that holds the server. */
  readonly serverName: string | undefined;
}

export type FunctionNode = OxcFunction | ArrowFunctionExpression;

export interface FoundHandlers {
  readonly byName: ReadonlyMap<string, ToolHandler>;
  /** Those that answer for every tool of a server. */
  readonly forAll: readonly ToolHandler[];
}

/** `registerTool`, `tool`, `setRequestHandler` and objects that describe a tool, in the modules of a server. Pure. */
export function toolHandlers(source: ServerSource): FoundHandlers {
  const byName = new Map<string, ToolHandler>();
  const objects = new Map<string, ToolHandler>();
  const forAll: ToolHandler[] = [];
  for (const module of source.modules)
    for (const { node } of walk(module.program, visitorKeys)) {
      if (node.type === "ObjectExpression") {
        const described = describedTool(node, module, source);
        if (described !== undefined && !objects.has(described.name))
          objects.set(described.name, described.tool);
      }
      if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") continue;
      const method = propertyName(node.callee);
      const { object } = node.callee;
      const serverName = object.type === "Identifier" ? object.name : undefined;
      const given = node.arguments as readonly Node[];
      const [first, second] = given;
      const last = given.at(-1);
      if (first === undefined || last === undefined || given.length < 2) continue;
      if (method === "registerTool" || method === "tool") {
        const name = textOf(first, module);
        const found = name === undefined ? undefined : functionOf(last, module, source);
        if (name === undefined || found === undefined || byName.has(name)) continue;
        const schemaName =
          method === "registerTool" && second !== undefined ? schemaIn(second, module) : undefined;
        byName.set(name, { ...found, takes: "arguments", schemaName, serverName });
      }
      if (method === "setRequestHandler" && isToolCall(first, module)) {
        const found = functionOf(last, module, source);
        if (found !== undefined)
          forAll.push({ ...found, takes: "request", schemaName: undefined, serverName });
      }
    }
  for (const [name, tool] of objects) if (!byName.has(name)) byName.set(name, tool);
  return { byName, forAll };
}

/** `{ name: "add", schema, handler: (args) => … }`, as servers write it that register their tools in a loop. */
function describedTool(
  { properties }: ObjectExpression,
  module: ServerModule,
  source: ServerSource,
): { readonly name: string; readonly tool: ToolHandler } | undefined {
  const propertyOf = (names: readonly string[]): Node | undefined => {
    for (const one of properties)
      if (
        one.type === "Property" &&
        !one.method &&
        one.key.type === "Identifier" &&
        names.includes(one.key.name)
      )
        return one.value;
    return undefined;
  };
  const nameNode = propertyOf(["name"]);
  const handlerNode = propertyOf(["handler", "execute", "run", "callback"]);
  const name = nameNode === undefined ? undefined : textOf(nameNode, module);
  const found = handlerNode === undefined ? undefined : functionOf(handlerNode, module, source);
  if (name === undefined || found === undefined) return undefined;
  const schema = propertyOf(["inputSchema", "schema", "parameters", "paramsSchema"]);
  const schemaName = schema?.type === "Identifier" ? schema.name : undefined;
  return { name, tool: { ...found, takes: "arguments", schemaName, serverName: undefined } };
}

function isToolCall(node: Node, module: ServerModule): boolean {
  return (
    (node.type === "Identifier" && node.name === "CallToolRequestSchema") ||
    textOf(node, module) === "tools/call"
  );
}

/** A text, or a constant of the module that is one. */
function textOf(node: Node, module: ServerModule): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  if (node.type !== "Identifier") return undefined;
  const value = initOf(node.name, module);
  return value === undefined || value.type === "Identifier" ? undefined : textOf(value, module);
}

function functionOf(
  node: Node,
  module: ServerModule,
  source: ServerSource,
): { readonly module: ServerModule; readonly handler: FunctionNode } | undefined {
  if (isFunction(node)) return { module, handler: node };
  if (node.type !== "Identifier") return undefined;
  const own = initOf(node.name, module);
  if (own !== undefined) return isFunction(own) ? { module, handler: own } : undefined;
  for (const statement of module.program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const one of statement.specifiers) {
      if (one.local.name !== node.name || one.type !== "ImportSpecifier") continue;
      const file = source.resolve(statement.source.value, module.file);
      const other = source.modules.find((theirs) => theirs.file === file);
      const name = one.imported.type === "Identifier" ? one.imported.name : "";
      const theirs = other === undefined ? undefined : initOf(name, other);
      if (other !== undefined && theirs !== undefined && isFunction(theirs))
        return { module: other, handler: theirs };
    }
  }
  return undefined;
}

export function isFunction(node: Node): node is FunctionNode {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** What a name at the top of a module stands for. */
export function initOf(name: string, { program }: ServerModule): Node | undefined {
  for (const statement of program.body) {
    const node: Node =
      statement.type === "ExportNamedDeclaration" && statement.declaration !== null
        ? (statement.declaration as Node)
        : statement;
    if (node.type === "FunctionDeclaration" && node.id?.name === name) return node;
    if (node.type === "VariableDeclaration")
      for (const { id, init } of node.declarations)
        if (id.type === "Identifier" && id.name === name && init !== null) return init;
  }
  return undefined;
}

/** `{ inputSchema: Schema }`, or a constant that is such an object. */
function schemaIn(config: Node, module: ServerModule): string | undefined {
  const object = config.type === "Identifier" ? initOf(config.name, module) : config;
  if (object?.type !== "ObjectExpression") return undefined;
  for (const one of object.properties)
    if (one.type === "Property" && one.key.type === "Identifier" && one.key.name === "inputSchema")
      return one.value.type === "Identifier" ? one.value.name : undefined;
  return undefined;
}
