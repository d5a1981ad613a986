import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileNames, isJsonObject, type JsonObject, type Language, limits } from "@action-collective/protocol";
import { hasCode, messageOf } from "./discovery.ts";
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

/** What there is of an action: in a folder of its own, or one module. */
export interface ActionFiles {
  /** What `action.json` holds; undefined when there is none. */
  readonly description?: JsonObject | undefined;
  readonly source?: { readonly language: Language; readonly code: string } | undefined;
  readonly test?: string | undefined;
}

/** Reads what is there, and adds all that is wrong with it to `problems`. */
export async function readActionFiles(folder: string, problems: string[]): Promise<ActionFiles> {
  const read = (name: string, most: number) => readBounded(join(folder, name), name, most, problems);
  const text = await read("action.json", DESCRIPTION_BYTES);
  const description = text === undefined ? undefined : parseDescription(text, problems);
  const language = await findLanguage(read, problems);
  if (language === undefined) return { description };
  const names = fileNames(language);
  const code = await read(names.code, limits.codeBytes);
  const test = await read(names.test, limits.testBytes);
  await refuseStrayTest(read, language, problems);
  return { description, source: code === undefined ? undefined : { language, code }, test };
}

/** Names of other formats among the keys, with what they are called here. */
export function misnamed(description: JsonObject): string[] {
  return Object.entries(OTHER_NAMES)
    .filter(([other, ours]) => Object.hasOwn(description, other) && !Object.hasOwn(description, ours))
    .map(([other, ours]) => `action.json: "${other}" is called "${ours}" here`);
}

function parseDescription(text: string, problems: string[]): JsonObject | undefined {
  const json = parseJson(text);
  if ("value" in json && isJsonObject(json.value)) return json.value;
  if ("value" in json) problems.push("action.json: must be an object, { … }");
  else {
    const { line, column, expected } = json.problem;
    problems.push(`action.json, line ${line}, column ${column}: expected ${expected}`);
  }
  return undefined;
}

type Read = (name: string, most: number) => Promise<string | undefined>;

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
export async function readBounded(
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
