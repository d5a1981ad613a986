import type { Json } from "@action-collective/protocol";
import type { Node, Program } from "oxc-parser";
import type { DocComment } from "./doc-comment.ts";
import { MOST_EXAMPLES, MOST_READINGS } from "./limits.ts";
import { literalValue } from "./literal-value.ts";

export interface Example {
  readonly input: Json;
  readonly output: Json;
}

/** Between a call and what comes of it: `double({ n: 2 }) // => 4`, `// 4`, `// returns 4`, `→ 4`. */
const ARROW = /\/\/[ \t]{0,4}(?:=>|->|→|⇒|[Rr]eturns?:?(?= )|[Oo]utput:?(?= ))?|=>|->|→|⇒/g;
/** Arrows of one example that are tried: others stand in its texts. */
const MOST_ARROWS = 6;

/**
 * Cases from `@example` tags: a call with a written-out input, an arrow, the written-out output; on one line or on many, also
 * in a code block. The call's name does not matter. What is no such case is told. Pure.
 * @param parse a program's text; it throws for what is none
 */
export function examplesOf(
  doc: DocComment | undefined,
  parse: (code: string) => Program,
  problem: (text: string) => void,
): Example[] {
  const examples: Example[] = [];
  const unread = (lines: readonly string[]) => {
    const text = lines.map((line) => line.trim()).join(" ");
    if (text !== "")
      problem(
        `@example "${text.slice(0, 80)}" is no case: write a call, an arrow and the output, such as double({ n: 2 }) // => 4`,
      );
  };
  let readings = 0;
  const read = (lines: readonly string[]) =>
    ++readings > MOST_READINGS ? undefined : caseIn(lines.join("\n"), parse);
  for (const { tag, text } of doc?.tags ?? []) {
    if (tag !== "example") continue;
    let waiting: string[] = [];
    for (const line of codeLines(text)) {
      const whole = read([...waiting, line]);
      // What came before it may be no case, and this line one.
      const found = whole ?? (waiting.length === 0 ? undefined : read([line]));
      if (found === undefined) waiting.push(line);
      else {
        if (whole === undefined) unread(waiting);
        waiting = [];
        if (examples.length < MOST_EXAMPLES) examples.push(found);
      }
    }
    unread(waiting);
  }
  return examples;
}

/** The lines of code in an example: those of its code blocks, where it has any, and no title. */
function codeLines(text: string): string[] {
  const lines = text.replace(/<caption>[^<]{0,400}<\/caption>/, "").split("\n");
  const fences = lines.flatMap((line, index) => (line.trimStart().startsWith("```") ? [index] : []));
  let inside = lines.filter((_, index) => fences.filter((fence) => fence < index).length % 2 === 1);
  if (fences.length === 0) {
    const [title = "", ...rest] = lines;
    inside = /[({[]|=>|->|→|⇒/.test(title) ? lines : rest;
  }
  return inside.filter((line) => !/^\s*(?:$|```|import\s)/.test(line));
}

function caseIn(text: string, parse: (code: string) => Program): Example | undefined {
  let tried = 0;
  for (const arrow of text.matchAll(ARROW)) {
    if (++tried > MOST_ARROWS) return undefined;
    // An output on several lines of comment.
    const right = text.slice(arrow.index + arrow[0].length).replace(/\n[ \t]*\/\//g, "\n");
    const output = right.trim() === "" ? undefined : valueIn(right, parse);
    const input = output === undefined ? undefined : valueIn(text.slice(0, arrow.index), parse);
    if (input !== undefined && output !== undefined) return { input, output };
  }
  return undefined;
}

/** The value of an expression, or of the only argument of a call. */
function valueIn(text: string, parse: (code: string) => Program): Json | undefined {
  const written = text
    .trim()
    .replace(/;$/, "")
    .replace(/^(?:const|let|var)\s+[\w$]+\s*=/, "");
  let expression: Node | undefined;
  try {
    const [statement, ...more] = parse(`(${written}\n);`).body;
    if (statement?.type === "ExpressionStatement" && more.length === 0) expression = statement.expression;
  } catch {
    return undefined;
  }
  return expression === undefined ? undefined : literalIn(expression);
}

function literalIn(expression: Node): Json | undefined {
  if (expression.type === "ParenthesizedExpression") return literalIn(expression.expression);
  if (expression.type === "AwaitExpression") return literalIn(expression.argument);
  if (expression.type !== "CallExpression") return literalValue(expression);
  const [argument, ...others] = expression.arguments;
  if (argument === undefined || others.length > 0) return undefined;
  // `console.log(double(2)); // 4`
  return argument.type === "CallExpression" || argument.type === "AwaitExpression"
    ? literalIn(argument)
    : literalValue(argument);
}
