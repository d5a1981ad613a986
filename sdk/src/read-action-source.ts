import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  type ActionDefinition,
  CollectiveError,
  type Described,
  definitionSchema,
  describeIssue,
  fileNames,
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

/** A field that every action has: what is missing, and how to say it in the code and in `action.json`. */
interface Needed {
  readonly missing: string;
  readonly inCode: string;
  readonly inJson: string;
}
const NEEDED: Readonly<Record<string, Needed>> = {
  name: {
    missing: "it has none; name the exported function",
    inCode: "write @name parseInvoice in the comment above it",
    inJson: '"name": "parseInvoice" in action.json',
  },
  description: {
    missing: "it has none; say what it does in a comment above the exported function, /** … */",
    inCode: "",
    inJson: '"description" in action.json',
  },
  licence: {
    missing: "it has none; say under which others may use it: @licence MIT in the comment",
    inCode: "",
    inJson: '"licence": "MIT" in action.json',
  },
  input: {
    missing: "no schema; give the exported function's parameter a type",
    inCode: "write @param {{ n: number }} input in the comment",
    inJson: 'a JSON Schema as "input" in action.json',
  },
  output: {
    missing: "no schema; give the exported function a return type",
    inCode: "write @returns {{ sum: number }} in the comment",
    inJson: 'a JSON Schema as "output" in action.json',
  },
};
/** How a description says that one of them is missing: it is said here, with every way out. */
const SAID = /^(?:its (?:input|output) has no type|the function has no name|nothing says what it does)/;
const EXAMPLE = "@example f({ n: 2 }) // => 4 in the comment";
const MEND_FILE =
  "Mend it as listed, or make a folder of it, where action.json beside action.ts says what code cannot: `collective new`.";
const FROM_CODE = [...Object.keys(NEEDED), "useWhen", "tags", "cases"];

/**
 * Reads an action folder, or a single file with a module, where types and comments of the code may say what `action.json`
 * leaves out. What `action.json` says counts.
 * @param describe asked only when something is left out
 * @throws {InvalidFolderError} with everything that is missing or wrong, at once, and how to mend it.
 */
export async function readActionSource(path: string, describe: Describe): Promise<ActionSource> {
  const problems: string[] = [];
  const { description = {}, source, test, lone } = await filesAt(path, problems);
  const refused = (all: readonly string[]) => new InvalidFolderError(path, all, lone ? MEND_FILE : undefined);
  if (source === undefined || problems.length > 0) throw refused(problems);
  const needed = FROM_CODE.filter(
    (key) => description[key] === undefined && !(key === "cases" && test !== undefined),
  );
  const told: Partial<Described> = needed.some((key) => key in NEEDED || key === "cases")
    ? await describe(source.code, source.language).catch((error: unknown) => {
        if (!(error instanceof CollectiveError) || error.code !== "scan-refused") throw error;
        const file = lone ? basename(path) : fileNames(source.language).code;
        throw refused([error.message.replace(/^The (?:text|action)\b/, file)]);
      })
    : {};
  const described = needed.filter((key) => hasContent(told[key as keyof Described]));
  const fromCode = Object.fromEntries(described.map((key) => [key, told[key as keyof Described]]));
  const definition = { ...fromCode, ...description, ...source, ...(test === undefined ? {} : { test }) };
  problems.push(...problemsOf(definition, description, { tested: test !== undefined, lone }));
  problems.push(...untold(told, definition, described));
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success || problems.length > 0) throw refused(problems);
  return { definition: parsed.data, described };
}

/** `lone`: a module with nothing beside it. */
async function filesAt(path: string, problems: string[]): Promise<ActionFiles & { readonly lone: boolean }> {
  const place = await stat(path).catch((error: unknown) => {
    throw new InvalidFolderError(path, [
      hasCode(error, "ENOENT") ? "there is no such folder or file" : messageOf(error),
    ]);
  });
  if (place.isDirectory()) {
    const files = await readActionFiles(path, problems);
    if (files.source === undefined && files.description === undefined && problems.length === 1)
      problems.push("action.json is missing too; `collective new` makes a folder to begin with");
    return { ...files, lone: false };
  }
  const name = basename(path);
  // Named by its code: it is the folder that is meant.
  if (/^action\.[jt]s$/.test(name))
    return { ...(await readActionFiles(dirname(path), problems)), lone: false };
  const kind = /(?<!\.test)\.(?<extension>[jt]s|m[jt]s)$/.exec(name)?.groups?.extension;
  if (kind === undefined) {
    problems.push("it is neither a folder nor a module (.ts or .js)");
    return { lone: false };
  }
  const code = await readBounded(path, name, limits.codeBytes, problems);
  const language = kind.endsWith("ts") ? "typescript" : "javascript";
  return code === undefined ? { lone: true } : { source: { language, code }, lone: true };
}

function problemsOf(
  definition: object,
  description: JsonObject,
  { tested, lone }: { readonly tested: boolean; readonly lone: boolean },
): string[] {
  const missing = Object.entries(NEEDED).filter(([key]) => !(key in definition));
  const parsed = definitionSchema.safeParse(definition);
  const wrong = (parsed.error?.issues ?? [])
    .filter(({ path }) => !missing.some(([key]) => key === path[0]))
    .map(describeIssue);
  const cases = "cases" in definition && Array.isArray(definition.cases) ? definition.cases.length : 0;
  return [
    ...missing.map(([key, { missing: what, inCode, inJson }]) => {
      const ways = [inCode, lone ? "" : inJson].filter((way) => way !== "");
      return `${key}: ${[what, ...ways].join(", or ")}`;
    }),
    ...wrong,
    ...misnamed(description),
    ...testProblems(cases, tested).map((problem) =>
      lone
        ? `cases: ${problem.replace(/(give at least \d+).*$/, "$1")}, each ${EXAMPLE}`
        : `cases: ${problem}; as { "input": …, "output": … } in action.json, or ${EXAMPLE}`,
    ),
  ];
}

/** What the code cannot tell matters where nothing else does. */
function untold(told: Partial<Described>, definition: object, described: readonly string[]): string[] {
  const { problems = [] } = told;
  if (!("input" in definition && "output" in definition))
    return problems.filter((problem) => !SAID.test(problem));
  const cases = "cases" in definition && Array.isArray(definition.cases) ? definition.cases.length : 0;
  return problems.filter((problem) => {
    // A type that JSON has not would be published as one that takes anything.
    const [, part] = /^(input|output)\b/.exec(problem) ?? [];
    if (part !== undefined) return described.includes(part);
    return problem.startsWith("@example") && cases < limits.casesAtLeast && !("test" in definition);
  });
}

function hasContent(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}
