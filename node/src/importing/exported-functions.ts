import { relative, sep } from "node:path";
import type { Node } from "oxc-parser";
import { commonJsExports, requiredBy, requiredNames } from "./common-js.ts";
import { importLimits } from "./limits.ts";
import type { Entry } from "./project.ts";
import type { SourceFiles } from "./source-files.ts";

/** A function that a package exports, by the place where it is declared. */
export interface ExportedFunction {
  /** As it is exported; `default` is named after its file. */
  readonly name: string;
  /** The entry by which it was found first. */
  readonly label: string;
  readonly file: string;
  /** The name it has in its file; "default" for an anonymous default export, `exports.NAME` in CommonJS. */
  readonly local: string;
}

/** Before the name of what a CommonJS module exports. */
export const COMMON_JS = "exports.";

/** Where a name of a module leads: to a declaration of some module. */
interface Place {
  readonly file: string;
  readonly local: string;
}

/** Every function that the entries export, each once, in the order of the modules. Re-exports are followed. */
export function exportedFunctions(
  entries: readonly Entry[],
  files: SourceFiles,
  skipped: (file: string, error: unknown) => void,
): ExportedFunction[] {
  const exports = new ExportsOf(files, skipped);
  const found = new Map<string, ExportedFunction>();
  for (const { label, file } of entries)
    for (const [name, place] of exports.of(file)) {
      const key = `${place.file}\n${place.local}`;
      if (found.has(key) || found.size >= importLimits.functions) continue;
      if (!isFunctionLike(declarationOf(files, place))) continue;
      found.set(key, { name: name === "default" ? nameOfDefault(place) : name, label, ...place });
    }
  return [...found.values()];
}

/** The node that a place's name is declared by. */
export function declarationOf(files: SourceFiles, { file, local }: Place): Node | undefined {
  if (local.startsWith(COMMON_JS)) {
    const value = commonJsExports(files.read(file).parsed.program).get(local.slice(COMMON_JS.length))?.value;
    return value?.type === "Identifier" ? declarationOf(files, { file, local: value.name }) : value;
  }
  for (const statement of files.read(file).parsed.program.body) {
    const node: Node =
      statement.type === "ExportNamedDeclaration" && statement.declaration !== null
        ? (statement.declaration as Node)
        : statement;
    if (node.type === "ExportDefaultDeclaration") {
      const { declaration } = node;
      const own =
        "id" in declaration && declaration.id?.type === "Identifier" ? declaration.id.name : "default";
      if (own === local) return declaration;
    }
    if (node.type === "FunctionDeclaration" && node.id?.name === local) return node;
    if (node.type === "VariableDeclaration")
      for (const one of node.declarations)
        if (one.id.type === "Identifier" && one.id.name === local) return one;
  }
  return undefined;
}

/** Functions by their form, and values that a call makes, which may be some. */
function isFunctionLike(node: Node | undefined): boolean {
  switch (node?.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "VariableDeclarator":
      return node.init !== null && isFunctionLike(bareInit(node.init));
    default:
      return false;
  }
}

export function bareInit(node: Node): Node {
  return node.type === "TSAsExpression" ||
    node.type === "TSSatisfiesExpression" ||
    node.type === "ParenthesizedExpression"
    ? bareInit(node.expression)
    : node;
}

function nameOfDefault({ file, local }: Place): string {
  if (local !== "default" && local !== `${COMMON_JS}default`) return local;
  const parts = file.split(sep);
  const base = (parts.at(-1) ?? "").replace(/\.[^.]+$/, "");
  return (base === "index" ? (parts.at(-2) ?? base) : base).replace(/[^\w$]+(\w)?/g, (_, next: string = "") =>
    next.toUpperCase(),
  );
}

class ExportsOf {
  readonly #files: SourceFiles;
  readonly #skipped: (file: string, error: unknown) => void;
  readonly #known = new Map<string, Map<string, Place>>();
  readonly #missing = new Set<string>();

  constructor(files: SourceFiles, skipped: (file: string, error: unknown) => void) {
    this.#files = files;
    this.#skipped = skipped;
  }

  of(file: string, depth = 0): Map<string, Place> {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    const exports = new Map<string, Place>();
    // Set first: modules may re-export one another.
    this.#known.set(file, exports);
    if (depth > importLimits.exportDepth) return exports;
    try {
      this.#collect(file, exports, depth);
    } catch (error) {
      this.#skipped(file, error);
    }
    return exports;
  }

  #collect(file: string, exports: Map<string, Place>, depth: number): void {
    const { program } = this.#files.read(file).parsed;
    this.#collectCommonJs(file, exports, depth);
    const imported = this.#imports(file);
    const from = (specifier: string, name: string) => this.#follow(file, specifier, name, depth);
    const stars: string[] = [];
    for (const statement of program.body) {
      if (statement.type === "ExportDefaultDeclaration") {
        const { declaration } = statement;
        const local =
          declaration.type === "Identifier"
            ? declaration.name
            : "id" in declaration && declaration.id?.type === "Identifier"
              ? declaration.id.name
              : "default";
        const origin = declaration.type === "Identifier" ? imported.get(local) : undefined;
        const place = origin === undefined ? { file, local } : from(origin.specifier, origin.name);
        if (place !== undefined) exports.set("default", place);
      }
      if (
        statement.type === "ExportAllDeclaration" &&
        statement.exported === null &&
        statement.exportKind !== "type"
      )
        stars.push(statement.source.value);
      if (statement.type !== "ExportNamedDeclaration" || statement.exportKind === "type") continue;
      for (const local of declaredBy(statement.declaration)) exports.set(local, { file, local });
      for (const { local, exported, exportKind } of statement.specifiers) {
        if (exportKind === "type") continue;
        const origin =
          statement.source === null
            ? imported.get(textOf(local))
            : { specifier: statement.source.value, name: textOf(local) };
        const place =
          origin === undefined ? { file, local: textOf(local) } : from(origin.specifier, origin.name);
        if (place !== undefined) exports.set(textOf(exported), place);
      }
    }
    for (const specifier of stars) {
      const to = this.#resolve(specifier, file);
      if (to === undefined) continue;
      for (const [name, place] of this.of(to, depth + 1))
        if (name !== "default" && !exports.has(name)) exports.set(name, place);
    }
  }

  #collectCommonJs(file: string, exports: Map<string, Place>, depth: number): void {
    const { program } = this.#files.read(file).parsed;
    const required = requiredNames(program);
    for (const [name, { value }] of commonJsExports(program)) {
      const from = requiredBy(value) ?? (value.type === "Identifier" ? required.get(value.name) : undefined);
      const to = from === undefined ? undefined : this.#files.resolve(from.specifier, file);
      if (from === undefined) exports.set(name, { file, local: `${COMMON_JS}${name}` });
      else if (to !== undefined) {
        const theirs = this.of(to, depth + 1);
        const place = theirs.get(from.name);
        if (place !== undefined) exports.set(name, place);
        // `module.exports = require("./x")`
        if (name === "default" && from.name === "default")
          for (const [other, one] of theirs) if (!exports.has(other)) exports.set(other, one);
      }
    }
  }

  #follow(file: string, specifier: string, name: string, depth: number): Place | undefined {
    const to = this.#resolve(specifier, file);
    return to === undefined ? undefined : this.of(to, depth + 1).get(name);
  }

  /** What another package exports is that one's; but by an alias, an own module may be meant as well. */
  #resolve(specifier: string, file: string): string | undefined {
    const to = this.#files.resolve(specifier, file);
    if (to === undefined && !this.#missing.has(`${file}\n${specifier}`)) {
      this.#missing.add(`${file}\n${specifier}`);
      this.#skipped(file, new Error(`what it re-exports from ${specifier} is not a file of this package`));
    }
    return to;
  }

  #imports(file: string): Map<string, { specifier: string; name: string }> {
    const imports = new Map<string, { specifier: string; name: string }>();
    for (const statement of this.#files.read(file).parsed.program.body) {
      if (statement.type !== "ImportDeclaration") continue;
      for (const one of statement.specifiers) {
        if (one.type === "ImportNamespaceSpecifier") continue;
        const name = one.type === "ImportDefaultSpecifier" ? "default" : textOf(one.imported);
        imports.set(one.local.name, { specifier: statement.source.value, name });
      }
    }
    return imports;
  }
}

function declaredBy(node: Node | null): string[] {
  if (node?.type === "FunctionDeclaration" && node.id !== null) return [node.id.name];
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
}

function textOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}

/** A file as reports name it. */
export function shownPath(root: string, file: string): string {
  return relative(root, file).split(sep).join("/");
}
