import type { Node, Program } from "oxc-parser";
import { visitorKeys } from "oxc-parser";
import { isDeclaration, isReference, propertyName } from "../../analysis/expressions.ts";
import { walk } from "../../analysis/walk.ts";
import type { Refusal } from "../candidate.ts";

/** What of a process a script may use: `command-line.js` imitates just this. */
export const IMITATED: Readonly<Record<string, ReadonlySet<string>>> = {
  process: new Set(["argv", "env", "exit", "exitCode", "cwd", "stdin", "stdout", "stderr"]),
  console: new Set(["log", "info", "debug", "error", "warn"]),
};

/** What of Node's own modules it may use. */
export const IMITATED_MODULES: Readonly<Record<string, ReadonlySet<string>>> = {
  fs: new Set(["readFileSync", "existsSync", "promises"]),
  "fs/promises": new Set(["readFile"]),
  path: new Set([
    "sep",
    "delimiter",
    "normalize",
    "basename",
    "join",
    "resolve",
    "isAbsolute",
    "dirname",
    "extname",
    "parse",
  ]),
  url: new Set(["fileURLToPath", "pathToFileURL"]),
  process: new Set([...(IMITATED.process ?? [])]),
};
const PROMISED = new Set(["readFile"]);
const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);
const STREAMS: Readonly<Record<string, ReadonlySet<string>>> = {
  stdin: new Set(["fd", "setEncoding", "resume", "on", "once", "isTTY"]),
  stdout: new Set(["write", "isTTY"]),
  stderr: new Set(["write", "isTTY"]),
};

type Refused = Pick<Refusal, "reason" | "detail">;

export function builtinOf(specifier: string): string {
  return specifier.replace(/^node:/, "");
}

/** Why a command-line script cannot be imitated without a process, by its text; undefined when it can. Pure. */
export function scriptRefusal(program: Program): Refused | undefined {
  const visits = [...walk(program, visitorKeys)];
  const declared = new Set<string>();
  for (const { node, parent } of visits)
    if (node.type === "Identifier" && isDeclaration(node, parent)) declared.add(node.name);
  const modules = builtinNames(program);
  for (const { node, parent } of visits) {
    if (node.type !== "Identifier" || !isReference(node, parent) || isDeclaration(node, parent)) continue;
    const { name } = node;
    const module = modules.get(name);
    const allowed = module === undefined ? (declared.has(name) ? undefined : IMITATED[name]) : module.names;
    if (allowed !== undefined) {
      const property = parent?.type === "MemberExpression" ? propertyName(parent) : undefined;
      const shown = module?.shown ?? name;
      if (parent?.type === "UnaryExpression" || isTakenApart(node, parent, allowed)) continue;
      if (property === undefined) return reaches(shown);
      if (!allowed.has(property)) return reaches(`${shown}.${property}`);
    } else if (!declared.has(name) && TIMERS.has(name))
      return { reason: "not-pure", detail: `it waits for a timer: ${name}` };
    else if (!declared.has(name) && name === "Buffer")
      return { reason: "needs-modules", detail: "it uses Buffer" };
  }
  return streamRefusal(visits.map(({ node }) => node)) ?? importRefusal(program);
}

function reaches(what: string): Refused {
  return {
    reason: /^(?:fs|process\.(?:kill|chdir))/.test(what) ? "not-pure" : "needs-modules",
    detail: `it uses ${what}`,
  };
}

/** `const { argv } = process` of allowed names. */
function isTakenApart(node: Node, parent: Node | undefined, allowed: ReadonlySet<string>): boolean {
  return (
    parent?.type === "VariableDeclarator" &&
    parent.init === node &&
    parent.id.type === "ObjectPattern" &&
    parent.id.properties.every(
      (one) =>
        one.type === "Property" &&
        !one.computed &&
        one.key.type === "Identifier" &&
        allowed.has(one.key.name),
    )
  );
}

/** `process.stdin.pipe`, and `fs.promises.writeFile`. */
function streamRefusal(nodes: readonly Node[]): Refused | undefined {
  for (const node of nodes) {
    if (node.type !== "MemberExpression" || node.object.type !== "MemberExpression") continue;
    const inner = propertyName(node.object) ?? "";
    const property = propertyName(node);
    const { object } = node.object;
    if (object.type !== "Identifier" || property === undefined) continue;
    const allowed = object.name === "process" ? STREAMS[inner] : inner === "promises" ? PROMISED : undefined;
    if (allowed !== undefined && !allowed.has(property))
      return reaches(`${object.name}.${inner}.${property}`);
  }
  return undefined;
}

/** Named imports of what is not imitated. */
function importRefusal(program: Program): Refused | undefined {
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const module = builtinOf(statement.source.value);
    const allowed = IMITATED_MODULES[module];
    if (allowed === undefined) continue;
    for (const one of statement.specifiers) {
      const name =
        one.type === "ImportSpecifier" && one.imported.type === "Identifier" ? one.imported.name : "default";
      if (name !== "default" && !allowed.has(name)) return reaches(`${module}.${name}`);
    }
  }
  return undefined;
}

/** Names that stand for a whole module of Node's own. */
function builtinNames(
  program: Program,
): Map<string, { readonly shown: string; readonly names: ReadonlySet<string> }> {
  const found = new Map<string, { shown: string; names: ReadonlySet<string> }>();
  const add = (local: string, specifier: string) => {
    const shown = builtinOf(specifier);
    const names = IMITATED_MODULES[shown];
    if (names !== undefined) found.set(local, { shown, names });
  };
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration")
      for (const one of statement.specifiers)
        if (one.type !== "ImportSpecifier" || nameOf(one.imported) === "default")
          add(one.local.name, statement.source.value);
    if (statement.type === "VariableDeclaration")
      for (const { id, init } of statement.declarations) {
        const specifier = init === null ? undefined : requiredBuiltin(init);
        if (id.type === "Identifier" && specifier !== undefined) add(id.name, specifier);
      }
  }
  return found;
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : "";
}

/** The module that `require("…")` names. */
export function requiredBuiltin(node: Node): string | undefined {
  if (node.type !== "CallExpression" || nameOf(node.callee) !== "require") return undefined;
  const [first] = node.arguments;
  return first?.type === "Literal" && typeof first.value === "string" ? first.value : undefined;
}
