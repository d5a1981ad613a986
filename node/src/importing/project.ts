import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "@action-collective/protocol";
import { NothingToImportError } from "./errors.ts";
import { findModule, isFile } from "./source-files.ts";

/** A package of the user's own, or one module of it. */
export interface Project {
  /** The folder of its package.json; that of the module where there is none. */
  readonly root: string;
  readonly name: string;
  readonly licence: string | undefined;
  readonly keywords: readonly string[];
  readonly manifest: JsonObject;
  /** Where exports begin. The label is what the entry is imported by: "" or "compat". */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly label: string;
  readonly file: string;
}

/** Folders that hold what a compiler made. */
const BUILT = /^(?:\.\/)?(?:dist|lib|build|out|es|esm|cjs)\//;
/** The conditions of `exports`, what is nearest to the source first. */
const CONDITIONS = ["source", "development", "import", "module", "node", "default", "require"];

/** @throws {NothingToImportError} */
export function readProject(target: string): Project {
  const path = resolve(target);
  const place = statSync(path, { throwIfNoEntry: false });
  if (place === undefined) throw new NothingToImportError(target, "there is no such file or folder");
  const real = realpathSync(path);
  if (place.isDirectory()) {
    const manifest = manifestIn(real);
    const entries = entriesOf(real, manifest ?? {});
    if (entries.length === 0)
      throw new NothingToImportError(
        target,
        "no module was found by its package.json, nor an index or src/index",
      );
    return project(real, manifest, entries);
  }
  const root = rootOf(dirname(real));
  return project(root ?? dirname(real), root === undefined ? undefined : manifestIn(root), [
    { label: "", file: real },
  ]);
}

function project(root: string, manifest: JsonObject | undefined, entries: readonly Entry[]): Project {
  const { name, license, keywords } = manifest ?? {};
  return {
    root,
    name: typeof name === "string" ? name : "",
    licence: typeof license === "string" && license !== "UNLICENSED" ? license : undefined,
    keywords: Array.isArray(keywords) ? keywords.filter((word) => typeof word === "string") : [],
    manifest: manifest ?? {},
    entries,
  };
}

function rootOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (isFile(join(at, "package.json"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** @throws {NothingToImportError} it is no JSON */
function manifestIn(root: string): JsonObject | undefined {
  const file = join(root, "package.json");
  if (!isFile(file)) return undefined;
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isJsonObject(manifest) ? manifest : undefined;
  } catch {
    throw new NothingToImportError(file, "it is no JSON");
  }
}

/** Every entry once, the main one first. */
function entriesOf(root: string, manifest: JsonObject): Entry[] {
  const found = new Map<string, Entry>();
  const add = (label: string, file: string | undefined) => {
    if (file !== undefined && !found.has(file)) found.set(file, { label, file });
  };
  const { exports, source, module, main } = manifest;
  const whole = typeof exports === "string" || !hasSubpaths(exports) ? exports : exports["."];
  const named = [source, targetIn(whole), module, main].filter((one) => typeof one === "string");
  add("", named.map((one) => sourceOf(root, one)).find((file) => file !== undefined) ?? conventional(root));
  if (hasSubpaths(exports))
    for (const [subpath, value] of Object.entries(exports)) {
      const to = targetIn(value);
      if (subpath !== "." && !subpath.includes("*") && to !== undefined)
        add(subpath.replace(/^\.\//, ""), sourceOf(root, to));
    }
  return [...found.values()];
}

function hasSubpaths(exports: Json | undefined): exports is JsonObject {
  return isJsonObject(exports) && Object.keys(exports).some((key) => key.startsWith("."));
}

function targetIn(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return undefined;
  for (const condition of CONDITIONS) {
    const target = targetIn(value[condition]);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** The module that a target was made from: itself, or its namesake in src. */
function sourceOf(root: string, target: string): string | undefined {
  const inside = (path: string) => {
    const file = findModule(join(root, path));
    return file === undefined || relative(root, file).startsWith("..") ? undefined : file;
  };
  const bare = target.replace(BUILT, "").replace(/\.(?:[cm]?js|d\.[cm]?ts)$/, "");
  const made = BUILT.test(target) || !isFile(join(root, target));
  return (made ? inside(join("src", bare)) : undefined) ?? inside(target);
}

function conventional(root: string): string | undefined {
  for (const place of ["src/index", "src/main", "source/index", "index", "lib/index", "mod"]) {
    const file = findModule(join(root, place));
    if (file !== undefined) return file;
  }
  return undefined;
}
