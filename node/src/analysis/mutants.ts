import type { Node } from "oxc-parser";
import { MOST_TREE_DEPTH } from "./limits.ts";
import { lineCounter } from "./lines.ts";
import { guard, STEP } from "./loop-guards.ts";
import { call } from "./mutant-calls.ts";
import type { Operator, Place } from "./mutant-change.ts";
import { assignment, binary, logical, unary, update } from "./mutant-expressions.ts";
import { collection, literal, template } from "./mutant-literals.ts";
import { condition, isForPeople, removed, returned } from "./mutant-statements.ts";
import type { Mutant, MutantsOf } from "./types.ts";

/** The classic operators of mutation testing, as far as they say something about a small pure program. */
const OPERATORS: readonly Operator[] = [
  ...[binary, logical, assignment, update, unary, call],
  ...[literal, template, collection, condition, returned, removed],
];

/** Properties that hold types, which are gone before a program runs. */
const TYPES = new Set([
  ...["typeAnnotation", "returnType", "typeParameters", "typeArguments", "superTypeArguments", "implements"],
]);
/** TypeScript's nodes that hold code that runs; all others are types, or gone. */
const RUNS = new Set([
  ...["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression", "TSTypeAssertion"],
  ...["TSModuleDeclaration", "TSModuleBlock", "TSParameterProperty", "TSInstantiationExpression"],
]);

/**
 * All mutants of a program in the order of its text, and the guards that every mutant gets (operator `GUARD`).
 * What is said to people (errors, the console) is left alone: no test should hang on its wording. Pure; runs in the
 * analysis child: imports only types from outside this folder. @throws {SyntaxError}
 */
export const mutantsOf: MutantsOf = (code, language, parse) => {
  if (code.includes(STEP)) return [];
  const lineOf = lineCounter(code);
  const found: Mutant[] = [];
  for (const { place, isMessage } of placesOf(parse(code, language))) {
    const operators = isMessage ? [] : OPERATORS;
    for (const operator of [...operators, guard])
      for (const change of operator(place, code)) found.push({ ...change, line: lineOf(change.start) });
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
};

interface Visit {
  readonly place: Place;
  /** Inside of what is said to people. */
  readonly isMessage: boolean;
  readonly depth: number;
}

/** Every node that runs, without recursion. @throws {SyntaxError} it is nested too deep */
function* placesOf(program: Node): Generator<Visit> {
  const open: Visit[] = [
    { place: { node: program, parent: undefined, key: "" }, isMessage: false, depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { place, isMessage, depth } = next;
    if (depth > MOST_TREE_DEPTH) throw new SyntaxError(`it is nested deeper than ${MOST_TREE_DEPTH} levels`);
    yield next;
    for (const child of childrenOf(place.node)) {
      open.push({ place: child, isMessage: isMessage || saysSomething(child), depth: depth + 1 });
    }
  }
}

function childrenOf(node: Node): Place[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    TYPES.has(key)
      ? []
      : [value]
          .flat()
          .filter(isNode)
          .filter(runs)
          .map((child) => ({ node: child, parent: node, key })),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function runs(node: Node): boolean {
  if ("declare" in node && node.declare === true) return false;
  return !node.type.startsWith("TS") || RUNS.has(node.type);
}

/** What is thrown, an error being made, a line for the console. */
function saysSomething({ node, parent, key }: Place): boolean {
  if (parent?.type === "ThrowStatement" && key === "argument") return true;
  if (node.type === "NewExpression")
    return node.callee.type === "Identifier" && /Error$/.test(node.callee.name);
  return node.type === "CallExpression" && isForPeople(node.callee);
}
