import type { Json } from "@action-collective/protocol";
import type { Node, Program } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import { MOST_EXAMPLES } from "./limits.ts";
import { literalValue } from "./literal-value.ts";

export interface Example {
  readonly input: Json;
  readonly output: Json;
}

/** Between a call and what comes of it: `double({ n: 2 }) // => 4`. */
const ARROW = /\s*;?\s*(?:\/\/\s*)?(?:=>|→|⇒)\s*/;

/**
 * Cases from `@example` tags, one a line: a call with a written-out input, an arrow, the written-out output. The call's
 * name does not matter. What is no such line is told. Pure.
 * @param parse a program's text; it throws for what is none
 */
export function examplesOf(
  doc: DocComment | undefined,
  parse: (code: string) => Program,
  problem: (text: string) => void,
): Example[] {
  const lines = (doc?.tags ?? [])
    .filter(({ tag }) => tag === "example")
    .flatMap(({ type, text }) => (type === undefined ? text : `{${type}} ${text}`).split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("```"));
  const examples: Example[] = [];
  for (const line of lines.slice(0, MOST_EXAMPLES)) {
    const arrow = ARROW.exec(line);
    const output = arrow === null ? undefined : valueIn(line.slice(arrow.index + arrow[0].length), parse);
    const input = arrow === null ? undefined : valueIn(line.slice(0, arrow.index), parse);
    if (input === undefined || output === undefined)
      problem(
        `@example "${line.slice(0, 80)}" is no case: write a call, an arrow and the output on one line, such as double({ n: 2 }) // => 4`,
      );
    else examples.push({ input, output });
  }
  return examples;
}

/** The value of an expression, or of the only argument of a call. */
function valueIn(text: string, parse: (code: string) => Program): Json | undefined {
  let expression: Node | undefined;
  try {
    const [statement, ...more] = parse(`(${text.replace(/;\s*$/, "")});`).body;
    if (statement?.type === "ExpressionStatement" && more.length === 0) expression = statement.expression;
  } catch {
    return undefined;
  }
  while (expression?.type === "ParenthesizedExpression" || expression?.type === "AwaitExpression")
    expression = expression.type === "AwaitExpression" ? expression.argument : expression.expression;
  if (expression?.type !== "CallExpression")
    return expression === undefined ? undefined : literalValue(expression);
  const [argument, ...others] = expression.arguments;
  return argument === undefined || others.length > 0 ? undefined : literalValue(argument);
}
