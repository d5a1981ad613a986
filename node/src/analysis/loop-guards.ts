import type { Node } from "oxc-parser";
import type { Change, Operator } from "./mutant-change.ts";

/**
 * The operator of entries that are no mutants: text to put into every mutant of the program, so that each turn of a
 * loop and each call of a function is one step that can be counted. A changed program often loops for ever; a count
 * ends it after the same step on every machine, where a clock would not.
 */
export const GUARD = "guard";
/** The function that counts a step. A program that uses the name itself is not mutated. */
export const STEP = "$countStep$";

export const guard: Operator = ({ node }) => {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return around(node.body);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return node.body?.type === "BlockStatement" ? around(node.body) : [];
    default:
      return [];
  }
};

function around(body: Node): Change[] {
  const { start, end } = body;
  if (body.type === "BlockStatement") return [insert(start + 1, `${STEP}();`)];
  return [insert(start, `{${STEP}();`), insert(end, "}")];
}

function insert(at: number, text: string): Change {
  return { operator: GUARD, start: at, end: at, replacement: text };
}
