import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "@action-collective/protocol";
import type { Refusal } from "../candidate.ts";
import { exportedFunctions, shownPath } from "../exported-functions.ts";
import { functionCandidate } from "../function-candidate.ts";
import type { FoundPackage } from "../import-package.ts";
import { type MadeOfPackage, makeEach } from "../make-each.ts";
import type { RecordedCalls } from "../recorded-calls.ts";
import { isFile, SourceFiles } from "../source-files.ts";
import { exampleCommands } from "./example-commands.ts";
import type { GivenInput } from "./given-inputs.ts";
import { readSkill, type Skill, type SkillScript } from "./read-skill.ts";
import type { ScriptInput } from "./run-script.ts";
import { type ImitableScript, imitableScript, scriptCandidate } from "./script-candidate.ts";

/** What is in a skill, before anything of it is run. */
export interface FoundSkill {
  readonly skill: Skill;
  /** The functions that its scripts export, as of a package. */
  readonly found: FoundPackage;
  /** Scripts that can be run and made actions of. */
  readonly commandLines: readonly ImitableScript[];
  readonly refused: readonly Refusal[];
  /** Functions and scripts. */
  readonly count: number;
}

const OTHER_LANGUAGES: Readonly<Record<Exclude<SkillScript["kind"], "javascript">, string>> = {
  python: "it is Python",
  shell: "it is a shell script",
  other: "it is neither JavaScript nor TypeScript",
};
/** What a script does that is a command line. */
const COMMAND_LINE =
  /\bprocess\.(?:argv|stdin|stdout)\b|\bconsole\.(?:log|info)\b|\breadFileSync\(\s*(?:0\b|["']\/dev\/stdin)/;

/** Reads a skill and tells its scripts apart. @throws {NothingToImportError} */
export async function findSkill(target: string, only: readonly string[] = []): Promise<FoundSkill> {
  const skill = readSkill(target);
  const scripts = skill.scripts.filter(({ kind }) => kind === "javascript");
  const found = functionsOf(skill, scripts, only);
  const exporting = new Set(found.functions.map(({ file }) => file));
  const refused: Refusal[] = [];
  const commandLines: ImitableScript[] = [];
  const wanted = skill.scripts.filter(({ path }) => only.length === 0 || only.includes(path));
  for (const script of wanted) {
    const refuse = (one: Pick<Refusal, "reason" | "detail">) =>
      refused.push({ name: script.path, from: script.path, ...one });
    if (script.kind !== "javascript") {
      refuse({ reason: "not-javascript", detail: OTHER_LANGUAGES[script.kind] });
      continue;
    }
    try {
      const { code } = found.files.read(script.file);
      if (COMMAND_LINE.test(code)) {
        const one = await imitableScript(skill, script, code);
        if ("reason" in one) refuse(one);
        else commandLines.push(one);
      } else if (!exporting.has(script.file))
        refuse({ reason: "not-a-function", detail: "it exports no function and prints nothing" });
    } catch (error) {
      refuse({ reason: "not-bundled", detail: error instanceof Error ? error.message : String(error) });
    }
  }
  const count = found.functions.length + commandLines.length + refused.length;
  return { skill, found, commandLines, refused, count };
}

function functionsOf(skill: Skill, scripts: readonly SkillScript[], only: readonly string[]): FoundPackage {
  const files = new SourceFiles();
  const skipped: string[] = [];
  const entries = scripts.map(({ file }) => ({ label: "", file }));
  const functions = exportedFunctions(entries, files, (file, error) => {
    skipped.push(`${shownPath(skill.root, file)}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    project: {
      root: skill.root,
      name: skill.name,
      licence: skill.licence,
      keywords: [skill.name, "agent-skill"],
      manifest: manifestIn(skill.root),
      entries,
    },
    functions: functions.filter(({ name }) => only.length === 0 || only.includes(name)),
    files,
    skipped,
  };
}

/** Few skills have one; those that do may have tests. */
function manifestIn(root: string): JsonObject {
  const file = join(root, "package.json");
  if (!isFile(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

export interface SkillOptions {
  readonly licence: string;
  /** Inputs of the user's own, by script. */
  readonly given: readonly GivenInput[];
  /** Whether the scripts may be run. */
  readonly mayRun: boolean;
  /** Where scripts find commands. */
  readonly path: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (done: number) => void;
}

const NOTHING: RecordedCalls = { calls: [], unwritable: [] };

/** Makes definitions of what can be actions. The command lines are run, where that is allowed. */
export async function makeOfSkill(
  { skill, found, commandLines, refused: early }: FoundSkill,
  calls: readonly RecordedCalls[],
  { licence, given, mayRun, path, signal, progress }: SkillOptions,
): Promise<MadeOfPackage> {
  const commands = exampleCommands(skill.body);
  const functions = found.functions.map((own, at) => async () => {
    const known = { own, recorded: calls[at] ?? NOTHING };
    const one = await functionCandidate(known, found.project, found.files, licence);
    return "reason" in one || one.useWhen.length > 0 ? one : { ...one, useWhen: skill.useWhen };
  });
  const scripts = commandLines.map((one) => async () => {
    const { path: name } = one.script;
    const made = mayRun
      ? await scriptCandidate(skill, one, commands, { signal, path, licence, given: inputsOf(name, given) })
      : { reason: "no-tests" as const, detail: "it was not run" };
    return "reason" in made ? { name, from: name, ...made } : made;
  });
  return await makeEach([...functions, ...scripts], { signal, progress }, early);
}

/** `convert.mjs` and `scripts/convert.mjs` name the same script. */
function inputsOf(path: string, given: readonly GivenInput[]): ScriptInput[] {
  return given.flatMap(({ name, input }) => {
    if (name !== path && !path.endsWith(`/${name}`)) return [];
    const { args, stdin, files } = input;
    const words = Array.isArray(args) ? args.filter((one) => typeof one === "string") : [];
    const texts = isJsonObject(files)
      ? Object.fromEntries(
          Object.entries(files).filter((one): one is [string, string] => typeof one[1] === "string"),
        )
      : undefined;
    return [
      {
        args: words,
        ...(typeof stdin === "string" ? { stdin } : {}),
        ...(texts === undefined ? {} : { files: texts }),
      },
    ];
  });
}
