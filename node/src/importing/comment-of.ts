import { cleanText, type Json, limits } from "@action-collective/protocol";
import type { Node } from "oxc-parser";
import { type DocComment, lineOf, tagsOf, textOf } from "../describing/doc-comment.ts";
import { literalValue } from "../describing/literal-value.ts";
import type { Project } from "./project.ts";
import type { RecordedCall } from "./recorded-calls.ts";
import type { Parameter } from "./signature.ts";
import { parseText } from "./source-files.ts";

/** What a comment says of a function; where it says nothing, its name and where it is from. */
export function describedIn(
  doc: DocComment | undefined,
  {
    name,
    project,
    parameters,
  }: { readonly name: string; readonly project: Project; readonly parameters: readonly Parameter[] },
): { readonly text: string; readonly useWhen: readonly string[]; readonly notes: readonly string[] } {
  const said = doc?.description || textOf(doc, "description") || textOf(doc, "summary") || "";
  const useWhen = tagsOf(doc, "useWhen")
    .map(({ text }) => cleanText(lineOf(text), limits.useWhenCharacters))
    .filter((line) => line !== "")
    .slice(0, limits.useWhen);
  if (said !== "") return { text: shortened(said), useWhen, notes: [] };
  const call = `${name}(${parameters.map((one) => one.name).join(", ")})`;
  const text = `${call}${project.name === "" ? "" : ` of the package ${project.name}`}`;
  return { text, useWhen, notes: ["no comment says what it does: write one above it"] };
}

/** Whole sentences, as many as fit. */
function shortened(text: string): string {
  const clean = cleanText(text.replace(/\s+/g, " ").trim(), 10_000);
  if (clean.length <= limits.descriptionCharacters) return clean;
  const cut = clean.slice(0, limits.descriptionCharacters - 1);
  const end = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf("! "), cut.lastIndexOf("? "));
  return end > 80 ? cut.slice(0, end + 1) : `${cut}…`;
}

/** Between a call and what comes of it. */
const ARROW = /\/\/\s*(?:=>|->|→|[Rr]eturns?:?|[Oo]utput:?)?\s*/;
const MOST_EXAMPLES = 16;

/** Calls with written-out arguments and results in `@example`: `chunk([1, 2, 3], 2); // => [[1, 2], [3]]`. */
export function exampleCalls(doc: DocComment | undefined): RecordedCall[] {
  const lines = tagsOf(doc, "example").flatMap(({ text }) => text.split("\n"));
  const calls: RecordedCall[] = [];
  for (const [at, line] of lines.entries()) {
    const arrow = ARROW.exec(line);
    if (arrow === null || calls.length >= MOST_EXAMPLES) continue;
    const before =
      line.slice(0, arrow.index).trim() === "" ? (lines[at - 1] ?? "") : line.slice(0, arrow.index);
    const args = argumentsIn(before);
    const result = valueIn(line.slice(arrow.index + arrow[0].length));
    if (args !== undefined && result !== undefined)
      calls.push({ args, result, nested: false, changed: false, promised: false });
  }
  return calls;
}

function argumentsIn(text: string): Json[] | undefined {
  const node = expressionIn(text.replace(/^\s*(?:const|let|var)\s+[\w$]+\s*=/, ""));
  if (node?.type !== "CallExpression") return undefined;
  const inner = node.arguments[0];
  const isLog = node.callee.type === "MemberExpression" && inner?.type === "CallExpression";
  const values = (isLog ? inner.arguments : node.arguments).map((one) => literalValue(one));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function valueIn(text: string): Json | undefined {
  const node = expressionIn(text);
  return node === undefined ? undefined : literalValue(node);
}

function expressionIn(text: string): Node | undefined {
  try {
    const [statement, ...more] = parseText(`(${text.trim().replace(/;$/, "")}\n);`).program.body;
    if (statement?.type !== "ExpressionStatement" || more.length > 0) return undefined;
    const { expression } = statement;
    return expression.type === "ParenthesizedExpression" ? expression.expression : expression;
  } catch {
    return undefined;
  }
}
