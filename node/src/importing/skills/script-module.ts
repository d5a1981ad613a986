import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import type { ImportDeclaration, Node, Program } from "oxc-parser";
import { visitorKeys } from "oxc-parser";
import { isReference } from "../../analysis/expressions.ts";
import { walk } from "../../analysis/walk.ts";
import type { Refusal } from "../candidate.ts";
import { plainJavaScript } from "./plain-javascript.ts";
import { builtinOf, IMITATED_MODULES, requiredBuiltin, scriptRefusal } from "./script-refusal.ts";

/** What runs a script without a process. Plain JavaScript: it becomes part of actions. */
const COMMAND_LINE = fileURLToPath(new URL("../../../importing/command-line.js", import.meta.url));
/** Where a script lies by its own account; that of its user is nobody's business. */
const FOLDER = "/skill";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface ScriptModule {
  /** The module that is bundled: it default-exports `(input) => output`. */
  readonly entry: string;
  readonly readsFiles: boolean;
}

/**
 * A command-line script as an action: its text becomes a function, and what it knows of its process are parameters of it.
 * Pure.
 * @param path by its place in the skill: `scripts/convert.mjs`
 */
export function scriptModule(
  { path, description }: { readonly path: string; readonly description: string },
  code: string,
): ScriptModule | Pick<Refusal, "reason" | "detail"> {
  const script = plainJavaScript(path, code);
  const refused = scriptRefusal(script.program);
  if (refused !== undefined) return refused;
  const place = `${FOLDER}/${path}`;
  const edits: Edit[] = [];
  const imports: string[] = [];
  const refusal = editImports(script, imports, edits) ?? editNodes(script.program, place, imports, edits);
  if (refusal !== undefined) return refusal;
  editExports(script.program, edits);
  const body = edited(script.code, edits);
  const entry = [
    ...imports,
    `import { runCommandLine } from ${JSON.stringify(COMMAND_LINE)};`,
    `/** ${description.replaceAll("*/", "* /").replace(/\s+/g, " ")} */`,
    "export default function commandLine(input) {",
    `  return runCommandLine(input, ${JSON.stringify(place)}, async (system) => {`,
    "    const { process, console, module } = system;",
    "    const { exports } = module;",
    "    {",
    body.trim(),
    "    }",
    "  });",
    "}",
    "",
  ].join("\n");
  return { entry, readsFiles: /\bsystem\.fs\b/.test(body) };
}

/** Node's own modules are imitated, the others are bundled. */
function editImports(
  { code, program }: { readonly code: string; readonly program: Program },
  imports: string[],
  edits: Edit[],
): Pick<Refusal, "reason" | "detail"> | undefined {
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const { start, end, source } = statement;
    if (!isBuiltin(source.value)) {
      imports.push(code.slice(start, end));
      edits.push({ start, end, text: "" });
      continue;
    }
    const from = imitation(source.value);
    if (from === undefined) return { reason: "needs-modules", detail: source.value };
    edits.push({ start, end, text: constantsOf(statement, from) });
  }
  return undefined;
}

/** The expression that stands for a module of Node's own. */
function imitation(specifier: string): string | undefined {
  const module = builtinOf(specifier);
  if (IMITATED_MODULES[module] === undefined) return undefined;
  return module === "fs/promises" ? "system.fs.promises" : `system.${module}`;
}

function constantsOf({ specifiers }: ImportDeclaration, from: string): string {
  return specifiers
    .map((one) => {
      const imported =
        one.type === "ImportSpecifier" && one.imported.type === "Identifier" ? one.imported.name : "default";
      const value = imported === "default" ? from : `${from}.${imported}`;
      // `import process from "node:process"` is what is there already.
      return one.local.name === "process" ? "" : `const ${one.local.name} = ${value};`;
    })
    .join(" ");
}

function editNodes(
  program: Program,
  place: string,
  imports: string[],
  edits: Edit[],
): Pick<Refusal, "reason" | "detail"> | undefined {
  const replace = ({ start, end }: Node, text: string) => edits.push({ start, end, text });
  const own: Readonly<Record<string, string>> = {
    url: `file://${place}`,
    filename: place,
    dirname: place.slice(0, place.lastIndexOf("/")),
  };
  for (const { node, parent } of walk(program, visitorKeys)) {
    if (node.type === "MemberExpression" && node.object.type === "MetaProperty") {
      const name = node.property.type === "Identifier" ? node.property.name : "";
      if (name !== "main" && own[name] === undefined)
        return { reason: "needs-modules", detail: `it uses import.meta.${name}` };
      replace(node, name === "main" ? "true" : JSON.stringify(own[name]));
    }
    if (node.type === "Identifier" && isReference(node, parent) && /^__(?:file|dir)name$/.test(node.name))
      replace(node, JSON.stringify(own[node.name.slice(2)]));
    if (
      node.type === "MemberExpression" &&
      node.object.type === "Identifier" &&
      node.object.name === "require" &&
      node.property.type === "Identifier" &&
      node.property.name === "main"
    )
      replace(node, "module");
    const required = requiredBuiltin(node);
    if (required !== undefined) {
      const from = isBuiltin(required) ? imitation(required) : `required${imports.length}`;
      if (from === undefined) return { reason: "needs-modules", detail: required };
      if (!isBuiltin(required)) imports.push(`import ${from} from ${JSON.stringify(required)};`);
      replace(node, from);
    }
    // The promise of `main()` keeps a process alive, though nobody awaits it.
    if (node.type === "ExpressionStatement" && isFloating(node.expression)) {
      edits.push({ start: node.expression.start, end: node.expression.start, text: "system.floating(" });
      edits.push({ start: node.expression.end, end: node.expression.end, text: ")" });
    }
  }
  return undefined;
}

function isFloating(node: Node): boolean {
  if (node.type === "UnaryExpression" && node.operator === "void") return false;
  return node.type === "CallExpression" && node.callee.type !== "Super";
}

/** A function exports nothing. */
function editExports(program: Program, edits: Edit[]): void {
  for (const statement of program.body) {
    const { start, end } = statement;
    if (statement.type === "ExportAllDeclaration") edits.push({ start, end, text: "" });
    if (statement.type === "ExportNamedDeclaration") {
      const kept = statement.declaration?.start ?? end;
      edits.push({ start, end: kept, text: "" });
    }
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const named = "id" in declaration && declaration.id !== null;
      edits.push({ start, end: declaration.start, text: named ? "" : "const exportedByDefault = " });
    }
  }
}

/** Insertions inside a replaced text are dropped with it. */
function edited(code: string, edits: readonly Edit[]): string {
  let text = "";
  let at = 0;
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const { start, end, text: put } of sorted) {
    if (start < at) continue;
    text += code.slice(at, start) + put;
    at = end;
  }
  return text + code.slice(at);
}
