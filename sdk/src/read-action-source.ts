import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  type ActionDefinition,
  type Described,
  definitionSchema,
  describeIssue,
  type JsonObject,
  type Language,
  limits,
  testProblems,
} from "@action-collective/protocol";
import { type ActionFiles, misnamed, readActionFiles, readBounded } from "./action-files.ts";
import { hasCode, messageOf } from "./discovery.ts";
import { InvalidFolderError } from "./errors.ts";

/** An action as it lies on the disk, complete. */
export interface ActionSource {
  readonly definition: ActionDefinition;
  /** What was not written in `action.json` and was taken from the code's types and comments. */
  readonly described: readonly string[];
}

/** Tells what a module's types and comments say of its action: `client.describe`. */
export type Describe = (code: string, language: Language) => Promise<Described>;

/** Fields that every action has, with what to write where nothing says them. */
const NEEDED: Readonly<Record<string, string>> = {
  name: 'it has none; name the exported function, or write "name": "parseInvoice" in action.json',
  description:
    'it has none; say what it does in a comment above the exported function, /** … */, or as "description" in action.json',
  licence:
    'it has none; say under which others may use it: "licence": "MIT" in action.json, or @licence MIT in the comment',
  input:
    'no schema; give the exported function\'s parameter a type, or write a JSON Schema as "input" in action.json',
  output:
    'no schema; give the exported function a return type, or write a JSON Schema as "output" in action.json',
};
const FROM_CODE = [...Object.keys(NEEDED), "useWhen", "tags", "cases"];

/**
 * Reads an action folder, or a single file with a module, where types and comments of the code may say what `action.json`
 * leaves out. What `action.json` says counts.
 * @param describe asked only when something is left out
 * @throws {InvalidFolderError} with everything that is missing or wrong, at once, and how to mend it.
 */
export async function readActionSource(path: string, describe: Describe): Promise<ActionSource> {
  const problems: string[] = [];
  const { description = {}, source, test } = await filesAt(path, problems);
  if (source === undefined || problems.length > 0) throw new InvalidFolderError(path, problems);
  const needed = FROM_CODE.filter(
    (key) => description[key] === undefined && !(key === "cases" && test !== undefined),
  );
  const told: Partial<Described> = needed.some((key) => key in NEEDED || key === "cases")
    ? await describe(source.code, source.language)
    : {};
  const described = needed.filter((key) => hasContent(told[key as keyof Described]));
  const fromCode = Object.fromEntries(described.map((key) => [key, told[key as keyof Described]]));
  const definition = { ...fromCode, ...description, ...source, ...(test === undefined ? {} : { test }) };
  problems.push(...problemsOf(definition, description, test !== undefined));
  // What the code cannot tell matters where nothing else does.
  if (["input", "output"].some((key) => !(key in definition))) problems.push(...(told.problems ?? []));
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success || problems.length > 0) throw new InvalidFolderError(path, problems);
  return { definition: parsed.data, described };
}

async function filesAt(path: string, problems: string[]): Promise<ActionFiles> {
  const place = await stat(path).catch((error: unknown) => {
    throw new InvalidFolderError(path, [
      hasCode(error, "ENOENT") ? "there is no such folder or file" : messageOf(error),
    ]);
  });
  if (place.isDirectory()) {
    const files = await readActionFiles(path, problems);
    if (files.source === undefined && files.description === undefined && problems.length === 1)
      problems.push("action.json is missing too; `collective new` makes a folder to begin with");
    return files;
  }
  const name = basename(path);
  // Named by its code: it is the folder that is meant.
  if (/^action\.[jt]s$/.test(name)) return readActionFiles(dirname(path), problems);
  const kind = /(?<!\.test)\.(?<extension>[jt]s|m[jt]s)$/.exec(name)?.groups?.extension;
  if (kind === undefined) {
    problems.push("it is neither a folder nor a module (.ts or .js)");
    return {};
  }
  const code = await readBounded(path, name, limits.codeBytes, problems);
  const language = kind.endsWith("ts") ? "typescript" : "javascript";
  return code === undefined ? {} : { source: { language, code } };
}

function problemsOf(definition: object, description: JsonObject, tested: boolean): string[] {
  const missing = Object.entries(NEEDED).filter(([key]) => !(key in definition));
  const parsed = definitionSchema.safeParse(definition);
  const wrong = (parsed.error?.issues ?? [])
    .filter(({ path }) => !missing.some(([key]) => key === path[0]))
    .map(describeIssue);
  const cases = "cases" in definition && Array.isArray(definition.cases) ? definition.cases.length : 0;
  return [
    ...missing.map(([key, how]) => `${key}: ${how}`),
    ...wrong,
    ...misnamed(description),
    ...testProblems(cases, tested).map(
      (problem) => `cases: ${problem}; in action.json as { "input": …, "output": … }`,
    ),
  ];
}

function hasContent(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}
