import type { Node } from "oxc-parser";
import { importLimits } from "./limits.ts";
import type { SourceFiles } from "./source-files.ts";

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
/** Types of TypeScript's own that have a JSON form, and that describing does not know by itself. */
const BUILT_IN: Readonly<Record<string, string>> = {
  ArrayLike: "type ArrayLike<T> = T[];",
  PropertyKey: "type PropertyKey = string | number;",
};

/**
 * The declarations of all types that a text names, also of other modules of the package, as the text of one module. The first
 * that is found counts where two have one name. Pure but for reading.
 */
export function gatheredTypes(text: string, file: string, files: SourceFiles): string {
  const taken = new Map<string, string>();
  const waiting: { readonly text: string; readonly file: string }[] = [{ text, file }];
  for (let at = 0; at < waiting.length; at++) {
    const { text: from, file: inside } = waiting[at] as { text: string; file: string };
    for (const [word] of from.matchAll(WORD)) {
      if (taken.has(word) || taken.size >= importLimits.types) continue;
      const found = declared(word, inside, files, 0);
      if (found === undefined) continue;
      taken.set(word, found.text);
      waiting.push(found);
    }
  }
  const own = [...taken.values()];
  const builtIn = Object.entries(BUILT_IN).filter(
    ([name]) => !taken.has(name) && [text, ...own].some((one) => new RegExp(`\\b${name}\\b`).test(one)),
  );
  return [...own, ...builtIn.map(([, declaration]) => declaration)].join("\n");
}

interface Found {
  readonly text: string;
  readonly file: string;
}

/** Modules that re-export a type from one another. */
const MOST_STEPS = 8;

function declared(name: string, file: string, files: SourceFiles, steps: number): Found | undefined {
  if (steps > MOST_STEPS) return undefined;
  const { code, parsed } = files.read(file);
  for (const statement of parsed.program.body) {
    const node: Node =
      statement.type === "ExportNamedDeclaration" && statement.declaration !== null
        ? (statement.declaration as Node)
        : statement;
    switch (node.type) {
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSEnumDeclaration":
        if (node.id.name === name) return { text: code.slice(node.start, node.end), file };
        break;
      case "VariableDeclaration":
        for (const one of node.declarations)
          if (one.id.type === "Identifier" && one.id.name === name && isData(one.init))
            return { text: `const ${code.slice(one.start, one.end)};`, file };
        break;
      case "ImportDeclaration":
        for (const one of node.specifiers)
          if (one.type === "ImportSpecifier" && one.local.name === name && nameOf(one.imported) === name)
            return follow(name, node.source.value, file, files, steps);
        break;
      case "ExportNamedDeclaration":
        for (const { exported } of node.specifiers)
          if (node.source !== null && nameOf(exported) === name)
            return follow(name, node.source.value, file, files, steps);
        break;
      case "ExportAllDeclaration": {
        const found = steps === 0 ? undefined : follow(name, node.source.value, file, files, steps);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** Files whose types cannot be read say nothing. */
function follow(
  name: string,
  specifier: string,
  file: string,
  files: SourceFiles,
  steps: number,
): Found | undefined {
  const to = files.resolve(specifier, file);
  try {
    return to === undefined ? undefined : declared(name, to, files, steps + 1);
  } catch {
    return undefined;
  }
}

/** What `typeof NAME` can be told of. */
function isData(node: Node | null): boolean {
  return (
    node?.type === "ArrayExpression" || node?.type === "ObjectExpression" || node?.type === "TSAsExpression"
  );
}

function nameOf(node: Node): string | undefined {
  return node.type === "Identifier" ? node.name : undefined;
}
