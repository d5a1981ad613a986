import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type ActionDefinition,
  definitionSchema,
  describeIssue,
  descriptionSchema,
  fileNames,
  isJsonObject,
  type Language,
  limits,
  testProblems,
} from "@action-collective/protocol";
import { hasCode, messageOf } from "./discovery.ts";
import { InvalidFolderError } from "./errors.ts";
import { parseJson } from "./parse-json.ts";

/** Generous: a manifest has at most 12 kB, but people indent and JSON escapes. */
const DESCRIPTION_BYTES = 128 * 1024;

/** What other formats call our fields; named in the error, never accepted silently. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  license: "licence",
  inputSchema: "input",
  outputSchema: "output",
  parameters: "input",
  returns: "output",
  examples: "cases",
  tests: "cases",
  use_when: "useWhen",
  title: "name",
  keywords: "tags",
};

/**
 * Reads an action folder: `action.json`, `action.ts` or `action.js`, and the test module beside it, if there is one.
 * @throws {InvalidFolderError} with everything that is wrong, at once.
 */
export async function readActionFolder(folder: string): Promise<ActionDefinition> {
  const place = await stat(folder).catch((error: unknown) => {
    throw new InvalidFolderError(folder, [
      hasCode(error, "ENOENT") ? "there is no such folder" : messageOf(error),
    ]);
  });
  if (!place.isDirectory())
    throw new InvalidFolderError(folder, ["it is a file; name the folder it lies in"]);
  const problems: string[] = [];
  const read = (name: string, most: number) => readBounded(join(folder, name), name, most, problems);
  const description = await readDescription(read, problems);
  const language = await findLanguage(read, problems);
  if (language === undefined) throw new InvalidFolderError(folder, problems);
  const names = fileNames(language);
  const code = await read(names.code, limits.codeBytes);
  const test = await read(names.test, limits.testBytes);
  await refuseStrayTest(read, language, problems);
  if (description === undefined || problems.length > 0) throw new InvalidFolderError(folder, problems);
  const definition = { ...description, language, code, ...(test === undefined ? {} : { test }) };
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) throw new InvalidFolderError(folder, parsed.error.issues.map(describeIssue));
  const untested = testProblems(parsed.data.cases.length, test !== undefined);
  if (untested.length > 0) throw new InvalidFolderError(folder, untested);
  return parsed.data;
}

type Read = (name: string, most: number) => Promise<string | undefined>;

async function readDescription(read: Read, problems: string[]): Promise<object | undefined> {
  const before = problems.length;
  const text = await read("action.json", DESCRIPTION_BYTES);
  if (text === undefined) {
    if (problems.length === before) problems.push("action.json is missing");
    return undefined;
  }
  const json = parseJson(text);
  if ("problem" in json) {
    const { line, column, expected } = json.problem;
    problems.push(`action.json, line ${line}, column ${column}: expected ${expected}`);
    return undefined;
  }
  const { value } = json;
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) problems.push(`action.json: ${describeIssue(issue)}`);
  if (isJsonObject(value))
    for (const [other, ours] of Object.entries(OTHER_NAMES))
      if (Object.hasOwn(value, other) && !Object.hasOwn(value, ours))
        problems.push(`action.json: "${other}" is called "${ours}" here`);
  return undefined;
}

async function findLanguage(read: Read, problems: string[]): Promise<Language | undefined> {
  const before = problems.length;
  const typescript = await read("action.ts", limits.codeBytes);
  const javascript = await read("action.js", limits.codeBytes);
  if (typescript !== undefined && javascript !== undefined) {
    problems.push("both action.ts and action.js are there; keep one");
    return undefined;
  }
  if (typescript !== undefined) return "typescript";
  if (javascript !== undefined) return "javascript";
  if (problems.length === before) problems.push("action.ts (or action.js) is missing");
  return undefined;
}

/** A test in the other language would be left out in silence, and the action published untested. */
async function refuseStrayTest(read: Read, language: Language, problems: string[]): Promise<void> {
  const ours = fileNames(language);
  const other = fileNames(language === "typescript" ? "javascript" : "typescript");
  if ((await read(other.test, limits.testBytes)) !== undefined)
    problems.push(`${other.test} belongs to ${other.code}; rename it to ${ours.test}`);
}

/** The size is known before a byte is read, and no more than that is read. Undefined: no such file, or a problem. */
async function readBounded(
  path: string,
  name: string,
  most: number,
  problems: string[],
): Promise<string | undefined> {
  try {
    // Before opening: opening a pipe would wait for a writer.
    const found = await stat(path);
    if (!found.isFile()) throw new Error("it is not a file");
    if (found.size > most) throw new Error(`it has ${found.size} bytes; at most ${most} are allowed`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (error instanceof TypeError) problems.push(`${name} is not UTF-8 text`);
    else problems.push(`${name} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}
