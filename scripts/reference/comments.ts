import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** What is said right above each field of each exported schema of a file: "statusSchema.actions.known" → its comment. */
export function commentsOf(file: string): Map<string, string> {
  const text = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, text);
  const said = comments
    .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .map(({ end, value }) => ({ end, words: words(value) }));
  const found = new Map<string, string>();
  const above = (at: number) => said.find(({ end }) => end <= at && text.slice(end, at).trim() === "")?.words;
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) for (const one of node) walk(one, path);
    else if (isNode(node) && node.type === "Property") {
      const name = keyOf(node);
      if (name === undefined) return;
      const comment = above(node.start);
      if (comment !== undefined) found.set(`${path}.${name}`, comment);
      walk(node.value, `${path}.${name}`);
    } else if (isNode(node)) for (const value of Object.values(node)) walk(value, path);
  };
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.declaration?.type !== "VariableDeclaration")
      continue;
    for (const { id, init } of statement.declaration.declarations)
      if (id.type === "Identifier") walk(init, id.name);
  }
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function keyOf({ key }: Node): string | undefined {
  if (!isNode(key)) return undefined;
  const name = key.type === "Identifier" ? key.name : key.value;
  return typeof name === "string" ? name : undefined;
}

function words(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*+ ?/, ""))
    .join(" ")
    .replace(/^\*/, "")
    .replace(/\s+/g, " ")
    .trim();
}
