import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isJsonObject } from "@action-collective/protocol";
import type { Node, Program } from "oxc-parser";
import { visitorKeys } from "oxc-parser";
import { walk } from "../../analysis/walk.ts";
import { plainJavaScript } from "../skills/plain-javascript.ts";
import { requiredBuiltin } from "../skills/script-refusal.ts";
import { findModule, isFile, SourceFiles } from "../source-files.ts";
import { serverLimits } from "./server-limits.ts";

/** One module of a server's source, without types. */
export interface ServerModule {
  readonly file: string;
  readonly code: string;
  readonly program: Program;
}

export class ServerSource {
  readonly #files = new SourceFiles();
  readonly modules: readonly ServerModule[];

  /** Reads what the entry imports, and what that imports; other packages are not looked into. */
  constructor(entry: string) {
    const modules = new Map<string, ServerModule>();
    const open = [entry];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (modules.has(file) || modules.size >= serverLimits.modules) continue;
      const module = this.#read(file);
      if (module === undefined) continue;
      modules.set(file, module);
      for (const specifier of specifiersIn(module.program)) {
        const to = this.resolve(specifier, file);
        if (to !== undefined) open.push(to);
      }
    }
    this.modules = [...modules.values()];
  }

  resolve(specifier: string, from: string): string | undefined {
    return this.#files.resolve(specifier, from);
  }

  /** One that cannot be read holds no handler that is found. */
  #read(file: string): ServerModule | undefined {
    try {
      return { file, ...plainJavaScript(file, this.#files.read(file).code) };
    } catch {
      return undefined;
    }
  }
}

function specifiersIn(program: Program): string[] {
  const found: string[] = [];
  const add = (node: Node | null) => {
    if (node?.type === "Literal" && typeof node.value === "string") found.push(node.value);
  };
  for (const { node } of walk(program, visitorKeys)) {
    if (
      node.type === "ImportDeclaration" ||
      node.type === "ExportNamedDeclaration" ||
      node.type === "ExportAllDeclaration" ||
      node.type === "ImportExpression"
    )
      add(node.source);
    const required = requiredBuiltin(node);
    if (required !== undefined) found.push(required);
  }
  return found;
}

const RUNNERS = /^(?:node|bun|tsx|ts-node|deno)(?:\.exe)?$/;
const INSTALLERS = /^(?:npx|bunx|pnpx)$/;

/** The module that a command starts, where it lies on this machine; undefined for anything else. */
export function entryOf(command: readonly string[], cwd: string): string | undefined {
  const [first = "", ...args] = command;
  const name = basename(first);
  const words = args.filter((one) => !one.startsWith("-"));
  if (RUNNERS.test(name) || first === process.execPath) {
    for (const word of words.filter((one) => one !== "run")) {
      const module = moduleAt(resolve(cwd, word));
      if (module !== undefined) return module;
    }
    return undefined;
  }
  if (INSTALLERS.test(name)) return packageEntry(words[0]?.replace(/(?<=.)@.*$/, "") ?? "", cwd);
  return programEntry(first, cwd);
}

function moduleAt(path: string): string | undefined {
  const file = findModule(path);
  return file === undefined ? undefined : realpathSync(file);
}

/** The program of an installed package. */
function packageEntry(name: string, cwd: string): string | undefined {
  for (const folder of upwards(cwd)) {
    const root = join(folder, "node_modules", name);
    if (name !== "" && isFile(join(root, "package.json"))) return binOf(root);
  }
  return undefined;
}

/** A command of an installed package, or a file with a first line that names Node. */
function programEntry(command: string, cwd: string): string | undefined {
  const places =
    command.includes("/") || isAbsolute(command)
      ? [resolve(cwd, command)]
      : upwards(cwd).map((folder) => join(folder, "node_modules", ".bin", command));
  const file = places.find((one) => existsSync(one));
  return file === undefined ? undefined : moduleAt(realpathSync(file));
}

function binOf(root: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    if (!isJsonObject(manifest)) return undefined;
    const { bin, main } = manifest;
    const target = typeof bin === "string" ? bin : isJsonObject(bin) ? Object.values(bin)[0] : main;
    return typeof target === "string" ? moduleAt(join(root, target)) : undefined;
  } catch {
    return undefined;
  }
}

function upwards(from: string): string[] {
  const folders: string[] = [];
  for (let at = resolve(from); ; at = dirname(at)) {
    folders.push(at);
    if (dirname(at) === at) return folders;
  }
}
