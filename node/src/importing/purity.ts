import { visitorKeys } from "oxc-parser";
import { isDeclaration, isReference } from "../analysis/expressions.ts";
import { treeFindings } from "../analysis/tree-findings.ts";
import { walk } from "../analysis/walk.ts";
import { keptState } from "./kept-state.ts";
import { parseText } from "./source-files.ts";

/** Ways out of a program: what it reaches by them is not in its input. */
const WAYS_OUT = new Set([
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "EventSource",
  "process",
  "require",
  "Deno",
  "Bun",
  "localStorage",
  "sessionStorage",
  "indexedDB",
  "document",
  "navigator",
  "location",
]);
const IMPURE = new Set(["reads-clock", "uses-randomness", "eval", "webassembly"]);

/** Why the text of a bundled action is not pure, as one line; undefined when nothing in it speaks against it. Pure. */
export function impurity(code: string): string | undefined {
  const { program } = parseText(code);
  const finding = treeFindings(program, visitorKeys, code).find((one) => IMPURE.has(one.code));
  if (finding !== undefined) return finding.message;
  const visits = [...walk(program, visitorKeys)];
  const declared = new Set<string>();
  for (const { node, parent } of visits)
    if (node.type === "Identifier" && isDeclaration(node, parent)) declared.add(node.name);
  for (const { node, parent } of visits) {
    if (node.type !== "Identifier" || !WAYS_OUT.has(node.name) || declared.has(node.name)) continue;
    // Asking whether there is such a thing reaches nothing.
    if (parent?.type === "UnaryExpression" && parent.operator === "typeof") continue;
    if (isReference(node, parent)) return `it uses ${node.name}`;
  }
  const kept = keptState(program);
  return kept === undefined ? undefined : `it keeps something from call to call: ${kept.slice(0, 60)}`;
}
