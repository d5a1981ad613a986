import type { JsonObject } from "@action-collective/protocol";
import { isJsonObject } from "@action-collective/protocol";
import { type Node, visitorKeys } from "oxc-parser";
import { isReference } from "../../analysis/expressions.ts";
import { walk } from "../../analysis/walk.ts";
import type { Refusal } from "../candidate.ts";
import { sliceAround } from "./module-slice.ts";
import type { ServerModule } from "./server-source.ts";
import { type FunctionNode, initOf, type ToolHandler } from "./tool-handlers.ts";

type Refused = Pick<Refusal, "reason" | "detail">;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The module that is bundled: the handler of a tool, what it leans on, and a default export that answers as the tool does.
 * Pure.
 */
export function toolModule(
  found: ToolHandler,
  tool: { readonly name: string; readonly description: string; readonly inputSchema: JsonObject },
): { readonly entry: string } | Refused {
  const { module, handler } = found;
  const [args, extra] = handler.params as readonly Node[];
  const uses = (pattern: Node | undefined) => pattern !== undefined && usesPattern(handler, pattern);
  if (uses(extra)) return { reason: "not-pure", detail: "it talks to its client while it runs" };
  if (mentionsThis(handler)) return { reason: "not-pure", detail: "it uses this: what its server keeps" };
  const edits: Edit[] = [];
  const skipped =
    found.takes === "request" ? reducedTo(tool.name, handler, edits) : withoutParse(found, args, edits);
  const slice = sliceAround(module, handler, skipped, found.serverName);
  if ("reason" in slice) return slice;
  const text = edited(module.code, handler, edits);
  const defaults = defaultsOf(tool.inputSchema);
  const input = Object.keys(defaults).length === 0 ? "input" : `{ ...${JSON.stringify(defaults)}, ...input }`;
  const given =
    found.takes === "arguments"
      ? input
      : `{ method: "tools/call", params: { name: ${JSON.stringify(tool.name)}, arguments: ${input} } }`;
  const doc = tool.description.replaceAll("*/", "* /").replace(/\s+/g, " ");
  const entry = [
    ...slice.imports,
    ...slice.declarations,
    `const handlerOfTool = ${handler.type === "FunctionDeclaration" ? `(${text})` : text};`,
    `/** ${doc} */`,
    "export default async function answerOfTool(input) {",
    `  const result = await handlerOfTool(${given}, {});`,
    // Servers that register tools in a loop make the answer of a text there.
    '  if (typeof result === "string") return result;',
    "  const { structuredContent, content = [], isError } = result;",
    '  if (isError) throw new Error(content[0]?.text ?? "the tool failed");',
    "  if (structuredContent !== undefined) return structuredContent;",
    '  if (content.length !== 1 || content[0].type !== "text") throw new TypeError("the tool answers with no text");',
    "  return content[0].text;",
    "}",
    "",
  ].join("\n");
  return { entry };
}

function usesPattern(handler: FunctionNode, pattern: Node): boolean {
  if (pattern.type !== "Identifier") return true;
  const { body } = handler;
  if (body === null) return false;
  return [...walk(body, visitorKeys)].some(
    ({ node, parent }) =>
      node.type === "Identifier" && node.name === pattern.name && isReference(node, parent),
  );
}

function mentionsThis(handler: FunctionNode): boolean {
  return [...walk(handler, visitorKeys)].some(({ node }) => node.type === "ThisExpression");
}

/**
 * The framework has checked the arguments with the tool's own schema, as a peer does: a handler that does it once more,
 * `Schema.parse(args)`, gets the same back. @returns what is left out
 */
function withoutParse(
  { module, handler, schemaName }: ToolHandler,
  args: Node | undefined,
  edits: Edit[],
): Set<Node> {
  const skipped = new Set<Node>();
  for (const { node } of walk(handler, visitorKeys)) {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") continue;
    const { object, property } = node.callee;
    const [only, ...more] = node.arguments;
    const isParse = property.type === "Identifier" && property.name === "parse" && more.length === 0;
    const isOwn =
      schemaName !== undefined &&
      object.type === "Identifier" &&
      (object.name === schemaName || isObjectOf(object.name, schemaName, module)) &&
      args?.type === "Identifier" &&
      only?.type === "Identifier" &&
      only.name === args.name;
    if (!isParse || !isOwn) continue;
    edits.push({ start: node.start, end: node.end, text: args.name });
    skipped.add(node.callee);
  }
  return skipped;
}

/** `const Input = z.object(schema)`. */
function isObjectOf(name: string, schemaName: string, module: ServerModule): boolean {
  const made = initOf(name, module);
  if (made?.type !== "CallExpression" || made.callee.type !== "MemberExpression") return false;
  const [only] = made.arguments;
  const { property } = made.callee;
  return (
    property.type === "Identifier" &&
    property.name === "object" &&
    only?.type === "Identifier" &&
    only.name === schemaName
  );
}

/** Of a switch over the name of the tool, the case of this one. @returns what is left out */
function reducedTo(name: string, handler: FunctionNode, edits: Edit[]): Set<Node> {
  const skipped = new Set<Node>();
  for (const { node } of walk(handler, visitorKeys)) {
    if (node.type !== "SwitchStatement") continue;
    const isOwn = (one: Node | null) => one?.type === "Literal" && one.value === name;
    if (!node.cases.some(({ test }) => isOwn(test))) continue;
    let falls = false;
    for (const one of node.cases) {
      const last = one.consequent.at(-1);
      if (!isOwn(one.test) && !falls) {
        skipped.add(one);
        edits.push({ start: one.start, end: one.end, text: "" });
      } else falls = last === undefined || !endsCase(last);
    }
  }
  return skipped;
}

function endsCase(node: Node): boolean {
  if (node.type === "BlockStatement") {
    const last = node.body.at(-1);
    return last !== undefined && endsCase(last);
  }
  return /^(?:Return|Throw|Break|Continue)Statement$/.test(node.type);
}

function edited(code: string, { start, end }: Node, edits: readonly Edit[]): string {
  let text = "";
  let at = start;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    text += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + code.slice(at, end);
}

/** What a framework fills in for arguments that are not given. */
function defaultsOf({ properties }: JsonObject): JsonObject {
  if (!isJsonObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) =>
      isJsonObject(schema) && schema.default !== undefined ? [[name, schema.default]] : [],
    ),
  );
}
