import { type Node, visitorKeys } from "oxc-parser";
import { isDeclaration, isReference } from "../../analysis/expressions.ts";
import { type Visit, walk } from "../../analysis/walk.ts";
import type { Refusal } from "../candidate.ts";
import { serverLimits } from "./server-limits.ts";
import type { ServerModule } from "./server-source.ts";

/** What a function leans on in its own module: imports, and declarations in the order of the module. */
export interface ModuleSlice {
  readonly imports: readonly string[];
  readonly declarations: readonly string[];
}

interface Binding {
  readonly node: Node;
  readonly kind: "import" | "declaration" | "parameter";
}

const NONE: ReadonlySet<Node> = new Set();

type Refused = Pick<Refusal, "reason" | "detail">;

/** Methods that change what they are called on. */
const CHANGES =
  /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear|append)$/;

/**
 * The part of a module that one function of it needs, so that it can stand alone: a server's own start is left behind.
 * Pure.
 * @param serverName the variable that holds the server, which is left behind
 * @param skipped nodes of the function that are left out
 * @returns why it cannot stand alone, where it cannot
 */
export function sliceAround(
  module: ServerModule,
  target: Node,
  skipped: ReadonlySet<Node>,
  serverName: string | undefined,
): ModuleSlice | Refused {
  const scopes = bindingsAround(module, target);
  const needed = new Map<string, Binding>();
  const open = freeNames(target, skipped);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const binding = scopes.get(name);
    if (binding === undefined || needed.has(name)) continue;
    if (binding.kind === "parameter" || name === serverName)
      return { reason: "not-pure", detail: `it uses ${name}, which is there only while its server runs` };
    if (needed.size >= serverLimits.declarations)
      return {
        reason: "too-large",
        detail: `it leans on more than ${serverLimits.declarations} declarations`,
      };
    needed.set(name, binding);
    if (binding.kind === "declaration") open.push(...freeNames(binding.node, NONE));
  }
  const declared = [...needed.values()].filter(({ kind }) => kind === "declaration").map(({ node }) => node);
  const nodes = [...new Set(declared)].toSorted((a, b) => a.start - b.start);
  const state = stateIn([...nodes, target], skipped, needed);
  if (state !== undefined) return { reason: "not-pure", detail: `it keeps state in ${state}` };
  return {
    imports: [...needed].flatMap(([name, { node, kind }]) =>
      kind === "import" ? [importOf(name, node)] : [],
    ),
    declarations: nodes.map(({ start, end }) => module.code.slice(start, end)),
  };
}

/** Names that mean something where the target stands, the nearest meaning of each. */
function bindingsAround({ program }: ServerModule, target: Node): Map<string, Binding> {
  const found = new Map<string, Binding>();
  const holds = (node: Node) => node.start <= target.start && target.end <= node.end;
  // In the order of the text, and outer scopes before inner ones.
  for (const { node } of walk(program, visitorKeys)) {
    if (!holds(node) || node === target) continue;
    if ("params" in node && Array.isArray(node.params))
      for (const one of node.params)
        for (const name of patternNames(one as Node)) found.set(name, { node, kind: "parameter" });
    if (node.type === "CatchClause" && node.param !== null)
      for (const name of patternNames(node.param)) found.set(name, { node, kind: "parameter" });
    if (node.type !== "Program" && node.type !== "BlockStatement") continue;
    for (const statement of node.body) addStatement(statement, found);
  }
  return found;
}

function addStatement(statement: Node, found: Map<string, Binding>): void {
  if (statement.type === "ImportDeclaration") {
    for (const one of statement.specifiers) found.set(one.local.name, { node: statement, kind: "import" });
    return;
  }
  const node: Node =
    (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") &&
    statement.declaration !== null
      ? (statement.declaration as Node)
      : statement;
  if ((node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") && node.id !== null)
    found.set(node.id.name, { node, kind: "declaration" });
  if (node.type === "VariableDeclaration")
    for (const { id } of node.declarations)
      for (const name of patternNames(id)) found.set(name, { node, kind: "declaration" });
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "RestElement":
      return patternNames(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((one) => (one === null ? [] : patternNames(one)));
    case "ObjectPattern":
      return pattern.properties.flatMap((one) => patternNames(one.type === "Property" ? one.value : one));
    default:
      return [];
  }
}

/** Names that a piece of text uses and does not declare itself. */
function freeNames(node: Node, skipped: ReadonlySet<Node>): string[] {
  const visits = visitsIn(node, skipped);
  const own = new Set<string>();
  for (const visit of visits) {
    if (visit.node === node) continue;
    if ("params" in visit.node && Array.isArray(visit.node.params))
      for (const one of visit.node.params) for (const name of patternNames(one as Node)) own.add(name);
    if (visit.node.type === "VariableDeclarator")
      for (const name of patternNames(visit.node.id)) own.add(name);
    if (visit.node.type === "CatchClause" && visit.node.param !== null)
      for (const name of patternNames(visit.node.param)) own.add(name);
    if (visit.node.type === "FunctionDeclaration" && visit.node.id !== null) own.add(visit.node.id.name);
  }
  if ("params" in node && Array.isArray(node.params))
    for (const one of node.params) for (const name of patternNames(one as Node)) own.add(name);
  const used = visits.flatMap(({ node: one, parent }) =>
    one.type === "Identifier" &&
    isReference(one, parent) &&
    !(isDeclaration(one, parent) && own.has(one.name))
      ? [one.name]
      : [],
  );
  return [...new Set(used)].filter((name) => !own.has(name));
}

function visitsIn(node: Node, skipped: ReadonlySet<Node>): Visit[] {
  const out = [...skipped];
  const isKept = (one: Node) => !out.some(({ start, end }) => start <= one.start && one.end <= end);
  return [...walk(node, visitorKeys)].filter((visit) => isKept(visit.node));
}

/** A variable outside the function that something in the slice changes. */
function stateIn(
  nodes: readonly Node[],
  skipped: ReadonlySet<Node>,
  needed: ReadonlyMap<string, Binding>,
): string | undefined {
  const isOuter = (node: Node): string | undefined => {
    const root = rootOf(node);
    return root !== undefined && needed.get(root)?.kind === "declaration" ? root : undefined;
  };
  for (const node of nodes)
    for (const { node: one } of visitsIn(node, skipped)) {
      if (one.type === "AssignmentExpression" || one.type === "UpdateExpression") {
        const changed = isOuter(one.type === "UpdateExpression" ? one.argument : one.left);
        if (changed !== undefined) return changed;
      }
      if (
        one.type === "CallExpression" &&
        one.callee.type === "MemberExpression" &&
        one.callee.property.type === "Identifier" &&
        CHANGES.test(one.callee.property.name)
      ) {
        const changed = isOuter(one.callee.object);
        if (changed !== undefined) return changed;
      }
    }
  return undefined;
}

function rootOf(node: Node): string | undefined {
  if (node.type === "MemberExpression") return rootOf(node.object);
  return node.type === "Identifier" ? node.name : undefined;
}

/** The import of just one name. */
function importOf(local: string, statement: Node): string {
  if (statement.type !== "ImportDeclaration") return "";
  const from = JSON.stringify(statement.source.value);
  const one = statement.specifiers.find((each) => each.local.name === local);
  if (one?.type === "ImportNamespaceSpecifier") return `import * as ${local} from ${from};`;
  if (one?.type !== "ImportSpecifier") return `import ${local} from ${from};`;
  const imported =
    one.imported.type === "Identifier" ? one.imported.name : JSON.stringify(one.imported.value);
  return `import { ${imported} as ${local} } from ${from};`;
}
