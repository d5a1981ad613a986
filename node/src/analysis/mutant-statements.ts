import type { Node } from "oxc-parser";
import { type Change, type Operator, replace } from "./mutant-change.ts";

export const condition: Operator = ({ node }) => {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return constant(node.test, ["true", "false"]);
    // Always true is a loop that never ends, which says nothing about a test.
    case "WhileStatement":
    case "DoWhileStatement":
      return constant(node.test, ["false"]);
    case "ForStatement":
      return node.test === null ? [] : constant(node.test, ["false"]);
    default:
      return [];
  }
};

function constant(test: Node, values: readonly string[]): Change[] {
  return test.type === "Literal" ? [] : values.map((value) => replace("condition", test, value));
}

export const returned: Operator = ({ node }, code) => {
  if (node.type !== "ReturnStatement" || node.argument === null) return [];
  const { argument } = node;
  const text = code.slice(argument.start, argument.end);
  // A literal has changes of its own.
  if (argument.type === "Literal" && text !== "null") return [];
  return text === "undefined" ? [] : [replace("return-value", argument, text === "null" ? "0" : "null")];
};

export const removed: Operator = ({ node }) => {
  switch (node.type) {
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return [replace("removed-statement", node, ";")];
    case "ExpressionStatement":
      return isWork(node.expression) ? [replace("removed-statement", node, ";")] : [];
    default:
      return [];
  }
};

/** Statements that compute nothing, or only say something, leave nothing for a test to see. */
function isWork(expression: Node): boolean {
  switch (expression.type) {
    case "AssignmentExpression":
    case "UpdateExpression":
      return true;
    case "AwaitExpression":
      return isWork(expression.argument);
    case "CallExpression":
      return expression.callee.type !== "Super" && !isForPeople(expression.callee);
    default:
      return false;
  }
}

/** A line for the console. */
export function isForPeople(callee: Node): boolean {
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "console"
  );
}
