import type { Node } from "oxc-parser";
import { type Operator, replaceToken } from "./mutant-change.ts";

/** Each token with what takes its place, by the family of the change. */
const BINARY: Readonly<Record<string, readonly (readonly [family: string, replacement: string])[]>> = {
  "+": [["arithmetic", "-"]],
  "-": [["arithmetic", "+"]],
  "*": [["arithmetic", "/"]],
  "/": [["arithmetic", "*"]],
  "%": [["arithmetic", "*"]],
  "**": [["arithmetic", "*"]],
  "<": [
    ["boundary", "<="],
    ["comparison", ">="],
  ],
  "<=": [
    ["boundary", "<"],
    ["comparison", ">"],
  ],
  ">": [
    ["boundary", ">="],
    ["comparison", "<="],
  ],
  ">=": [
    ["boundary", ">"],
    ["comparison", "<"],
  ],
  "===": [["comparison", "!=="]],
  "!==": [["comparison", "==="]],
  "==": [["comparison", "!="]],
  "!=": [["comparison", "=="]],
  "&": [["bitwise", "|"]],
  "|": [["bitwise", "&"]],
  "^": [["bitwise", "&"]],
  "<<": [["bitwise", ">>"]],
  ">>": [["bitwise", "<<"]],
  ">>>": [["bitwise", "<<"]],
};

const LOGICAL: Readonly<Record<string, string>> = { "&&": "||", "||": "&&", "??": "&&" };

const ASSIGNMENT: Readonly<Record<string, string>> = {
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
  "%=": "*=",
  "**=": "*=",
  "&=": "|=",
  "|=": "&=",
  "^=": "&=",
  "<<=": ">>=",
  ">>=": "<<=",
  ">>>=": "<<=",
  "&&=": "||=",
  "||=": "&&=",
  "??=": "&&=",
};

export const binary: Operator = ({ node }, code) => {
  if (node.type !== "BinaryExpression") return [];
  // Text minus text is never a number: every test sees that, and the change would say nothing.
  if (node.operator === "+" && (isText(node.left) || isText(node.right))) return [];
  const between = { from: node.left.end, to: node.right.start };
  return (BINARY[node.operator] ?? []).flatMap(([family, replacement]) =>
    replaceToken(family, code, between, node.operator, replacement),
  );
};

export const logical: Operator = ({ node }, code) => {
  if (node.type !== "LogicalExpression") return [];
  const replacement = LOGICAL[node.operator];
  const between = { from: node.left.end, to: node.right.start };
  return replacement === undefined ? [] : replaceToken("logical", code, between, node.operator, replacement);
};

export const assignment: Operator = ({ node }, code) => {
  if (node.type !== "AssignmentExpression") return [];
  if (node.operator === "+=" && isText(node.right)) return [];
  const replacement = ASSIGNMENT[node.operator];
  const between = { from: node.left.end, to: node.right.start };
  return replacement === undefined
    ? []
    : replaceToken("assignment", code, between, node.operator, replacement);
};

export const update: Operator = ({ node }, code) => {
  if (node.type !== "UpdateExpression") return [];
  const { argument, operator, prefix } = node;
  const between = prefix ? { from: node.start, to: argument.start } : { from: argument.end, to: node.end };
  return replaceToken("update", code, between, operator, operator === "++" ? "--" : "++");
};

export const unary: Operator = ({ node }) => {
  if (node.type !== "UnaryExpression" || !["!", "-", "~"].includes(node.operator)) return [];
  const operator = node.operator === "!" ? "negation" : "sign";
  return [{ operator, start: node.start, end: node.start + 1, replacement: "" }];
};

/** Whether an expression is certainly text: then `+` joins. */
function isText(node: Node): boolean {
  switch (node.type) {
    case "TemplateLiteral":
      return true;
    case "Literal":
      return typeof node.value === "string";
    case "ParenthesizedExpression":
      return isText(node.expression);
    case "BinaryExpression":
      return node.operator === "+" && (isText(node.left) || isText(node.right));
    default:
      return false;
  }
}
