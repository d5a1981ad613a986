import type { Node, Program } from "oxc-parser";
import { isDeclaration, isReference, pathOf, propertyName } from "./expressions.ts";
import { placeFinder } from "./lines.ts";
import type { SourceMark } from "./types.ts";
import { type Visit, type VisitorKeys, walk } from "./walk.ts";

/** What the platform has to ask the network with. */
const ASKS = new Set(["fetch", "WebSocket", "WebSocketStream", "EventSource", "XMLHttpRequest"]);
/** How people name what an action gets beside its input. */
const CONTEXT_NAMES = ["context", "ctx"];
const KINDS: ReadonlyMap<string, SourceMark["kind"]> = new Map([
  ["secrets", "secrets"],
  ["call", "uses"],
]);

/** What stands for the context and for parts of it in a program. */
interface Names {
  readonly contexts: Set<string>;
  /** Variables that were taken out of a context. */
  readonly parts: Map<string, SourceMark["kind"]>;
}

/**
 * Where a program asks the network, reads secrets and calls other actions, as far as names tell: what is put together from
 * pieces is not found, the sandbox grants no more for that. Pure.
 */
export function marksOf(program: Program, keys: VisitorKeys, code: string, most: number): SourceMark[] {
  const visits = [...walk(program, keys)];
  const declared = new Set<string>();
  for (const { node, parent } of visits)
    if (node.type === "Identifier" && isDeclaration(node, parent)) declared.add(node.name);
  const names = namesIn(program, visits);
  const placeOf = placeFinder(code);
  const marks: SourceMark[] = [];
  for (const visit of visits) {
    if (marks.length >= most) break;
    const kind = kindOf(visit, names, declared);
    if (kind === undefined) continue;
    const { start, end } = visit.node;
    const { line, column, lineEnd } = placeOf(start);
    marks.push({ kind, line, column, length: Math.max(1, Math.min(end, lineEnd) - start) });
  }
  return marks;
}

function kindOf(
  { node, parent }: Visit,
  { contexts, parts }: Names,
  declared: ReadonlySet<string>,
): SourceMark["kind"] | undefined {
  if (node.type === "Identifier" && isReference(node, parent) && !isDeclaration(node, parent)) {
    if (ASKS.has(node.name)) return declared.has(node.name) ? undefined : "net";
    return isInPattern(parent) ? undefined : parts.get(node.name);
  }
  if (node.type !== "MemberExpression") return undefined;
  const path = pathOf(node, declared);
  // Without the global object's name, the identifier itself is marked.
  if (path !== undefined && ASKS.has(path)) return "net";
  const { object } = node;
  if (object.type !== "Identifier" || !contexts.has(object.name)) return undefined;
  return KINDS.get(propertyName(node) ?? "");
}

/** The name that a part is taken out under, not a use of it. */
function isInPattern(parent: Node | undefined): boolean {
  return parent?.type === "Property" && parent.shorthand;
}

function namesIn(program: Program, visits: readonly Visit[]): Names {
  const names: Names = { contexts: new Set(CONTEXT_NAMES), parts: new Map() };
  const context = contextParameter(program);
  if (context !== undefined) take(context, names);
  for (const { node } of visits) {
    if (node.type !== "VariableDeclarator" || node.init?.type !== "Identifier") continue;
    if (names.contexts.has(node.init.name)) take(node.id, names);
  }
  return names;
}

/** Takes in what a pattern binds that stands for a context: all of it by a name, or parts of it. */
function take(pattern: Node, names: Names): void {
  const bound = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
  if (bound.type === "Identifier") names.contexts.add(bound.name);
  if (bound.type !== "ObjectPattern") return;
  for (const property of bound.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    const kind = KINDS.get(property.key.name);
    const value = property.value.type === "AssignmentPattern" ? property.value.left : property.value;
    if (kind !== undefined && value.type === "Identifier") names.parts.set(value.name, kind);
  }
}

/** The second parameter of what the module exports. */
function contextParameter({ body }: Program): Node | undefined {
  const exported = body.find((statement) => statement.type === "ExportDefaultDeclaration")?.declaration;
  if (exported === undefined) return undefined;
  const called =
    exported.type === "Identifier" ? functionNamed(body, exported.name) : (exported as Node | undefined);
  return called !== undefined && "params" in called && Array.isArray(called.params)
    ? (called.params[1] as Node | undefined)
    : undefined;
}

function functionNamed(body: Program["body"], name: string): Node | undefined {
  for (const statement of body) {
    if (statement.type === "FunctionDeclaration" && statement.id?.name === name) return statement;
    if (statement.type !== "VariableDeclaration") continue;
    const declared = statement.declarations.find(({ id }) => id.type === "Identifier" && id.name === name);
    if (declared?.init != null) return declared.init;
  }
  return undefined;
}
