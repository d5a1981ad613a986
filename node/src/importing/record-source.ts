import type { Node } from "oxc-parser";
import { COMMON_JS } from "./exported-functions.ts";
import type { SourceFile } from "./source-files.ts";

/** A binding of a module whose calls are written down, and the number it is known by. */
export interface Recorded {
  readonly local: string;
  readonly index: number;
}

interface Edit {
  readonly at: number;
  readonly text: string;
}

const WRAP = "__recordCalls";

/**
 * The text of a module that writes down the calls of some of its functions, and does the same otherwise. Declared functions
 * are wrapped when the module has run, which every importer sees since bindings are live; functions in constants are wrapped
 * where they are made. Pure.
 * @param recorder an expression that gives the wrapping function
 */
export function recordSource(
  { code, parsed }: SourceFile,
  functions: readonly Recorded[],
  recorder: string,
): string {
  const indexes = new Map(functions.map(({ local, index }) => [local, index]));
  const edits: Edit[] = [];
  const ends: string[] = [];
  for (const statement of parsed.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const named = declaration.type === "FunctionDeclaration" ? declaration.id?.name : undefined;
      const index = indexes.get(named ?? "default");
      if (index === undefined || declaration.type === "Identifier") continue;
      if (named !== undefined) ends.push(`${named} = ${WRAP}(${index}, ${named});`);
      else edits.push(...around(declaration, index, "default"));
      continue;
    }
    const node: Node =
      statement.type === "ExportNamedDeclaration" && statement.declaration !== null
        ? (statement.declaration as Node)
        : statement;
    if (node.type === "FunctionDeclaration" && node.id !== null) {
      const { name } = node.id;
      const index = indexes.get(name);
      if (index !== undefined) ends.push(`${name} = ${WRAP}(${index}, ${name});`);
    }
    if (node.type === "VariableDeclaration")
      for (const { id, init } of node.declarations) {
        const index = id.type === "Identifier" ? indexes.get(id.name) : undefined;
        if (index !== undefined && init !== null && id.type === "Identifier")
          edits.push(...around(init, index, id.name));
      }
  }
  for (const { local, index } of functions) {
    if (!local.startsWith(COMMON_JS)) continue;
    const name = local.slice(COMMON_JS.length);
    const target = name === "default" ? "module.exports" : `module.exports.${name}`;
    ends.push(`${target} = ${WRAP}(${index}, ${target});`);
  }
  const first = parsed.program.body.find((one) => !("directive" in one && one.directive !== undefined));
  edits.push({ at: first?.start ?? 0, text: `const ${WRAP} = ${recorder};\n` });
  return `${edited(code, edits)}\n${ends.join("\n")}\n`;
}

function around(node: Node, index: number, name: string): Edit[] {
  return [
    { at: node.start, text: `${WRAP}(${index}, (` },
    { at: node.end, text: `), ${JSON.stringify(name)})` },
  ];
}

/** Inserts from the end to the beginning, so that places stay true. */
function edited(code: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), code);
}
