import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, normalize, resolve, sep } from "node:path";
import type { ExampleCommand } from "./example-commands.ts";
import type { ScriptInput } from "./run-script.ts";
import { skillLimits } from "./skill-limits.ts";

/** An input that a script is run with, and what its manual says of the outcome. */
export interface TriedInput {
  readonly input: ScriptInput;
  /** Somebody wrote it: it is no guess. */
  readonly isExample: boolean;
  readonly shown?: string;
}

/** What every command line answers in some way. */
const ALWAYS: readonly (readonly string[])[] = [[], ["--help"]];

/** The inputs of a script's examples, and those that need none. Reads files of the skill that examples name. */
export function triedInputs(
  root: string,
  examples: readonly ExampleCommand[],
  given: readonly ScriptInput[],
  readsFiles: boolean,
): TriedInput[] {
  const shown = examples.flatMap((one): TriedInput[] => {
    const stdin = one.stdinFile === undefined ? one.stdin : fileText(root, one.stdinFile);
    if (one.stdinFile !== undefined && stdin === undefined) return [];
    if (readsFiles && one.args.some((word) => isLeftOut(root, word))) return [];
    const input = { args: one.args, ...(stdin === undefined ? {} : { stdin }) };
    return [
      {
        input: readsFiles ? withFiles(root, input) : input,
        isExample: true,
        ...(one.shown === undefined ? {} : { shown: one.shown }),
      },
    ];
  });
  const all: TriedInput[] = [
    ...shown,
    ...given.map((input) => ({ input: readsFiles ? withFiles(root, input) : input, isExample: true })),
    ...ALWAYS.map((args) => ({ input: { args }, isExample: false })),
  ];
  return [...new Map(all.toReversed().map((one) => [JSON.stringify(one.input), one])).values()].toReversed();
}

/** The files that the words of a command line name, where they belong to the skill. */
function withFiles(root: string, input: ScriptInput): ScriptInput {
  const files = { ...input.files };
  for (const word of input.args) {
    const path = word.replace(/^--?[\w-]+=/, "");
    const text = Object.keys(files).length < skillLimits.files ? fileText(root, path) : undefined;
    if (text !== undefined) files[path] = text;
  }
  return Object.keys(files).length === 0 ? input : { ...input, files };
}

/** Something is there that does not go into a case: a script that reads it answers otherwise without it. */
function isLeftOut(root: string, word: string): boolean {
  const path = word.replace(/^--?[\w-]+=/, "");
  return path !== "" && existsSync(resolve(root, path)) && fileText(root, path) === undefined;
}

/** A small text file within the skill. */
function fileText(root: string, path: string): string | undefined {
  const inside = normalize(path);
  if (inside.startsWith("..") || inside.startsWith("/") || path === "") return undefined;
  try {
    // A link may lead out of the skill, and what it leads to would become part of a case.
    const file = realpathSync(join(root, inside));
    if (!file.startsWith(`${root}${sep}`)) return undefined;
    const place = statSync(file);
    if (!place.isFile() || place.size > skillLimits.fileBytes) return undefined;
    const text = readFileSync(file, "utf8");
    return text.includes("\0") || text.includes("\uFFFD") ? undefined : text;
  } catch {
    return undefined;
  }
}
