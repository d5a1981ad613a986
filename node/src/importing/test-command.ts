import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject } from "@action-collective/protocol";
import type { Project } from "./project.ts";

/** How a project's tests are run. */
export interface TestCommand {
  /** As a person reads it. */
  readonly shown: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly shell: boolean;
}

type Runner = "vitest" | "jest" | "node:test";

/** Which runner a project has, by its dependencies and scripts; undefined: none is known. Pure. */
export function runnerOf({ manifest }: Pick<Project, "manifest">): Runner | undefined {
  const { scripts, devDependencies, dependencies } = manifest;
  const script = isJsonObject(scripts) && typeof scripts.test === "string" ? scripts.test : "";
  if (/\bvitest\b/.test(script)) return "vitest";
  if (/\bjest\b/.test(script)) return "jest";
  if (/\bnode\b.*--test\b/.test(script)) return "node:test";
  const has = (name: string) =>
    [devDependencies, dependencies].some((one) => isJsonObject(one) && Object.hasOwn(one, name));
  return has("vitest") ? "vitest" : has("jest") ? "jest" : undefined;
}

/**
 * The command that runs a project's tests: what the user gave, or that of its runner, found in the project or above it.
 * @returns undefined when there is none
 */
export function testCommand(project: Project, given: string | undefined): TestCommand | undefined {
  if (given !== undefined) return { shown: given, file: given, args: [], shell: true };
  const runner = runnerOf(project);
  if (runner === undefined) return undefined;
  if (runner === "node:test") {
    const { scripts } = project.manifest;
    const script = isJsonObject(scripts) && typeof scripts.test === "string" ? scripts.test : "node --test";
    return { shown: script, file: script, args: [], shell: true };
  }
  const file = binary(project.root, runner);
  if (file === undefined) return undefined;
  const args = runner === "vitest" ? ["run", "--no-coverage", "--passWithNoTests"] : ["--coverage=false"];
  return { shown: [runner, ...args].join(" "), file, args: [...args], shell: false };
}

/** Where commands of packages lie: in the project, or in what it is a workspace of. */
export function binaryFolders(root: string): string[] {
  const folders: string[] = [];
  for (let at = root; ; at = dirname(at)) {
    folders.push(join(at, "node_modules", ".bin"));
    if (dirname(at) === at) return folders;
  }
}

function binary(root: string, name: string): string | undefined {
  return binaryFolders(root)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
