import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, extname, join, relative, sep } from "node:path";
import { isJsonObject, type Json } from "@action-collective/protocol";
import { parse } from "yaml";
import { NothingToImportError } from "../errors.ts";
import { isFile } from "../source-files.ts";
import { skillLimits } from "./skill-limits.ts";
import { splitUseWhen } from "./use-when.ts";

/** A folder with a SKILL.md, as agents read it. Format: https://agentskills.io/specification. */
export interface Skill {
  readonly root: string;
  readonly name: string;
  /** Without the sentences that say when to use it. */
  readonly description: string;
  readonly useWhen: readonly string[];
  /** An SPDX identifier; undefined where the skill names none, or a file. */
  readonly licence: string | undefined;
  /** SKILL.md after its front matter. */
  readonly body: string;
  readonly scripts: readonly SkillScript[];
}

export interface SkillScript {
  readonly file: string;
  /** By its place in the folder: `scripts/convert.mjs`. */
  readonly path: string;
  readonly kind: "javascript" | "python" | "shell" | "other";
}

const KINDS: Readonly<Record<string, SkillScript["kind"]>> = {
  ...Object.fromEntries([".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].map((one) => [one, "javascript"])),
  ".py": "python",
  ".sh": "shell",
  ".bash": "shell",
  ".rb": "other",
  ".pl": "other",
  ".ps1": "other",
};

export function isSkillFolder(path: string): boolean {
  return isFile(join(path, "SKILL.md"));
}

/** @throws {NothingToImportError} there is no SKILL.md, or none of its form */
export function readSkill(target: string): Skill {
  const manual = join(target, "SKILL.md");
  if (!isFile(manual)) throw new NothingToImportError(target, "there is no SKILL.md");
  if (statSync(manual).size > skillLimits.manualBytes)
    throw new NothingToImportError(manual, `it has more than ${skillLimits.manualBytes} bytes`);
  const text = readFileSync(manual, "utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  const parts = /^---\n([\s\S]*?)\n---[ \t]*(?:\n|$)([\s\S]*)$/.exec(text);
  if (parts === null) throw new NothingToImportError(manual, "it does not begin with front matter");
  const root = realpathSync(target);
  const { name, description, license } = frontMatter(parts[1] ?? "");
  const said = splitUseWhen(typeof description === "string" ? description : "");
  return {
    root,
    name: typeof name === "string" && name !== "" ? name : basename(root),
    ...said,
    licence: typeof license === "string" ? licenceOf(license) : undefined,
    body: parts[2] ?? "",
    scripts: scriptsIn(root),
  };
}

/** Many skills have front matter that is nearly YAML, such as `globs: *.ts`: agents read its lines, and so it is here. */
function frontMatter(text: string): { readonly [key: string]: Json } {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0, schema: "core" });
    if (isJsonObject(value)) return value;
  } catch {
    // Its lines are read one by one.
  }
  const lines = text.split("\n").flatMap((line) => {
    const [, key, value] = /^([\w-]+):[ \t]+(.+)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value.replace(/^(["'])(.*)\1$/, "$2")]];
  });
  return Object.fromEntries(lines);
}

/** `MIT`, and `Apache-2.0 (see LICENSE.txt)`; a sentence names no licence. */
function licenceOf(text: string): string | undefined {
  const [first = "", ...more] = text.trim().split(/[\s,;(]+/);
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(first)) return undefined;
  return more.length === 0 || /\d/.test(first) || /^(?:MIT|ISC|Unlicense)$/i.test(first) ? first : undefined;
}

/** Scripts lie in `scripts/`; many skills have them beside SKILL.md as well. */
function scriptsIn(root: string): SkillScript[] {
  const found: SkillScript[] = [];
  const look = (folder: string, depth: number) => {
    for (const entry of entriesOf(folder)) {
      if (found.length >= skillLimits.scripts) return;
      const file = join(folder, entry.name);
      if (entry.isDirectory() && depth > 0 && !/^(?:\.|node_modules$|__)/.test(entry.name))
        look(file, depth - 1);
      const kind = KINDS[extname(entry.name)];
      if (entry.isFile() && kind !== undefined && !/(?:\.d\.[cm]?ts|\.(?:test|spec)\.[cm]?[jt]s)$/.test(file))
        found.push({ file, path: relative(root, file).split(sep).join("/"), kind });
    }
  };
  look(root, 0);
  look(join(root, "scripts"), skillLimits.folderDepth);
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
