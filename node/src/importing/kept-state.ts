import type { Node, Program } from "oxc-parser";
import { visitorKeys } from "oxc-parser";
import { bare, isDeclaration, propertyName } from "../analysis/expressions.ts";
import { childrenOf, walk } from "../analysis/walk.ts";

/** Methods of arrays, sets and maps that change them. */
const CHANGES = new Set(
  "set add delete clear push pop shift unshift splice sort reverse fill copyWithin".split(" "),
);

/**
 * The name of a variable outside of all functions that some function changes: what it answers may hang on the calls before.
 * What is made once, when it is first needed and of nothing that is given, changes no answer; nor does a set-back `lastIndex`.
 * A function that is called where it stands, and one that a bundler made of a CommonJS module, is no function here. Pure.
 */
export function keptState(program: Program): string | undefined {
  return search(program, {
    outer: declaredIn(program),
    shadowed: new Set(),
    isInside: false,
    given: new Set(),
    missing: new Set(),
  });
}

interface Scope {
  /** Variables that live as long as the module. */
  readonly outer: ReadonlySet<string>;
  /** Names that mean something else here. */
  readonly shadowed: ReadonlySet<string>;
  readonly isInside: boolean;
  /** Parameters of the functions around. */
  readonly given: ReadonlySet<string>;
  /** What is known to be nothing yet: `if (x === undefined)`. */
  readonly missing: ReadonlySet<string>;
}

function search(node: Node, scope: Scope): string | undefined {
  if (scope.isInside) {
    const name = changedBy(node);
    const isKept = name !== undefined && scope.outer.has(name) && !scope.shadowed.has(name);
    if (isKept && !isMadeOnce(node, name, scope)) return name;
  }
  for (const child of childrenOf(node, visitorKeys)) {
    const found = search(
      child,
      isFunction(child) ? entered(child, node, scope) : withGuard(node, child, scope),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function entered(inner: Node, parent: Node, scope: Scope): Scope {
  const { outer, shadowed, isInside, given } = scope;
  const own = declaredIn(inner);
  const parameters = "params" in inner && Array.isArray(inner.params) ? (inner.params as Node[]) : [];
  return !isInside && runsAtOnce(inner, parent)
    ? { ...scope, outer: new Set([...outer, ...own]) }
    : {
        outer,
        shadowed: new Set([...shadowed, ...own]),
        isInside: true,
        given: new Set([...given, ...parameters.flatMap((one) => [...namesIn(one)])]),
        missing: new Set(),
      };
}

/** `if (x == null) …`, `if (!x) …`. */
function withGuard(node: Node, child: Node, scope: Scope): Scope {
  if (node.type !== "IfStatement" || child !== node.consequent) return scope;
  const test = bare(node.test);
  const asked =
    test.type === "UnaryExpression" && test.operator === "!"
      ? test.argument
      : test.type === "BinaryExpression" && /^===?$/.test(test.operator)
        ? test.left
        : undefined;
  const name = asked?.type === "Identifier" ? asked.name : undefined;
  return name === undefined ? scope : { ...scope, missing: new Set([...scope.missing, name]) };
}

function isMadeOnce(node: Node, name: string, { missing, given }: Scope): boolean {
  if (node.type !== "AssignmentExpression") return false;
  const { left, right, operator } = node;
  if (left.type === "MemberExpression")
    return propertyName(left) === "lastIndex" && right.type === "Literal" && right.value === 0;
  const isOnce = operator === "??=" || operator === "||=" || (operator === "=" && missing.has(name));
  return isOnce && ![...namesIn(right)].some((one) => given.has(one));
}

function namesIn(node: Node): Set<string> {
  return new Set(
    [...walk(node, visitorKeys)].flatMap(({ node: one }) => (one.type === "Identifier" ? [one.name] : [])),
  );
}

function runsAtOnce(inner: Node, parent: Node): boolean {
  if (parent.type === "ParenthesizedExpression") return true;
  if (parent.type !== "CallExpression") return false;
  const { callee } = parent;
  return bare(callee) === inner || (callee.type === "Identifier" && callee.name.startsWith("__commonJS"));
}

function isFunction({ type }: Node): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);
}

/** Variables, parameters and classes of a function or module, those of functions in it left out. */
function declaredIn(scope: Node): Set<string> {
  const names = new Set<string>();
  const open = childrenOf(scope, visitorKeys).map((node) => ({ node, parent: scope }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent } = next;
    if (node.type === "Identifier" && isDeclaration(node, parent)) names.add(node.name);
    if (node.type === "Property" && parent.type === "ObjectPattern" && node.value.type === "Identifier")
      names.add(node.value.name);
    if ((node.type === "ClassDeclaration" || node.type === "FunctionDeclaration") && node.id !== null)
      names.add(node.id.name);
    if (!isFunction(node))
      open.push(...childrenOf(node, visitorKeys).map((child) => ({ node: child, parent: node })));
  }
  return names;
}

/** What an expression changes: the variable that its target begins with. */
function changedBy(node: Node): string | undefined {
  switch (node.type) {
    case "AssignmentExpression":
      return rootOf(node.left);
    case "UpdateExpression":
      return rootOf(node.argument);
    case "UnaryExpression":
      return node.operator === "delete" ? rootOf(node.argument) : undefined;
    case "CallExpression": {
      const callee = bare(node.callee);
      if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier")
        return undefined;
      if (CHANGES.has(callee.property.name)) return rootOf(callee.object);
      return callee.property.name === "assign" && node.arguments[0] !== undefined
        ? rootOf(node.arguments[0])
        : undefined;
    }
    default:
      return undefined;
  }
}

function rootOf(node: Node): string | undefined {
  let inner = bare(node);
  while (inner.type === "MemberExpression") inner = bare(inner.object);
  return inner.type === "Identifier" ? inner.name : undefined;
}
